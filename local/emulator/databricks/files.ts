import { mkdirSync } from "node:fs";
import { mkdir, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Route } from "../http/route.ts";
import { type DefineRoute, RawReply } from "./api-route.ts";
import { alreadyExists, apiError, doesNotExist, invalidParameter } from "./errors.ts";

const maxReadBytes = 1024 * 1024;

/** DBFS: a folder on disk, which notebooks see as `dbfs:/` and `/dbfs`. */
export class Dbfs {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** The file of a path, with or without `dbfs:` in front. Refuses a path that leads out of the folder. */
  fileOf(path: string): string {
    const plain = path.replace(/^dbfs:/, "");
    const parts = plain.split("/").filter(Boolean);
    if (
      !plain.startsWith("/") ||
      parts.some((part) => part === ".." || part === "." || part.includes("\0"))
    ) {
      throw invalidParameter(`Path must be absolute: ${path}`);
    }
    return join(this.folder, ...parts);
  }

  async info(
    path: string,
  ): Promise<{ path: string; is_dir: boolean; file_size: number; modification_time: number }> {
    const found = await stat(this.fileOf(path)).catch(() => undefined);
    if (!found) throw doesNotExist(`No file or directory exists on path ${path}.`);
    const isDirectory = found.isDirectory();
    return {
      path: path.replace(/^dbfs:/, ""),
      is_dir: isDirectory,
      file_size: isDirectory ? 0 : found.size,
      modification_time: Math.round(found.mtimeMs),
    };
  }

  async list(path: string) {
    const own = await this.info(path);
    if (!own.is_dir) return [own];
    const names = (await readdir(this.fileOf(path))).sort();
    return Promise.all(names.map((name) => this.info(`${own.path === "/" ? "" : own.path}/${name}`)));
  }

  async write(path: string, content: Buffer, overwrite: boolean): Promise<void> {
    const file = this.fileOf(path);
    if (!overwrite && (await stat(file).catch(() => undefined)))
      throw alreadyExists(`A file or directory already exists at ${path}.`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }

  async read(path: string, offset: number, length: number): Promise<Buffer> {
    if ((await this.info(path)).is_dir) throw invalidParameter(`Cannot read directory: ${path}`);
    const file = await open(this.fileOf(path));
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  async delete(path: string, recursive: boolean): Promise<void> {
    const file = this.fileOf(path);
    const entries = await readdir(file).catch(() => []);
    if (entries.length > 0 && !recursive) throw apiError(400, "IO_ERROR", `Directory ${path} is not empty.`);
    await rm(file, { recursive: true, force: true });
  }
}

/** Sources: https://docs.databricks.com/api/azure/workspace/dbfs and …/files */
export function fileRoutes(route: DefineRoute, dbfs: Dbfs): Route[] {
  const handles = new Map<number, { path: string; chunks: Buffer[] }>();
  let nextHandle = 1;
  const stream = (handle: number) => {
    const found = handles.get(handle);
    if (!found) throw doesNotExist(`No stream with handle ${handle} exists.`);
    return found;
  };
  return [
    route("GET", "/api/2.0/dbfs/get-status", "dbfs/getstatus", (fields) =>
      dbfs.info(fields.requiredString("path")),
    ),
    route("GET", "/api/2.0/dbfs/list", "dbfs/list", async (fields) => ({
      files: await dbfs.list(fields.requiredString("path")),
    })),
    route("GET", "/api/2.0/dbfs/read", "dbfs/read", async (fields) => {
      const length = fields.integer("length") ?? maxReadBytes / 2;
      if (length > maxReadBytes) throw apiError(400, "MAX_READ_SIZE_EXCEEDED", "length cannot exceed 1 MB");
      const data = await dbfs.read(fields.requiredString("path"), fields.integer("offset") ?? 0, length);
      return { bytes_read: data.length, data: data.toString("base64") };
    }),
    route("POST", "/api/2.0/dbfs/put", "dbfs/put", async (fields) => {
      const content = Buffer.from(fields.string("contents") ?? "", "base64");
      if (content.length > maxReadBytes)
        throw apiError(400, "MAX_BLOCK_SIZE_EXCEEDED", "contents cannot exceed 1 MB");
      await dbfs.write(fields.requiredString("path"), content, fields.boolean("overwrite"));
      return {};
    }),
    route("POST", "/api/2.0/dbfs/mkdirs", "dbfs/mkdirs", async (fields) => {
      await mkdir(dbfs.fileOf(fields.requiredString("path")), { recursive: true });
      return {};
    }),
    route("POST", "/api/2.0/dbfs/delete", "dbfs/delete", async (fields) => {
      await dbfs.delete(fields.requiredString("path"), fields.boolean("recursive"));
      return {};
    }),
    route("POST", "/api/2.0/dbfs/create", "dbfs/create", async (fields) => {
      const path = fields.requiredString("path");
      await dbfs.write(path, Buffer.alloc(0), fields.boolean("overwrite"));
      handles.set(nextHandle, { path, chunks: [] });
      return { handle: nextHandle++ };
    }),
    route("POST", "/api/2.0/dbfs/add-block", "dbfs/addblock", (fields) => {
      const block = Buffer.from(fields.requiredString("data"), "base64");
      if (block.length > maxReadBytes)
        throw apiError(400, "MAX_BLOCK_SIZE_EXCEEDED", "data cannot exceed 1 MB");
      stream(fields.requiredInteger("handle")).chunks.push(block);
      return {};
    }),
    route("POST", "/api/2.0/dbfs/close", "dbfs/close", async (fields) => {
      const handle = fields.requiredInteger("handle");
      const { path, chunks } = stream(handle);
      await dbfs.write(path, Buffer.concat(chunks), true);
      handles.delete(handle);
      return {};
    }),
    route("PUT", "/api/2.0/fs/files{path*}", "files/upload", async (_fields, _caller, request) => {
      const overwrite = request.query.get("overwrite") === "true";
      await dbfs.write(request.parameter("path"), request.body, overwrite);
      return new RawReply({ status: 204 });
    }),
    route("GET", "/api/2.0/fs/files{path*}", "files/download", async (_fields, _caller, request) => {
      const path = request.parameter("path");
      if ((await dbfs.info(path)).is_dir) throw doesNotExist(`The file ${path} does not exist.`);
      return new RawReply({ status: 200, body: await readFile(dbfs.fileOf(path)) });
    }),
    route("DELETE", "/api/2.0/fs/files{path*}", "files/delete", async (_fields, _caller, request) => {
      await dbfs.info(request.parameter("path"));
      await dbfs.delete(request.parameter("path"), false);
      return new RawReply({ status: 204 });
    }),
  ];
}
