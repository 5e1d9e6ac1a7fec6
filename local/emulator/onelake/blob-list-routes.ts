import type { Reply } from "../http/reply.ts";
import type { Route } from "../http/route.ts";
import { createdAt, defaultType } from "./answers.ts";
import { entryAt } from "./disk.ts";
import { invalidQuery } from "./errors.ts";
import type { OneLakeItems } from "./items.ts";
import { type ListedPath, listItem, listWorkspace, page } from "./listing.ts";
import type { Call, DefineRoute } from "./route.ts";
import type { Storage } from "./storage.ts";
import { element, nameElement, type Xml, xmlDocument } from "./xml.ts";

const largestPage = 5000;

/** Source: https://learn.microsoft.com/rest/api/storageservices/list-blobs */
export function blobListRoutes(
  route: DefineRoute,
  storage: Storage,
  items: OneLakeItems,
  origin: string,
): Route[] {
  return [
    route(
      "GET",
      "/{account?=onelake}/{workspace}?restype=container&comp=list",
      "list-blobs",
      "read",
      async (call): Promise<Reply> => {
        const { query } = call.request;
        const { items: listed, more } = await page(found(call, items), pageSize(call));
        const includes = (query.get("include") ?? "").toLowerCase().split(",");
        const blobs = await Promise.all(
          listed.map((each) => describe(each, storage, { isPrefix: query.has("delimiter"), includes })),
        );
        const next = more ? Buffer.from(listed.at(-1)?.name ?? "").toString("base64") : "";
        const given = (["prefix", "marker", "maxresults", "delimiter"] as const).map((name) => {
          const title = {
            prefix: "Prefix",
            marker: "Marker",
            maxresults: "MaxResults",
            delimiter: "Delimiter",
          }[name];
          const value = query.get(name);
          return value === null ? undefined : element(title, value);
        });
        const root = element(
          "EnumerationResults",
          [...given, element("Blobs", blobs), element("NextMarker", next)],
          {
            ServiceEndpoint: `${origin}/`,
            ContainerName: call.request.parameter("workspace"),
          },
        );
        return { status: 200, headers: { "content-type": "application/xml" }, body: xmlDocument(root) };
      },
    ),
  ];
}

/** The paths with the prefix: all of them, or with a delimiter those of one level, as in an account with folders. */
async function* found(call: Call, items: OneLakeItems): AsyncGenerator<ListedPath> {
  const { request, workspace } = call;
  const { query } = request;
  const prefix = (query.get("prefix") ?? "").replace(/^\/+/, "");
  const delimiter = query.get("delimiter");
  if (delimiter !== null && delimiter !== "/") throw invalidQuery(request, "delimiter", delimiter);
  const marker = query.get("marker");
  const options = {
    recursive: delimiter === null,
    after: marker ? Buffer.from(marker, "base64").toString("utf8") : undefined,
    only: (name: string) => name.startsWith(prefix) || prefix.startsWith(`${name}/`),
  };
  const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  const byId = request.parameter("workspace").toLowerCase() === workspace.id.toLowerCase();
  const paths = folder
    ? listItem(call.path(folder), options)
    : listWorkspace(items, workspace, { ...options, byId });
  for await (const each of paths) if (each.name.startsWith(prefix)) yield each;
}

function pageSize({ request }: Call): number {
  const value = request.query.get("maxresults") ?? String(largestPage);
  if (!/^[1-9]\d*$/.test(value)) throw invalidQuery(request, "maxresults", value);
  return Math.min(Number(value), largestPage);
}

/** A blob, or with a delimiter the prefix that a folder is; undefined if it was deleted in the meantime. */
async function describe(
  { item, segments, name, isDirectory }: ListedPath,
  storage: Storage,
  { isPrefix, includes }: { isPrefix: boolean; includes: readonly string[] },
): Promise<Xml | undefined> {
  if (isPrefix && isDirectory) return element("BlobPrefix", [nameElement(`${name}/`)]);
  const entry = await entryAt(item.folder, segments);
  if (!entry) return undefined;
  const { headers, metadata } = storage.properties.of(entry);
  const shown = { ...(isDirectory ? { hdi_isfolder: "true" } : {}), ...metadata };
  return element("Blob", [
    nameElement(name),
    element("Properties", [
      element("Creation-Time", createdAt(entry).toUTCString()),
      element("Last-Modified", storage.properties.lastModified(entry).toUTCString()),
      element("Etag", storage.properties.etag(entry)),
      element("ResourceType", isDirectory ? "directory" : "file"),
      element("Content-Length", entry.size),
      element("Content-Type", headers["content-type"] ?? (isDirectory ? "" : defaultType)),
      element("Content-Encoding", headers["content-encoding"] ?? ""),
      element("Content-Language", headers["content-language"] ?? ""),
      element("Content-MD5", headers["content-md5"] ?? ""),
      element("Cache-Control", headers["cache-control"] ?? ""),
      element("Content-Disposition", headers["content-disposition"] ?? ""),
      element("BlobType", "BlockBlob"),
      element("LeaseStatus", "unlocked"),
      element("LeaseState", "available"),
      element("ServerEncrypted", true),
    ]),
    includes.includes("metadata")
      ? element(
          "Metadata",
          Object.entries(shown).map(([key, value]) => element(key, value)),
        )
      : undefined,
  ]);
}
