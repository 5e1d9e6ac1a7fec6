import { createHash, randomBytes } from "node:crypto";
import { ok } from "../../http/reply.ts";
import type { ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { SecretValues } from "../../secret-values.ts";
import type { DefineRoute } from "../api-route.ts";
import { apiError, doesNotExist, invalidParameter } from "../errors.ts";
import { Fields } from "../fields.ts";
import type { Principal } from "../principal.ts";
import { contentReply } from "./file-content.ts";
import { asConflict, inVolume, volumePath } from "./file-routes.ts";
import type { FileStorage } from "./storage.ts";

/** No page of the reference has these operations: this is the client that defines their form. */
const sdk = "https://github.com/databricks/databricks-sdk-py/blob/main/databricks/sdk/mixins/files.py";

interface Upload {
  path: string;
  overwrite: boolean;
  parts: Map<number, { etag: string; content: Buffer }>;
  creator: Principal;
}

/**
 * Uploads of large files in parts, and downloads, by addresses that need no token, as the SDKs make them. On the platform, the addresses lead
 * to the cloud's storage and expire; here they last, since a client computes the expiry by its own clock and not by the workspace's.
 */
export function transferRoutes(
  route: DefineRoute,
  { storage, secrets, url }: { storage: FileStorage; secrets: SecretValues; url: string },
): Route[] {
  const uploads = new Map<string, Upload>();
  /** By the token in an address: an upload, or the path of a download. */
  const addressed = new Map<string, Upload | string>();

  const address = (target: Upload | string): string => {
    const known = [...addressed].find(([, each]) => each === target)?.[0];
    const token = known ?? newToken();
    addressed.set(token, target);
    return `${url}/presigned/${token}`;
  };
  const newToken = (): string => {
    const token = randomBytes(24).toString("hex");
    secrets.add(token);
    return token;
  };
  const upload = (token: string, path: string): Upload => {
    const found = uploads.get(token);
    if (found?.path !== path) throw doesNotExist(`No upload session for ${path} has this token.`);
    return found;
  };
  const uploadOf = (fields: Fields) =>
    upload(fields.requiredString("session_token"), fields.requiredString("path"));
  const uploadAt = (request: ServiceRequest): Upload => {
    const target = addressed.get(request.parameter("token"));
    if (typeof target === "object") return target;
    throw noSuchAddress();
  };

  const forget = (ended: Upload): void => {
    for (const known of [uploads, addressed])
      for (const [token, each] of known) if (each === ended) known.delete(token);
  };

  return [
    route("POST", "/api/2.0/fs/files{path*}", sdk, async (_fields, caller, request) => {
      const path = volumePath(request);
      const action = request.query.get("action");
      if (action === "initiate-upload") {
        const token = newToken();
        const overwrite = request.query.get("overwrite") !== "false";
        uploads.set(token, { path, overwrite, parts: new Map(), creator: caller });
        return { multipart_upload: { session_token: token } };
      }
      if (action !== "complete-upload") throw invalidParameter(`Invalid action: ${action}`);
      const finished = upload(request.query.get("session_token") ?? "", path);
      const { overwrite, parts, creator } = finished;
      const contents = new Fields(request.json()).objects("parts").map((part) => {
        const number = part.requiredInteger("part_number");
        const uploaded = parts.get(number);
        if (uploaded && uploaded.etag === part.string("etag")) return { number, content: uploaded.content };
        throw invalidParameter(`Part ${number} of ${path} was not uploaded with this etag.`);
      });
      const inOrder = contents.sort((a, b) => a.number - b.number).map(({ content }) => content);
      // An existing file is refused only now, as on the platform:
      // https://github.com/databricks/cli/blob/main/libs/filer/files_client.go and the upload client that it uses
      await asConflict(storage.write(path, Buffer.concat(inOrder), overwrite, creator));
      forget(finished);
      return {};
    }),
    route("POST", "/api/2.0/fs/create-upload-part-urls", sdk, (fields) => {
      const base = address(uploadOf(fields));
      const first = fields.requiredInteger("start_part_number");
      const numbers = Array.from({ length: fields.integer("count") ?? 1 }, (_item, i) => first + i);
      const urls = numbers.map((number) => ({ url: `${base}/${number}`, part_number: number, headers: [] }));
      return { upload_part_urls: urls };
    }),
    route("POST", "/api/2.0/fs/create-abort-upload-url", sdk, (fields) => ({
      abort_upload_url: { url: address(uploadOf(fields)), headers: [] },
    })),
    route("POST", "/api/2.0/fs/create-download-url", sdk, async (fields) => {
      const path = inVolume(fields.requiredString("path"));
      const info = await storage.info(path).catch(() => undefined);
      if (!info || info.is_dir) throw apiError(404, "NOT_FOUND", `The file ${path} does not exist.`);
      return { url: address(path), headers: [] };
    }),
    {
      method: "PUT",
      path: "/presigned/{token}/{part}",
      source: sdk,
      handle: (request) => {
        const etag = `"${createHash("md5").update(request.body).digest("hex")}"`;
        uploadAt(request).parts.set(Number(request.parameter("part")), { etag, content: request.body });
        return ok({}, { etag });
      },
    },
    {
      method: "DELETE",
      path: "/presigned/{token}",
      source: sdk,
      handle: (request) => {
        forget(uploadAt(request));
        return ok();
      },
    },
    {
      method: "GET",
      path: "/presigned/{token}",
      source: sdk,
      handle: async (request) => {
        const path = addressed.get(request.parameter("token"));
        if (typeof path !== "string") throw noSuchAddress();
        return contentReply(storage, await storage.info(path), request);
      },
    },
  ];
}

function noSuchAddress() {
  return apiError(403, "PERMISSION_DENIED", "The address has no valid token.");
}
