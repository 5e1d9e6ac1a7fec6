import type { Clock } from "../../clock.ts";
import { parseMultipart } from "../../http/multipart.ts";
import { MalformedBody, type ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { DefineRoute } from "../api-route.ts";
import { apiError, doesNotExist, invalidParameter } from "../errors.ts";
import { Fields } from "../fields.ts";
import type { FileStorage } from "./storage.ts";

const maxBytes = 1024 * 1024;
/** A handle is closed if nothing is added for 10 minutes: https://docs.databricks.com/api/azure/workspace/dbfs/create */
const idleMs = 600_000;

/** Source: https://docs.databricks.com/api/azure/workspace/dbfs */
export function dbfsRoutes(route: DefineRoute, storage: FileStorage, clock: Clock): Route[] {
  const handles = new Map<number, { path: string; overwrite: boolean; chunks: Buffer[]; usedMs: number }>();
  let nextHandle = 1;
  const stream = (handle: number) => {
    const found = handles.get(handle);
    if (!found || clock.now() - found.usedMs > idleMs)
      throw doesNotExist(`No stream with handle ${handle} exists.`);
    found.usedMs = clock.now();
    return found;
  };
  return [
    route("GET", "/api/2.0/dbfs/get-status", "dbfs/getstatus", (fields) =>
      storage.info(fields.requiredString("path")),
    ),
    route("GET", "/api/2.0/dbfs/list", "dbfs/list", async (fields) => ({
      files: await storage.list(fields.requiredString("path")),
    })),
    route("GET", "/api/2.0/dbfs/read", "dbfs/read", async (fields) => {
      const length = fields.integer("length") ?? maxBytes / 2;
      if (length > maxBytes) throw apiError(400, "MAX_READ_SIZE_EXCEEDED", "length cannot exceed 1 MB");
      const data = await storage.read(fields.requiredString("path"), fields.integer("offset") ?? 0, length);
      return { bytes_read: data.length, data: data.toString("base64") };
    }),
    route("POST", "/api/2.0/dbfs/put", "dbfs/put", async (_fields, caller, request) => {
      const { fields, content } = readPut(request);
      await storage.write(fields.requiredString("path"), content, fields.boolean("overwrite"), caller);
      return {};
    }),
    route("POST", "/api/2.0/dbfs/mkdirs", "dbfs/mkdirs", async (fields) => {
      await storage.makeDirectories(fields.requiredString("path"));
      return {};
    }),
    route("POST", "/api/2.0/dbfs/move", "dbfs/move", async (fields) => {
      await storage.move(fields.requiredString("source_path"), fields.requiredString("destination_path"));
      return {};
    }),
    route("POST", "/api/2.0/dbfs/delete", "dbfs/delete", async (fields) => {
      await storage.delete(fields.requiredString("path"), fields.boolean("recursive"));
      return {};
    }),
    route("POST", "/api/2.0/dbfs/create", "dbfs/create", async (fields) => {
      const path = fields.requiredString("path");
      const overwrite = fields.boolean("overwrite");
      await storage.requireWritable(path, overwrite);
      handles.set(nextHandle, { path, overwrite, chunks: [], usedMs: clock.now() });
      return { handle: nextHandle++ };
    }),
    route("POST", "/api/2.0/dbfs/add-block", "dbfs/addblock", (fields) => {
      const block = decoded(fields.requiredString("data"));
      if (block.length > maxBytes) throw apiError(400, "MAX_BLOCK_SIZE_EXCEEDED", "data cannot exceed 1 MB");
      stream(fields.requiredInteger("handle")).chunks.push(block);
      return {};
    }),
    // The file appears as a whole when the stream is closed. Whether the platform shows a part of it before is not documented.
    route("POST", "/api/2.0/dbfs/close", "dbfs/close", async (fields, caller) => {
      const handle = fields.requiredInteger("handle");
      const { path, overwrite, chunks } = stream(handle);
      await storage.write(path, Buffer.concat(chunks), overwrite, caller);
      handles.delete(handle);
      return {};
    }),
  ];
}

/** A form with the file in `contents`, or JSON with base64, which is limited to 1 MB. */
function readPut(request: ServiceRequest): { fields: Fields; content: Buffer } {
  const contentType = request.header("content-type");
  if (contentType?.startsWith("multipart/")) {
    const parts = parseMultipart(request.body, contentType);
    if (!parts) throw new MalformedBody("The body is not a multipart form.");
    // The reference calls the file `contents`. The older command line of Databricks (PyPI databricks-cli) calls it `file`, and writes
    // booleans as Python's "True" and "False".
    const file = parts.find(({ name }) => name === "contents" || name === "file");
    const texts = parts.filter((part) => part !== file);
    const given = Object.fromEntries(texts.map(({ name, content }) => [name, content.toString()]));
    const fields = new Fields({ ...given, overwrite: given.overwrite?.toLowerCase() });
    return { fields, content: file?.content ?? Buffer.alloc(0) };
  }
  const fields = Fields.of(request);
  const content = decoded(fields.string("contents") ?? "");
  if (content.length > maxBytes)
    throw apiError(400, "MAX_BLOCK_SIZE_EXCEEDED", "contents cannot exceed 1 MB");
  return { fields, content };
}

function decoded(text: string): Buffer {
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text)) throw invalidParameter("The content is not valid base64.");
  return Buffer.from(text, "base64");
}
