import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import type { FabricWorkspace } from "./workspaces.ts";

export type ItemType = "Lakehouse" | "Notebook" | "SparkJobDefinition" | "Environment" | "SQLEndpoint";

export interface Item {
  readonly id: string;
  readonly type: ItemType;
  readonly workspace: FabricWorkspace;
  displayName: string;
  description: string;
  folderId?: string;
  /** On the workspace's clock. */
  readonly createdMs: number;
  /** Display name of the principal that created it; undefined for an item of the config. */
  readonly creator?: string;
  /** The folder of this machine with the item's files in OneLake. */
  readonly folder: string;
}

interface NewItem {
  type: ItemType;
  displayName: string;
  id?: string | undefined;
  description?: string | undefined;
  folderId?: string | undefined;
  creator?: string;
}

/** The items of all workspaces. */
export class Items {
  readonly #items = new Map<string, Item>();
  readonly #folder: string;
  readonly #clock: Clock;

  /** @param folder of this machine, which has a folder for each workspace and in it one for each item */
  constructor(folder: string, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
  }

  add(workspace: FabricWorkspace, given: NewItem): Item {
    const id = given.id?.toLowerCase() ?? randomUUID();
    const item: Item = {
      id,
      type: given.type,
      workspace,
      displayName: given.displayName,
      description: given.description ?? "",
      createdMs: this.#clock.now(),
      folder: join(this.#folder, workspace.id, id),
      ...(given.folderId === undefined ? {} : { folderId: given.folderId }),
      ...(given.creator === undefined ? {} : { creator: given.creator }),
    };
    this.#items.set(id, item);
    return item;
  }

  remove(item: Item): void {
    this.#items.delete(item.id);
  }

  of(workspace: FabricWorkspace, type?: string): Item[] {
    return this.all().filter(
      (item) => item.workspace === workspace && (!type || item.type.toLowerCase() === type.toLowerCase()),
    );
  }

  all(): Item[] {
    return [...this.#items.values()];
  }

  find(workspace: FabricWorkspace, id: string): Item | undefined {
    const item = this.#items.get(id.toLowerCase());
    return item?.workspace === workspace ? item : undefined;
  }

  named(workspace: FabricWorkspace, type: string, displayName: string): Item | undefined {
    const name = displayName.toLowerCase();
    return this.of(workspace, type).find((item) => item.displayName.toLowerCase() === name);
  }
}
