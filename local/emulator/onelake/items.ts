/** What OneLake asks Fabric: which workspaces and items there are, and who may use them. */
export interface OneLakeItems {
  /** @param name its name, or its id in any case */
  workspace(name: string): OneLakeWorkspace | undefined;
  /** @param name `Sales.Lakehouse`, or its id in any case */
  item(workspace: OneLakeWorkspace, name: string): OneLakeItem | undefined;
  /** The items of a workspace that have files. */
  items(workspace: OneLakeWorkspace): OneLakeItem[];
  /** Whether a service principal or user of the local tenant, by its object id, may read and write a workspace's files. */
  access(workspace: OneLakeWorkspace, principalId: string): "none" | "read" | "write";
}

export interface OneLakeWorkspace {
  readonly id: string;
  readonly name: string;
  /** Of the workspace's capacity: a paused one answers no request for files. */
  readonly isPaused: boolean;
}

export interface OneLakeItem {
  readonly id: string;
  /** Display name without its type. */
  readonly name: string;
  /** Such as `Lakehouse`. */
  readonly type: string;
  /** The folder of this machine with `Files` and `Tables`, which notebooks read and write too. */
  readonly folder: string;
}
