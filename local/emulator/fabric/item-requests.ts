import type { Application } from "../entra/directory.ts";
import type { JsonObject, ServiceRequest } from "../http/request.ts";
import type { FabricRole } from "./config.ts";
import { capacityNotActive, fabricError, folderNotFound, invalidInput, itemNotFound } from "./errors.ts";
import { collections, type Item, type Items, type ItemType } from "./items.ts";
import type { FabricWorkspace, FabricWorkspaces } from "./workspaces.ts";

export const itemTypes = Object.keys(collections) as ItemType[];

/** Finds what a request below `/workspaces/{workspaceId}` names, if the caller may do it. */
export class ItemRequests {
  readonly #workspaces: FabricWorkspaces;
  readonly #items: Items;

  constructor(workspaces: FabricWorkspaces, items: Items) {
    this.#workspaces = workspaces;
    this.#items = items;
  }

  workspace(request: ServiceRequest, caller: Application, role: FabricRole): FabricWorkspace {
    return this.#workspaces.get(request.parameter("workspaceId"), caller, role);
  }

  /** The workspace, if items can be created and run in it: https://learn.microsoft.com/fabric/enterprise/licenses */
  activeWorkspace(request: ServiceRequest, caller: Application): FabricWorkspace {
    const workspace = this.workspace(request, caller, "Contributor");
    checkCapacity(workspace);
    return workspace;
  }

  /** The item of `{itemId}`, of the type of `{collection}` if the path has one. */
  item(request: ServiceRequest, caller: Application, role: FabricRole): Item {
    const workspace = this.workspace(request, caller, role);
    const id = request.parameter("itemId");
    const item = this.#items.find(workspace, id);
    const type = typeOfCollection(request);
    if (!item || (type && item.type !== type)) throw itemNotFound(id);
    return item;
  }

  activeItem(request: ServiceRequest, caller: Application): Item {
    const item = this.item(request, caller, "Contributor");
    checkCapacity(item.workspace);
    return item;
  }
}

function checkCapacity({ capacity }: FabricWorkspace): void {
  // A workspace without a capacity has items of Power BI only.
  if (!capacity) throw fabricError(403, "FeatureNotAvailable", "The feature is not available");
  if (capacity.state === "Paused") throw capacityNotActive(capacity.id);
}

/** The type of `{collection}`; undefined below `/items`. */
export function typeOfCollection(request: ServiceRequest): ItemType | undefined {
  const collection = request.parameters.collection?.toLowerCase();
  return itemTypes.find((type) => collections[type].toLowerCase() === collection);
}

/** A display name by the rules of its type: https://learn.microsoft.com/fabric/data-engineering/tutorial-build-lakehouse */
export function readName({ displayName }: { displayName?: unknown }, type: ItemType): string {
  if (typeof displayName !== "string" || displayName.trim() === "")
    throw invalidInput("The displayName field is required");
  if (displayName.length > 256) throw invalidInput("The displayName has more than 256 characters");
  if (type === "Lakehouse" && !/^[A-Za-z]\w*$/.test(displayName))
    throw invalidInput(
      "The name of a lakehouse has letters, digits and underscores, and begins with a letter",
    );
  if (/[/\\\u0000-\u001f]|^\.+$/.test(displayName))
    throw invalidInput("The displayName has characters that are not allowed");
  return displayName;
}

export function readDescription({ description }: JsonObject): string | undefined {
  if (description === undefined || description === null) return undefined;
  if (typeof description !== "string" || description.length > 256)
    throw invalidInput("The description is not text of at most 256 characters");
  return description;
}

/** @param value null and undefined stand for the workspace itself, and so does the empty text that fabric-cicd sends */
export function readFolderId(value: unknown, { folders }: FabricWorkspace): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const found = folders.find(({ id }) => id === String(value).toLowerCase());
  if (found) return found.id;
  throw folderNotFound(String(value));
}
