import type { AttachedLakehouse, NamedItem } from "./execution-request.ts";

/** The workspace to which a running notebook belongs, as far as the notebook can see it. */
export interface DriverHost {
  /** The workspace's objects, mirrored on disk: `/Shared/a` is `<workspaceFolder>/Shared/a`. */
  workspaceFolder: string;
  secret(scope: string, key: string): string | undefined;
  secretScopes(): string[];
  secretKeys(scope: string): string[];
  /** dbutils.jobs.taskValues of the job run that `runId` belongs to; undefined for a run outside a job. */
  taskValues?(
    runId: string,
  ):
    | { set(taskKey: string, key: string, value: unknown): void; get(taskKey: string, key: string): unknown }
    | undefined;
  /** A token of the workspace's APIs for a notebook that runs as this user. `end` is called when the run has ended. */
  token?(userName: string): { value: string; end(): void };
  /** What a notebook on Fabric may ask besides. */
  fabric?: FabricHost;
}

/** A Fabric workspace and OneLake, as far as a running notebook can see them. */
export interface FabricHost {
  /**
   * The folder of this machine with the files of an item in OneLake: `Files/…`, `Tables/…`. Undefined if there is none.
   * @param workspace name or id
   * @param item id, or name with type, such as `Sales.Lakehouse`
   */
  oneLakeFolder(workspace: string, item: string): string | undefined;
  /** An access token for an audience of `notebookutils.credentials.getToken`, such as `storage` or `pbi`, or for a resource. */
  token(audience: string): Promise<string>;
  /** A secret of a key vault. @param vault its address. Throws with the message that the notebook gets. */
  vaultSecret(vault: string, name: string): Promise<string>;
  /**
   * The lakehouses of a workspace, for `notebookutils.lakehouse` and the default lakehouse of `%%configure`. Undefined if there is no such workspace.
   * @param workspace name or id
   */
  lakehouses?(workspace: string): (AttachedLakehouse & { description?: string })[] | undefined;
  /**
   * A notebook for `notebookutils.notebook.run`. Without this function it is the file of its name in `workspaceFolder`.
   * @param workspace name or id
   * @param notebook name or id
   */
  notebook?(workspace: string, notebook: string): FabricNotebook | undefined;
}

/** A notebook of a Fabric workspace. */
export interface FabricNotebook {
  workspace: NamedItem;
  item: NamedItem;
  /** The DriverHost.workspaceFolder in which it is. */
  workspaceFolder: string;
  /** Its path there, as in ExecutionRequest. */
  notebookPath: string;
}
