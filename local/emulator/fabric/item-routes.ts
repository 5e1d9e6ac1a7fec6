import type { Application } from "../entra/directory.ts";
import { ok, type Reply } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import type { Route } from "../http/route.ts";
import { readDefinition } from "./definitions.ts";
import { fabricError, insufficientPrivileges, invalidInput } from "./errors.ts";
import { isLongRunning, properties, setContent } from "./item-content.ts";
import {
  type ItemRequests,
  itemTypes,
  readDescription,
  readFolderId,
  readName,
  typeOfCollection,
} from "./item-requests.ts";
import { collections, type Item, type Items, type ItemType } from "./items.ts";
import type { Operations } from "./operations.ts";
import type { Page } from "./paging.ts";
import { type DefineRoute, done } from "./route.ts";

interface ItemParts {
  items: Items;
  requests: ItemRequests;
  operations: Operations;
  page: Page;
  oneLakeUrl: string;
  /** Called before an item is gone. */
  onRemove(item: Item): void;
}

/** Items of all types below `/items`, and each type below its own collection. */
export function itemRoutes(route: DefineRoute, parts: ItemParts): Route[] {
  const typed = `/workspaces/{workspaceId}/{collection=${Object.values(collections).join("|")}}`;
  return [
    ...routesBelow(
      route,
      parts,
      "/workspaces/{workspaceId}/items",
      (operation) => `core/items/${operation}-item`,
    ),
    ...routesBelow(route, parts, typed, (operation) => `notebook/items/${operation}-notebook`),
    route(
      "POST",
      "/workspaces/{workspaceId}/items/{itemId}/move",
      "core/items/move-item",
      (request, caller) => {
        const item = parts.requests.item(request, caller, "Contributor");
        const folderId = readFolderId(request.json().targetFolderId, item.workspace);
        if (folderId === undefined) delete item.folderId;
        else item.folderId = folderId;
        return ok({ value: [shown(item)] });
      },
    ),
  ];
}

function routesBelow(
  route: DefineRoute,
  parts: ItemParts,
  base: string,
  pageOf: (operation: string) => string,
): Route[] {
  const { items, requests, page, oneLakeUrl } = parts;
  const isTyped = base.includes("{collection");
  const shownFully = (item: Item) => ({ ...shown(item), ...(isTyped ? properties(item, oneLakeUrl) : {}) });
  return [
    route("GET", base, `${pageOf("list")}s`, (request, caller) => {
      const workspace = requests.workspace(request, caller, "Viewer");
      const type = typeOfCollection(request) ?? request.query.get("type");
      return page(request, inFolder(request, items.of(workspace, type)).map(shownFully));
    }),
    route("POST", base, pageOf("create"), (request, caller) => create(parts, request, caller)),
    route("GET", `${base}/{itemId}`, pageOf("get"), (request, caller) =>
      ok(shownFully(requests.item(request, caller, "Viewer"))),
    ),
    route("PATCH", `${base}/{itemId}`, pageOf("update"), (request, caller) => {
      const item = requests.item(request, caller, "Contributor");
      const body = request.json();
      const description = readDescription(body);
      if (body.displayName !== undefined) {
        const displayName = readName(body, item.type);
        items.checkName(item.workspace, item.type, displayName, item);
        item.displayName = displayName;
      } else if (description === undefined)
        throw invalidInput("The request has neither displayName nor description");
      if (description !== undefined) item.description = description;
      return ok(shownFully(item));
    }),
    route("DELETE", `${base}/{itemId}`, pageOf("delete"), (request, caller) => {
      const item = requests.item(request, caller, "Contributor");
      const isHard = request.query.get("hardDelete")?.toLowerCase() === "true";
      if (isHard && caller.fabricRole !== "Admin") throw insufficientPrivileges();
      parts.onRemove(item);
      items.remove(item);
      return done;
    }),
  ];
}

function create(
  { items, requests, operations }: ItemParts,
  request: ServiceRequest,
  caller: Application,
): Reply {
  const workspace = requests.activeWorkspace(request, caller);
  const body = request.json();
  const type = typeOfCollection(request) ?? readType(body.type);
  const displayName = readName(body, type);
  const given = {
    type,
    displayName,
    description: readDescription(body),
    folderId: readFolderId(body.folderId, workspace),
    creator: caller.displayName,
  };
  if (body.definition && body.creationPayload)
    throw invalidInput("Use either creationPayload or definition, not both");
  const definition = body.definition ? readDefinition(body.definition) : undefined;
  items.checkName(workspace, type, displayName);
  const add = () => {
    items.checkName(workspace, type, displayName);
    const item = items.make(workspace, given);
    setContent(item, definition);
    return shown(items.put(item));
  };
  if (isLongRunning(type, definition)) return operations.start(`create ${displayName}`, add);
  return { status: 201, body: add() };
}

function readType(value: unknown): ItemType {
  if (typeof value !== "string") throw invalidInput("The type field is required");
  const known = itemTypes.find((type) => type.toLowerCase() === value.toLowerCase());
  if (known) return known;
  if (!/^[A-Z][A-Za-z]+$/.test(value)) throw fabricError(400, "InvalidItemType", "Item type is invalid");
  throw fabricError(501, "NotImplemented", `The local workspace has no items of the type ${value}.`);
}

/** By default the items of all folders; with `recursive=false` those directly in `rootFolderId` or in the workspace. */
function inFolder({ query }: ServiceRequest, items: Item[]): Item[] {
  const root = query.get("rootFolderId")?.toLowerCase();
  if (query.get("recursive")?.toLowerCase() === "false")
    return items.filter(({ folderId }) => folderId === root);
  return root === undefined ? items : items.filter(({ folderId }) => folderId === root);
}

export const shown = ({ id, type, displayName, description, workspace, folderId }: Item) => ({
  id,
  type,
  displayName,
  description,
  workspaceId: workspace.id,
  ...(folderId === undefined ? {} : { folderId }),
});
