import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Reply } from "../http/reply.ts";
import type { Route } from "../http/route.ts";
import { requireConditions } from "./conditions.ts";
import { contentSize, requireMd5 } from "./content.ts";
import type { Entry } from "./disk.ts";
import {
  invalidHeader,
  invalidQuery,
  notEmulated,
  pathConflict,
  storageError,
  unsupportedQuery,
} from "./errors.ts";
import { givenHeaders, givenProperties } from "./metadata.ts";
import { type ItemPath, requireUserPath } from "./paths.ts";
import type { Call, DefineRoute } from "./route.ts";
import type { Storage } from "./storage.ts";

const create = "datalakestoragegen2/path/create";
const update = "datalakestoragegen2/path/update";

/** What the DFS API changes. Reading, deleting and lists have routes of their own. */
export function dfsRoutes(route: DefineRoute, storage: Storage): Route[] {
  return [
    route("PUT", "/{account?=onelake}/{workspace}/{path*}?resource=file", create, "write", async (call) => {
      const { request, caller } = call;
      const path = call.path();
      requireUserPath(request, path);
      await requireWritable(call, storage, path);
      const upload = join(storage.uploadFolder, randomUUID());
      await writeFile(upload, "");
      return created(
        storage,
        await storage.place(request, path, { upload, properties: given(call), creator: caller.displayName }),
      );
    }),
    route(
      "PUT",
      "/{account?=onelake}/{workspace}/{path*}?resource=directory",
      create,
      "write",
      async (call) => {
        const { request, caller } = call;
        const path = call.path();
        // Also a folder of Fabric "already exists" if the client only wants to create it, as microsoft/fabric-cli recorded it.
        await requireWritable(call, storage, path);
        requireUserPath(request, path);
        return created(
          storage,
          await storage.makeDirectory(request, path, {
            properties: given(call),
            creator: caller.displayName,
          }),
        );
      },
    ),
    route("PATCH", "/{account?=onelake}/{workspace}/{path*}?action=append", update, "write", async (call) => {
      const { request } = call;
      const path = call.path();
      requireUserPath(request, path);
      const entry = await storage.existingFile(request, path);
      requireConditions(request, storage.version(entry), "write");
      const position = requirePosition(call);
      const md5 = await requireMd5(request, "content-md5");
      const end = position + contentSize(request);
      await storage.appends.append(request, entry, position);
      const headers = { "x-ms-request-server-encrypted": "true", ...(md5 ? { "content-md5": md5 } : {}) };
      if (request.query.get("flush") !== "true") return { status: 202, headers };
      await storage.appends.flush(request, entry, end);
      return { status: 202, headers: { ...headers, ...(await flushed(call, storage, path, entry)) } };
    }),
    route("PATCH", "/{account?=onelake}/{workspace}/{path*}?action=flush", update, "write", async (call) => {
      const { request } = call;
      if (request.query.get("retainUncommittedData") === "true") return notEmulated(request);
      const path = call.path();
      requireUserPath(request, path);
      const entry = await storage.existingFile(request, path);
      requireConditions(request, storage.version(entry), "write");
      if (contentSize(request) > 0) throw invalidHeader(request, "content-length");
      await storage.appends.flush(request, entry, requirePosition(call));
      return { status: 200, headers: await flushed(call, storage, path, entry) };
    }),
    route(
      "PATCH",
      "/{account?=onelake}/{workspace}/{path*}?action=setProperties",
      update,
      "write",
      async (call) => {
        const { request } = call;
        const path = call.path();
        requireUserPath(request, path);
        const entry = await storage.existing(request, path);
        requireConditions(request, storage.version(entry), "write");
        const before = storage.properties.of(entry);
        const { headers, metadata } = given(call);
        const properties = {
          ...before,
          headers: { ...before.headers, ...headers },
          metadata: request.header("x-ms-properties") === undefined ? before.metadata : metadata,
        };
        return {
          status: 200,
          headers: storage.versionHeaders(await storage.update(request, path, properties)),
        };
      },
    ),
    // https://learn.microsoft.com/fabric/onelake/onelake-api-parity#unsupported-request-headers-and-parameters
    ...["setAccessControl", "setAccessControlRecursive"].map((action) =>
      route(
        "PATCH",
        `/{account?=onelake}/{workspace}/{path*}?action=${action}`,
        update,
        "write",
        ({ request }) => {
          throw unsupportedQuery(request);
        },
      ),
    ),
  ];
}

/** Moves what x-ms-rename-source names to the path of the request. */
export async function rename(call: Call, storage: Storage): Promise<Reply> {
  const { request, workspace, caller } = call;
  const [address = ""] = (request.header("x-ms-rename-source") ?? "").split("?");
  const [, container = "", path = ""] = /^\/?(?:onelake\/)?([^/]+)\/(.+)$/.exec(decoded(call, address)) ?? [];
  if (![workspace.name.toLowerCase(), workspace.id].includes(container.toLowerCase())) {
    const message = "The source of a rename must be in the same workspace."; // unconfirmed wording
    throw storageError(request, 400, "InvalidRenameSourcePath", message);
  }
  const [from, to] = [call.path(path), call.path()];
  for (const each of [from, to]) requireUserPath(request, each);
  const source = await storage.entry(from);
  if (!source) {
    const message = "The source path for a rename operation does not exist.";
    throw storageError(request, 404, "SourcePathNotFound", message);
  }
  requireConditions(request, storage.version(source), "write", "x-ms-source-");
  await requireConditionsOf(call, storage, to);
  const moved = await storage.rename(request, source, to, caller.displayName);
  return created(storage, moved);
}

function decoded({ request }: Call, address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    throw invalidHeader(request, "x-ms-rename-source");
  }
}

/** Refuses a path that has another kind than the request creates, or that the conditions exclude. */
async function requireWritable(call: Call, storage: Storage, path: ItemPath): Promise<void> {
  const entry = await requireConditionsOf(call, storage, path);
  const isDirectory = call.request.query.get("resource") === "directory";
  if (entry && entry.isDirectory !== isDirectory) throw pathConflict(call.request);
}

async function requireConditionsOf(call: Call, storage: Storage, path: ItemPath): Promise<Entry | undefined> {
  const entry = await storage.entry(path);
  requireConditions(call.request, entry && storage.version(entry), "write");
  return entry;
}

function given({ request }: Call) {
  return { headers: givenHeaders(request, "x-ms-"), metadata: givenProperties(request) ?? {} };
}

function created(storage: Storage, entry: Entry): Reply {
  const headers = { ...storage.versionHeaders(entry), "x-ms-request-server-encrypted": "true" };
  return { status: 201, headers };
}

/** A flush sets the properties of the content anew, and keeps the metadata: what it does not give is cleared. */
async function flushed(
  { request }: Call,
  storage: Storage,
  path: ItemPath,
  before: Entry,
): Promise<Record<string, string>> {
  const { metadata } = storage.properties.of(before);
  const properties = { headers: givenHeaders(request, "x-ms-"), metadata };
  const entry = await storage.update(request, path, properties);
  return { ...storage.versionHeaders(entry), "x-ms-request-server-encrypted": "true" };
}

function requirePosition({ request }: Call): number {
  const value = request.query.get("position");
  if (value !== null && /^\d{1,15}$/.test(value)) return Number(value);
  throw invalidQuery(request, "position", value);
}
