import { mkdirSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import type { ServiceRequest } from "../http/request.ts";
import { Appends } from "./appends.ts";
import { Blocks } from "./blocks.ts";
import { CreatedFiles } from "./created-files.ts";
import { type Entry, entryAt, makeParents, replaceFile } from "./disk.ts";
import { notFound, pathConflict, speaksDfs, storageError } from "./errors.ts";
import { type ItemPath, requireUserPath } from "./paths.ts";
import { type Properties, PropertyStore } from "./properties.ts";

/** The files of all items: folders on disk, which notebooks read and write too. */
export class Storage {
  /** Uploads are written here and then moved, so that no reader sees a part of a file. */
  readonly uploadFolder: string;
  readonly properties = new PropertyStore();
  readonly appends: Appends;
  readonly blocks: Blocks;
  readonly created: CreatedFiles;

  constructor(stateFolder: string, clock: Clock) {
    this.uploadFolder = join(stateFolder, "onelake-uploads");
    mkdirSync(this.uploadFolder, { recursive: true });
    this.appends = new Appends(this.uploadFolder);
    this.blocks = new Blocks(this.uploadFolder, this.properties);
    this.created = new CreatedFiles(clock);
  }

  entry({ item, segments }: Pick<ItemPath, "item" | "segments">): Promise<Entry | undefined> {
    return entryAt(item.folder, segments);
  }

  /** What is at a path, which must exist. */
  async existing(request: ServiceRequest, path: ItemPath): Promise<Entry> {
    const entry = await this.entry(path);
    if (!entry) throw notFound(request);
    return entry;
  }

  async existingFile(request: ServiceRequest, path: ItemPath): Promise<Entry> {
    const entry = await this.existing(request, path);
    if (entry.isDirectory) throw pathConflict(request);
    return entry;
  }

  version(entry: Entry): { etag: string; lastModified: Date } {
    return { etag: this.properties.etag(entry), lastModified: this.properties.lastModified(entry) };
  }

  /** The headers that every answer to a change has. */
  versionHeaders(entry: Entry): Record<string, string> {
    const { etag, lastModified } = this.version(entry);
    return { etag: `"${etag}"`, "last-modified": lastModified.toUTCString() };
  }

  /** Where a file is or will be on this machine. Its parents are created; it must not be a folder. */
  async fileFor(request: ServiceRequest, { item, segments }: ItemPath): Promise<string> {
    const file = await makeParents(item.folder, segments);
    if (file === undefined) throw pathConflict(request);
    const entry = await entryAt(item.folder, segments);
    if (entry?.isDirectory) throw pathConflict(request);
    return file;
  }

  /** Puts an upload at a path, in place of the file that was there and of what was staged for it. */
  async place(
    request: ServiceRequest,
    path: ItemPath,
    { upload, properties, creator }: { upload: string; properties: Properties; creator: string },
  ): Promise<Entry> {
    try {
      return await this.created.during(path, creator, async () => {
        const file = await this.fileFor(request, path);
        await this.#discard(file);
        await replaceFile(upload, file);
        return this.update(request, path, properties);
      });
    } finally {
      await rm(upload, { force: true }); // if it could not be moved
    }
  }

  /** Sets the properties of what is at a path, as it is now. */
  async update(request: ServiceRequest, path: ItemPath, properties: Properties): Promise<Entry> {
    const entry = await this.existing(request, path);
    this.properties.set(entry, properties);
    return entry;
  }

  async makeDirectory(
    request: ServiceRequest,
    path: ItemPath,
    { properties, creator }: { properties: Properties; creator: string },
  ): Promise<Entry> {
    return this.created.during(path, creator, async () => {
      const folder = await makeParents(path.item.folder, path.segments);
      if (folder === undefined) throw pathConflict(request);
      await mkdir(folder, { recursive: true }).catch(() => undefined);
      if (!(await this.entry(path))?.isDirectory) throw pathConflict(request);
      return this.update(request, path, properties);
    });
  }

  async delete(request: ServiceRequest, path: ItemPath, entry: Entry, recursive: boolean): Promise<void> {
    requireUserPath(request, path);
    if (entry.isDirectory && !recursive && (await readdir(entry.file)).length > 0) {
      throw speaksDfs(request)
        ? storageError(
            request,
            409,
            "DirectoryNotEmpty",
            "The recursive query parameter value must be true to delete a non-empty directory.",
          )
        : storageError(
            request,
            409,
            "DirectoryIsNotEmpty",
            "This operation is not permitted on a non-empty directory.",
          );
    }
    await this.#discard(entry.file);
    await rm(entry.file, { recursive: true, force: true });
    this.properties.delete(entry.file);
  }

  /** Moves a file or folder over a file or an empty folder. */
  async rename(request: ServiceRequest, source: Entry, path: ItemPath, creator: string): Promise<Entry> {
    return this.created.during(path, creator, async () => {
      const file = await makeParents(path.item.folder, path.segments);
      const target = await this.entry(path);
      if (file === undefined || (target && target.isDirectory !== source.isDirectory))
        throw pathConflict(request);
      if (`${file}/`.startsWith(`${source.file}/`) && file !== source.file) {
        const message = "The source path for a rename operation is invalid.";
        throw storageError(request, 400, "InvalidRenameSourcePath", message);
      }
      if (target?.isDirectory && (await readdir(file)).length > 0) {
        const message = "The specified destination directory is not empty.";
        throw storageError(request, 409, "PathAlreadyExists", message);
      }
      await Promise.all([this.#discard(file), this.#discard(source.file)]);
      await rename(source.file, file);
      this.properties.move(source.file, file);
      return this.existing(request, path);
    });
  }

  async #discard(file: string): Promise<void> {
    await Promise.all([this.appends.discard(file), this.blocks.discard(file)]);
  }
}
