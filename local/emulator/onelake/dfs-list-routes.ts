import { ok, type Reply } from "../http/reply.ts";
import type { Route } from "../http/route.ts";
import { createdAt, ownership } from "./answers.ts";
import { entryAt } from "./disk.ts";
import { invalidQuery, notFound } from "./errors.ts";
import type { OneLakeItems } from "./items.ts";
import { type ListedPath, listItem, listWorkspace, page } from "./listing.ts";
import type { Call, DefineRoute } from "./route.ts";
import type { Storage } from "./storage.ts";

const largestPage = 5000;

/** Source: https://learn.microsoft.com/rest/api/storageservices/datalakestoragegen2/path/list */
export function dfsListRoutes(route: DefineRoute, storage: Storage, items: OneLakeItems): Route[] {
  const list = (call: Call) => answer(call, storage, items);
  const pageOfDocs = "datalakestoragegen2/path/list";
  return [
    route("GET", "/{account?=onelake}/{workspace}?resource=filesystem", pageOfDocs, "read", list),
    // An item may be addressed as the filesystem, too, as microsoft/fabric-cli does.
    route("GET", "/{account?=onelake}/{workspace}/{path*}?resource=filesystem", pageOfDocs, "read", list),
  ];
}

async function answer(call: Call, storage: Storage, items: OneLakeItems): Promise<Reply> {
  const { request, workspace } = call;
  const { query } = request;
  const directory = [request.parameters.path ?? "", query.get("directory") ?? ""].filter(Boolean).join("/");
  const options = { recursive: isRecursive(call), after: readContinuation(call) };
  let paths: AsyncGenerator<ListedPath>;
  if (directory.split("/").filter(Boolean).length > 0) {
    const start = call.path(directory);
    if (!(await storage.existing(request, start)).isDirectory) throw notFound(request);
    paths = listItem(start, options);
  } else {
    const byId = request.parameter("workspace").toLowerCase() === workspace.id.toLowerCase();
    paths = listWorkspace(items, workspace, { ...options, byId });
  }
  const { items: listed, more } = await page(paths, pageSize(call));
  const shown = await Promise.all(listed.map((each) => describe(each, storage)));
  const continuation = more ? Buffer.from(listed.at(-1)?.name ?? "").toString("base64") : undefined;
  return ok(
    { paths: shown.filter((each) => each !== undefined), ContinuationToken: continuation ?? null },
    continuation ? { "x-ms-continuation": continuation } : {},
  );
}

function isRecursive(call: Call): boolean {
  const value = call.request.query.get("recursive");
  if (value === null) throw invalidQuery(call.request, "recursive", value); // it is required
  return value.toLowerCase() === "true";
}

function pageSize({ request }: Call): number {
  const value = request.query.get("maxResults") ?? String(largestPage);
  if (!/^[1-9]\d*$/.test(value)) throw invalidQuery(request, "maxResults", value);
  return Math.min(Number(value), largestPage);
}

function readContinuation({ request }: Call): string | undefined {
  const value = request.query.get("continuation");
  return value ? Buffer.from(value, "base64").toString("utf8") : undefined;
}

/** Texts for all values, and the ETag without quotes, as OneLake answers; undefined if it was deleted in the meantime. */
async function describe({ item, segments, name, isDirectory }: ListedPath, storage: Storage) {
  const entry = await entryAt(item.folder, segments);
  if (!entry && segments.length > 0) return undefined;
  const fileTime = entry && (BigInt(createdAt(entry).getTime()) + 11_644_473_600_000n) * 10_000n;
  return {
    name,
    ...(isDirectory ? { isDirectory: "true" } : {}),
    ...(entry
      ? {
          creationTime: String(fileTime),
          lastModified: storage.properties.lastModified(entry).toUTCString(),
          etag: storage.properties.etag(entry),
        }
      : {}),
    contentLength: String(entry?.size ?? 0),
    owner: ownership["x-ms-owner"],
    group: ownership["x-ms-group"],
    permissions: ownership["x-ms-permissions"],
    expiryTime: "0",
  };
}
