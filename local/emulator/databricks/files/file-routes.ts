import { Refusal } from "../../http/reply.ts";
import { isJsonObject, type ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import { type DefineRoute, RawReply } from "../api-route.ts";
import { apiError, invalidParameter } from "../errors.ts";
import { Fields } from "../fields.ts";
import { pageOf } from "../paging.ts";
import { contentReply, metadataReply } from "./file-content.ts";
import type { FileStorage } from "./storage.ts";

const pageSize = 1000;

/**
 * The Files API, for volumes. Every volume exists as soon as something is written to it.
 * Source: https://docs.databricks.com/api/azure/workspace/files
 */
export function fileRoutes(route: DefineRoute, storage: FileStorage): Route[] {
  const file = async (request: ServiceRequest) => {
    const path = volumePath(request);
    const info = await storage.info(path).catch(() => undefined);
    if (!info || info.is_dir) throw apiError(404, "NOT_FOUND", `The file ${path} does not exist.`);
    return info;
  };
  const directory = async (request: ServiceRequest) => {
    const path = volumePath(request);
    const info = await storage.info(path).catch(() => undefined);
    if (!info?.is_dir)
      throw filesError(
        404,
        "NOT_FOUND",
        "FILES_API_DIRECTORY_IS_NOT_FOUND",
        `The directory ${path} does not exist.`,
      );
    return path;
  };
  return [
    route("PUT", "/api/2.0/fs/files{path*}", "files/upload", async (_fields, caller, request) => {
      const path = volumePath(request);
      const overwrite = request.query.get("overwrite") !== "false"; // unspecified means true
      await asConflict(storage.write(path, request.body, overwrite, caller));
      return noContent();
    }),
    route("HEAD", "/api/2.0/fs/files{path*}", "files/getmetadata", async (_fields, _caller, request) => {
      return new RawReply(metadataReply(await file(request), request));
    }),
    route("GET", "/api/2.0/fs/files{path*}", "files/download", async (_fields, _caller, request) => {
      return new RawReply(await contentReply(storage, await file(request), request));
    }),
    route("DELETE", "/api/2.0/fs/files{path*}", "files/delete", async (_fields, _caller, request) => {
      await storage.delete((await file(request)).path, false);
      return noContent();
    }),
    route(
      "PUT",
      "/api/2.0/fs/directories{path*}",
      "files/createdirectory",
      async (_fields, _caller, request) => {
        await asConflict(storage.makeDirectories(volumePath(request)));
        return noContent();
      },
    ),
    route(
      "HEAD",
      "/api/2.0/fs/directories{path*}",
      "files/getdirectorymetadata",
      async (_fields, _caller, request) => {
        await directory(request);
        return new RawReply({ status: 200 });
      },
    ),
    route(
      "GET",
      "/api/2.0/fs/directories{path*}",
      "files/listdirectorycontents",
      async (fields, _caller, request) => {
        const entries = await storage.list(await directory(request));
        // "Values above 1000 will be coerced to 1000."
        const size = Math.min(fields.integer("page_size") ?? pageSize, pageSize);
        const page = pageOf(entries, new Fields({ ...fields.raw(), page_size: size }), {
          sizeField: "page_size",
          defaultSize: pageSize,
          maxSize: pageSize,
        });
        const { next_page_token: next } = page.tokens;
        return {
          contents: page.items.map((entry) => ({
            path: entry.path,
            name: entry.path.split("/").at(-1),
            is_directory: entry.is_dir,
            last_modified: entry.modification_time,
            ...(entry.is_dir ? {} : { file_size: entry.file_size }),
          })),
          ...(next === undefined ? {} : { next_page_token: next }),
        };
      },
    ),
    route(
      "DELETE",
      "/api/2.0/fs/directories{path*}",
      "files/deletedirectory",
      async (_fields, _caller, request) => {
        const path = await directory(request);
        // Only an empty directory can be deleted.
        if ((await storage.list(path)).length > 0)
          throw filesError(
            400,
            "INVALID_PARAMETER_VALUE",
            "FILES_API_DIRECTORY_IS_NOT_EMPTY",
            `The directory ${path} is not empty.`,
          );
        await storage.delete(path, false);
        return noContent();
      },
    ),
  ];
}

/** The path in the URL, which must be below a volume. */
export function volumePath(request: ServiceRequest): string {
  return inVolume(request.parameter("path"));
}

/** Refuses a path that is not below a volume, `/Volumes/<catalog>/<schema>/<volume>`. */
export function inVolume(path: string): string {
  if (!/^\/Volumes(\/[^/]+){3}(\/|$)/.test(path))
    throw invalidParameter(`Path must be below /Volumes/<catalog>/<schema>/<volume>: ${path}`);
  return path;
}

/**
 * An error of the Files API that clients tell by the reason in its details.
 * Source: https://github.com/databricks/cli/blob/main/libs/filer/files_client.go and its test
 */
function filesError(status: number, errorCode: string, reason: string, message: string): Refusal {
  const details = [
    { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason, domain: "filesystem.databricks.com" },
  ];
  return new Refusal({ status, body: { error_code: errorCode, message, details } });
}

function noContent(): RawReply {
  return new RawReply({ status: 204 });
}

/**
 * The Files API answers 409 where DBFS answers 400.
 * Source: https://github.com/databricks/cli/blob/main/libs/filer/files_client.go
 */
export async function asConflict(change: Promise<void>): Promise<void> {
  await change.catch((error: unknown) => {
    const body = error instanceof Refusal && isJsonObject(error.reply.body) ? error.reply.body : {};
    if (body.error_code !== "RESOURCE_ALREADY_EXISTS") throw error;
    throw apiError(409, "ALREADY_EXISTS", String(body.message));
  });
}
