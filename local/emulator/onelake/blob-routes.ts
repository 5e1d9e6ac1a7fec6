import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Reply } from "../http/reply.ts";
import type { Route } from "../http/route.ts";
import { hasOtherOperation } from "./answers.ts";
import { requireConditions } from "./conditions.ts";
import { contentMd5, requireMd5, saveContent } from "./content.ts";
import { rename } from "./dfs-routes.ts";
import type { Entry } from "./disk.ts";
import { invalidQuery, notEmulated, storageError } from "./errors.ts";
import { givenHeaders, givenMetadata } from "./metadata.ts";
import { type ItemPath, requireUserPath } from "./paths.ts";
import type { CommittedBlock } from "./properties.ts";
import type { Call, DefineRoute } from "./route.ts";
import type { Storage } from "./storage.ts";
import { element, type Xml, xmlDocument } from "./xml.ts";

/** What the Blob API changes, and the list of a blob's blocks. Reading, deleting and lists have routes of their own. */
export function blobRoutes(route: DefineRoute, storage: Storage): Route[] {
  /** The path that a request changes, and what is there. */
  const writable = async ({
    request,
    path,
  }: Call): Promise<{ target: ItemPath; entry: Entry | undefined }> => {
    const target = path();
    requireUserPath(request, target);
    const entry = await storage.entry(target);
    requireConditions(request, entry && storage.version(entry), "write");
    return { target, entry };
  };
  const changed = async (call: Call, change: (entry: Entry) => object): Promise<Reply> => {
    const { target } = await writable(call);
    const entry = await storage.existing(call.request, target);
    const properties = { ...storage.properties.of(entry), ...change(entry) };
    return {
      status: 200,
      headers: storage.versionHeaders(await storage.update(call.request, target, properties)),
    };
  };
  return [
    route("PUT", "/{account?=onelake}/{workspace}/{path*}?comp=block", "put-block", "write", async (call) => {
      const { request } = call;
      const { target } = await writable(call);
      const md5 = (await requireMd5(request, "content-md5")) ?? (await contentMd5(request));
      await storage.blocks.put(request, await storage.fileFor(request, target));
      return { status: 201, headers: { "content-md5": md5, "x-ms-request-server-encrypted": "true" } };
    }),
    route(
      "PUT",
      "/{account?=onelake}/{workspace}/{path*}?comp=blocklist",
      "put-block-list",
      "write",
      async (call) => {
        const { request, caller } = call;
        const { target, entry } = await writable(call);
        await requireMd5(request, "content-md5"); // of the list itself
        const { upload, blocks } = await storage.blocks.join(
          request,
          await storage.fileFor(request, target),
          entry,
        );
        const properties = {
          headers: givenHeaders(request, "x-ms-blob-"),
          metadata: givenMetadata(request),
          blocks,
        };
        const creator = caller.displayName;
        return created(storage, await storage.place(request, target, { upload, properties, creator }));
      },
    ),
    route(
      "GET",
      "/{account?=onelake}/{workspace}/{path*}?comp=blocklist",
      "get-block-list",
      "read",
      async ({ request, path }) => {
        const target = path();
        const entry = await storage.entry(target);
        const uncommitted = storage.blocks.uncommitted(join(target.item.folder, ...target.segments));
        if (!entry && uncommitted.length === 0) await storage.existing(request, target);
        const type = (request.query.get("blocklisttype") ?? "committed").toLowerCase();
        if (!["committed", "uncommitted", "all"].includes(type))
          throw invalidQuery(request, "blocklisttype", type);
        const committed = entry ? (storage.properties.of(entry).blocks ?? []) : [];
        const root = element("BlockList", [
          type === "uncommitted" ? undefined : blockElements("CommittedBlocks", committed),
          type === "committed" ? undefined : blockElements("UncommittedBlocks", uncommitted),
        ]);
        const headers = {
          ...(entry ? storage.versionHeaders(entry) : {}),
          "x-ms-blob-content-length": String(entry?.size ?? 0),
          "content-type": "application/xml",
        };
        return { status: 200, headers, body: xmlDocument(root) };
      },
    ),
    route(
      "PUT",
      "/{account?=onelake}/{workspace}/{path*}?comp=properties",
      "set-blob-properties",
      "write",
      (call) => changed(call, () => ({ headers: givenHeaders(call.request, "x-ms-blob-") })),
    ),
    route(
      "PUT",
      "/{account?=onelake}/{workspace}/{path*}?comp=metadata",
      "set-blob-metadata",
      "write",
      (call) => changed(call, () => ({ metadata: givenMetadata(call.request) })),
    ),
    route("PUT", "/{account?=onelake}/{workspace}/{path*}", "put-blob", "write", async (call) => {
      const { request } = call;
      if (request.header("x-ms-rename-source")) return rename(call, storage);
      if (hasOtherOperation(request) || request.header("x-ms-copy-source")) return notEmulated(request);
      const type = request.header("x-ms-blob-type");
      if (type === undefined) {
        const message = "An HTTP header that's mandatory for this request is not specified.";
        throw storageError(request, 400, "MissingRequiredHeader", message, {
          details: { HeaderName: "x-ms-blob-type" },
        });
      }
      if (type !== "BlockBlob") return notEmulated(request);
      return putBlob(call, storage, (await writable(call)).target);
    }),
  ];
}

async function putBlob({ request, caller }: Call, storage: Storage, target: ItemPath): Promise<Reply> {
  await requireMd5(request, "content-md5");
  await requireMd5(request, "x-ms-blob-content-md5");
  const md5 = await contentMd5(request);
  await storage.fileFor(request, target);
  const upload = join(storage.uploadFolder, randomUUID());
  await saveContent(request, upload);
  const contentType = request.header("content-type");
  const headers = {
    ...(contentType ? { "content-type": contentType } : {}),
    ...givenHeaders(request, "x-ms-blob-"),
    "content-md5": md5,
  };
  const properties = { headers, metadata: givenMetadata(request) };
  const reply = created(
    storage,
    await storage.place(request, target, { upload, properties, creator: caller.displayName }),
  );
  return { ...reply, headers: { ...reply.headers, "content-md5": md5 } };
}

function created(storage: Storage, entry: Entry): Reply {
  const headers = { ...storage.versionHeaders(entry), "x-ms-request-server-encrypted": "true" };
  return { status: 201, headers };
}

function blockElements(name: string, blocks: readonly CommittedBlock[]): Xml {
  return element(
    name,
    blocks.map(({ id, size }) => element("Block", [element("Name", id), element("Size", size)])),
  );
}
