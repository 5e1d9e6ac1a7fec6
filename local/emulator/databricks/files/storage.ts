import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Clock } from "../../clock.ts";
import type { LedgerEntry } from "../../ledger-entry.ts";
import { alreadyExists, apiError, doesNotExist, invalidParameter } from "../errors.ts";
import type { Principal } from "../principal.ts";

interface FileInfo {
  path: string;
  is_dir: boolean;
  file_size: number;
  modification_time: number;
}

const volumes = "Volumes";

/** DBFS and the volumes: a folder on disk, which notebooks see as `dbfs:/` and `/Volumes`. */
export class FileStorage {
  readonly folder: string;
  readonly #clock: Clock;
  /** Uploads are written here and then moved, so that a stream never reads a part of a file. */
  readonly #uploadFolder: string;
  /** Who uploaded which path through the API, and when. What notebooks write is not in it. */
  readonly #uploads = new Map<string, { creator: Principal; atMs: number }>();

  constructor(folder: string, uploadFolder: string, clock: Clock) {
    this.folder = folder;
    this.#uploadFolder = uploadFolder;
    this.#clock = clock;
    for (const each of [folder, uploadFolder]) mkdirSync(each, { recursive: true });
  }

  /** The file of a path, with or without `dbfs:` in front. Refuses a path that leads out of the folder. */
  fileOf(path: string): string {
    return join(this.folder, ...partsOf(path));
  }

  async info(path: string): Promise<FileInfo> {
    const found = await stat(this.fileOf(path)).catch(() => undefined);
    if (!found) throw doesNotExist(`No file or directory exists on path ${path}.`);
    const isDirectory = found.isDirectory();
    return {
      path: pathOf(path),
      is_dir: isDirectory,
      file_size: isDirectory ? 0 : found.size,
      modification_time: Math.round(found.mtimeMs),
    };
  }

  /** The content of a directory by name, or the file itself. */
  async list(path: string): Promise<FileInfo[]> {
    const own = await this.info(path);
    if (!own.is_dir) return [own];
    const isRoot = own.path === "/";
    const all = (await readdir(this.fileOf(path))).sort();
    const names = isRoot && (await this.#hasNoVolume()) ? all.filter((name) => name !== volumes) : all;
    const parent = isRoot ? "" : own.path;
    return Promise.all(names.map((name) => this.info(`${parent}/${name}`)));
  }

  /** Whether the folder of the volumes, which exists for each notebook, has nothing in it. */
  async #hasNoVolume(): Promise<boolean> {
    return (await readdir(join(this.folder, volumes)).catch(() => [])).length === 0;
  }

  /** Refuses a path that exists, unless it is a file that `overwrite` replaces. */
  async requireWritable(path: string, overwrite: boolean): Promise<void> {
    const found = await stat(this.fileOf(path)).catch(() => undefined);
    if (found && (!overwrite || found.isDirectory()))
      throw alreadyExists(`A file or directory already exists at the input path ${path}.`);
  }

  /** Writes a whole file at once: a reader sees all of it or nothing. */
  async write(path: string, content: Buffer, overwrite: boolean, creator: Principal): Promise<void> {
    await this.requireWritable(path, overwrite);
    const file = this.fileOf(path);
    await this.makeDirectories(dirname(pathOf(path)));
    const upload = join(this.#uploadFolder, randomUUID());
    await writeFile(upload, content);
    await rename(upload, file);
    this.#uploads.set(pathOf(path), { creator, atMs: this.#clock.now() });
  }

  async read(path: string, offset: number, length: number): Promise<Buffer> {
    if ((await this.info(path)).is_dir) throw invalidParameter(`Cannot read directory: ${path}`);
    // Both are errors in the reference: https://docs.databricks.com/api/azure/workspace/dbfs/read
    for (const [name, value] of Object.entries({ offset, length }))
      if (value < 0) throw invalidParameter(`${name} must not be negative, got ${value}.`);
    const file: FileHandle = await open(this.fileOf(path));
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  async makeDirectories(path: string): Promise<void> {
    await mkdir(this.fileOf(path), { recursive: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST" && error.code !== "ENOTDIR") throw error;
      throw alreadyExists(`A file exists at a prefix of the input path ${path}.`);
    });
  }

  async move(source: string, destination: string): Promise<void> {
    await this.info(source);
    await this.requireWritable(destination, false);
    const [from, to] = [pathOf(source), pathOf(destination)];
    if (to.startsWith(`${from}/`) || from === "/")
      throw invalidParameter(`Cannot move ${from} into itself: ${to}`); // unconfirmed wording
    await this.makeDirectories(dirname(to));
    await rename(this.fileOf(source), this.fileOf(destination));
    for (const [path, upload] of [...this.#uploads]) {
      if (path !== from && !path.startsWith(`${from}/`)) continue;
      this.#uploads.delete(path);
      this.#uploads.set(to + path.slice(from.length), upload);
    }
  }

  async delete(path: string, recursive: boolean): Promise<void> {
    const file = this.fileOf(path);
    const entries = await readdir(file).catch(() => []);
    if (entries.length > 0 && !recursive) throw apiError(400, "IO_ERROR", `Directory ${path} is not empty.`);
    await rm(file, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true }); // the root always exists
  }

  /** The files that were uploaded and still exist. */
  ledger(): LedgerEntry[] {
    for (const path of this.#uploads.keys()) if (!existsSync(this.fileOf(path))) this.#uploads.delete(path); // deleted, also by a notebook
    return [...this.#uploads].map(([path, { creator, atMs }]) => ({
      id: path,
      name: path,
      tags: {},
      creator: creator.displayName,
      ageSeconds: (this.#clock.now() - atMs) / 1000,
    }));
  }
}

function partsOf(path: string): string[] {
  const plain = path.replace(/^dbfs:/, "");
  const parts = plain.split("/").filter(Boolean);
  if (!plain.startsWith("/") || parts.some((part) => part === ".." || part === "." || part.includes("\0")))
    throw invalidParameter(`Path must be absolute: ${path}`);
  return parts;
}

/** A path as the ledger and the answers have it: without `dbfs:` and without empty parts. */
function pathOf(path: string): string {
  return `/${partsOf(path).join("/")}`;
}
