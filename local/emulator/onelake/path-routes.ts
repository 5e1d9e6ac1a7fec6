import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { FilePart } from "../http/file-part.ts";
import type { Route } from "../http/route.ts";
import { describe, hasOtherOperation } from "./answers.ts";
import { requireConditions } from "./conditions.ts";
import { invalidHeader, notEmulated, speaksDfs } from "./errors.ts";
import { requireUserPath } from "./paths.ts";
import { rangeOf } from "./ranges.ts";
import type { DefineRoute } from "./route.ts";
import type { Storage } from "./storage.ts";

const largestHashedRange = 4 * 1024 * 1024;

/** Reading and deleting, which have the same paths in the DFS and the Blob API. */
export function pathRoutes(route: DefineRoute, storage: Storage): Route[] {
  return [
    route(
      "HEAD",
      "/{account?=onelake}/{workspace}/{path*}",
      "get-blob-properties",
      "read",
      async ({ request, path }) => {
        const plain = ["action=getStatus", "action=getAccessControl", "comp=metadata"];
        if (hasOtherOperation(request, plain)) return notEmulated(request);
        const entry = await storage.existing(request, path());
        requireConditions(request, storage.version(entry), "read");
        const isAcl = request.query.get("action") === "getAccessControl";
        const headers = describe(storage, entry);
        if (isAcl) headers["x-ms-acl"] = "rwx";
        return { status: 200, headers: { ...headers, "content-length": String(entry.size) } };
      },
    ),
    route("GET", "/{account?=onelake}/{workspace}/{path*}", "get-blob", "read", async ({ request, path }) => {
      if (hasOtherOperation(request)) return notEmulated(request);
      const entry = await storage.existing(request, path());
      requireConditions(request, storage.version(entry), "read");
      const headers = describe(storage, entry);
      const range = rangeOf(request, entry.size);
      if (!range) return { status: 200, headers, body: new FilePart(entry.file, 0, entry.size) };
      const { start, length } = range;
      // The stored MD5 is that of the whole file, and has another name in the answer to a part of it.
      const { "content-md5": wholeMd5, ...others } = headers;
      if (wholeMd5) others[speaksDfs(request) ? "x-ms-content-md5" : "x-ms-blob-content-md5"] = wholeMd5;
      others["content-range"] = `bytes ${start}-${start + length - 1}/${entry.size}`;
      if (request.header("x-ms-range-get-content-md5") === "true") {
        if (length > largestHashedRange) throw invalidHeader(request, "x-ms-range-get-content-md5");
        others["content-md5"] = await md5Of(entry.file, start, length);
      }
      return { status: 206, headers: others, body: new FilePart(entry.file, start, length) };
    }),
    route(
      "DELETE",
      "/{account?=onelake}/{workspace}/{path*}",
      "delete-blob",
      "write",
      async ({ request, path }) => {
        if (hasOtherOperation(request)) return notEmulated(request);
        const target = path();
        requireUserPath(request, target);
        const entry = await storage.existing(request, target);
        requireConditions(request, storage.version(entry), "write");
        await storage.delete(request, target, entry, request.query.get("recursive") === "true");
        if (speaksDfs(request)) return { status: 200 };
        return { status: 202, headers: { "x-ms-delete-type-permanent": "true" } };
      },
    ),
  ];
}

async function md5Of(file: string, start: number, length: number): Promise<string> {
  const hash = createHash("md5");
  for await (const chunk of createReadStream(file, { start, end: start + length - 1 }))
    hash.update(chunk as Buffer);
  return hash.digest("base64");
}
