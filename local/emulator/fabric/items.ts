import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import type { Part } from "./definitions.ts";
import { fabricError } from "./errors.ts";
import type { NotebookFile } from "./notebooks.ts";
import type { SparkJob } from "./spark-job-definitions.ts";
import type { FabricWorkspace } from "./workspaces.ts";

/** The types of items that the local workspace has, each with the name of its collection in addresses. */
export const collections = {
  Lakehouse: "lakehouses",
  Notebook: "notebooks",
  SparkJobDefinition: "sparkJobDefinitions",
  Environment: "environments",
} as const;

export type ItemType = keyof typeof collections;

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
  notebook?: NotebookFile;
  sparkJob?: SparkJob;
  /** The definition of an item of another type, as it was given. */
  parts?: readonly Part[];
  /** pip requirements of an environment. */
  libraries?: readonly string[];
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
  /** Names of deleted items, with the time until which they are reserved. */
  readonly #reserved = new Map<string, number>();
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #nameReservedMs: number;

  /** @param folder of this machine, which has a folder for each workspace and in it one for each item */
  constructor(folder: string, clock: Clock, nameReservedSeconds = 0) {
    this.#folder = folder;
    this.#clock = clock;
    this.#nameReservedMs = nameReservedSeconds * 1000;
  }

  /** An item that is not yet in its workspace. */
  make(workspace: FabricWorkspace, given: NewItem): Item {
    const id = given.id?.toLowerCase() ?? randomUUID();
    return {
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
  }

  put(item: Item): Item {
    this.#items.set(item.id, item);
    return item;
  }

  remove(item: Item): void {
    this.#items.delete(item.id);
    const { workspace, type, displayName } = item;
    if (this.#nameReservedMs > 0)
      this.#reserved.set(nameKey(workspace, type, displayName), this.#clock.now() + this.#nameReservedMs);
  }

  of(workspace: FabricWorkspace, type?: string | null): Item[] {
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

  /** Refuses a name that another item of the type has, or that a deleted one had until a short time ago. */
  checkName(workspace: FabricWorkspace, type: ItemType, displayName: string, renamed?: Item): void {
    const other = this.named(workspace, type, displayName);
    const relatedResource = {
      resourceId: other?.id ?? workspace.id,
      resourceType: other ? "Item" : "Workspace",
    };
    // Some users report it with status 400.
    if (other && other !== renamed)
      throw fabricError(409, "ItemDisplayNameAlreadyInUse", `Requested '${displayName}' is already in use`, {
        relatedResource,
      });
    const until = this.#reserved.get(nameKey(workspace, type, displayName)) ?? 0;
    if (until <= this.#clock.now()) return;
    // https://github.com/microsoft/fabric-cicd/issues/388
    const message = `Requested '${displayName}' is not available yet and is expected to become available in the upcoming minutes`;
    throw fabricError(400, "ItemDisplayNameNotAvailableYet", message, { isRetriable: true, relatedResource });
  }
}

const nameKey = ({ id }: FabricWorkspace, type: ItemType, displayName: string) =>
  [id, type, displayName.toLowerCase()].join("/");
