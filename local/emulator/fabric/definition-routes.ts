import { ok } from "../http/reply.ts";
import type { Route } from "../http/route.ts";
import { platformOf, readDefinition, shownDefinition } from "./definitions.ts";
import { invalidInput } from "./errors.ts";
import { definitionParts, setContent } from "./item-content.ts";
import { type ItemRequests, readName } from "./item-requests.ts";
import { collections, type Items } from "./items.ts";
import type { Operations } from "./operations.ts";
import { type DefineRoute, done } from "./route.ts";

/** What an item consists of, for items of all types and below each type's own collection. */
export function definitionRoutes(
  route: DefineRoute,
  { items, requests, operations }: { items: Items; requests: ItemRequests; operations: Operations },
): Route[] {
  const typed = `{collection=${Object.values(collections).join("|")}}`;
  return ["items", typed].flatMap((collection) => [
    route(
      "POST",
      `/workspaces/{workspaceId}/${collection}/{itemId}/getDefinition`,
      "core/items/get-item-definition",
      (request, caller) => {
        const item = requests.activeItem(request, caller);
        const format = request.query.get("format") ?? undefined;
        const parts = definitionParts(item, format);
        if (item.type === "SparkJobDefinition") return ok(shownDefinition(parts));
        return operations.start(`getDefinition ${item.displayName}`, () => shownDefinition(parts));
      },
    ),
    route(
      "POST",
      `/workspaces/{workspaceId}/${collection}/{itemId}/updateDefinition`,
      "core/items/update-item-definition",
      (request, caller) => {
        const item = requests.activeItem(request, caller);
        const definition = readDefinition(request.json().definition);
        const update = () => {
          const platform = isTrue(request.query.get("updateMetadata")) ? platformOf(definition) : undefined;
          if (platform && platform.type !== item.type)
            throw invalidInput(`The type of the part .platform is not ${item.type}`);
          if (platform) items.checkName(item.workspace, item.type, readName(platform, item.type), item);
          setContent(item, definition);
          if (platform) item.displayName = platform.displayName;
          if (platform) item.description = platform.description ?? "";
          return undefined;
        };
        if (item.type === "Notebook" || item.type === "Environment")
          return operations.start(`updateDefinition ${item.displayName}`, update);
        update();
        return done;
      },
    ),
  ]);
}

const isTrue = (value: string | null) => value?.toLowerCase() === "true";
