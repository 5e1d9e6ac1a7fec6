import { randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import type { ServiceRequest } from "../http/request.ts";
import { contentSize, saveContent } from "./content.ts";
import type { Entry } from "./disk.ts";
import { invalidQuery, storageError } from "./errors.ts";
import type { CommittedBlock, PropertyStore } from "./properties.ts";
import { readXmlList } from "./xml.ts";

interface UncommittedBlock {
  readonly file: string;
  readonly size: number;
}

/**
 * Blobs in blocks.
 * Sources: https://learn.microsoft.com/rest/api/storageservices/put-block and /put-block-list
 */
export class Blocks {
  readonly #folder: string;
  readonly #properties: PropertyStore;
  /** By the path of the blob and the id of the block. */
  readonly #uncommitted = new Map<string, Map<string, UncommittedBlock>>();

  constructor(uploadFolder: string, properties: PropertyStore) {
    this.#folder = uploadFolder;
    this.#properties = properties;
  }

  async put(request: ServiceRequest, blob: string): Promise<void> {
    const id = request.query.get("blockid") ?? "";
    const isBase64 = id !== "" && Buffer.from(id, "base64").toString("base64") === id;
    if (!isBase64 || Buffer.from(id, "base64").length > 64) throw invalidQuery(request, "blockid", id);
    const [first] = this.#uncommitted.get(blob)?.keys() ?? [];
    if (first !== undefined && first.length !== id.length) {
      const message = "The specified blob or block content is invalid.";
      throw storageError(request, 400, "InvalidBlobOrBlock", message);
    }
    const file = join(this.#folder, randomUUID());
    const size = contentSize(request);
    await saveContent(request, file);
    // Looked up only now, as clients send the blocks of a blob at the same time.
    const blocks = this.#uncommitted.get(blob) ?? new Map<string, UncommittedBlock>();
    const before = blocks.get(id);
    blocks.set(id, { file, size });
    this.#uncommitted.set(blob, blocks);
    if (before) await rm(before.file, { force: true });
  }

  /** Joins the blocks that the request lists in a new file. */
  async join(
    request: ServiceRequest,
    blob: string,
    entry: Entry | undefined,
  ): Promise<{ upload: string; blocks: CommittedBlock[] }> {
    const listed = readXmlList(request.body.toString("utf8"), "BlockList");
    if (!listed) {
      const message = "XML specified is not syntactically valid.";
      throw storageError(request, 400, "InvalidXmlDocument", message);
    }
    const parts = listed.map(({ name, text }) => this.#find(request, blob, entry, name, text));
    const upload = join(this.#folder, randomUUID());
    const all = async function* () {
      for (const { file, start, size } of parts)
        if (size > 0) yield* createReadStream(file, { start, end: start + size - 1 });
    };
    await pipeline(all, createWriteStream(upload, { flags: "wx" }));
    return { upload, blocks: parts.map(({ id, size }) => ({ id, size })) };
  }

  uncommitted(blob: string): CommittedBlock[] {
    return [...(this.#uncommitted.get(blob) ?? [])].map(([id, { size }]) => ({ id, size }));
  }

  /** Forgets the uncommitted blocks of a path and of those below it, as every other way of writing a blob does. */
  async discard(file: string): Promise<void> {
    const gone = [...this.#uncommitted].filter(([path]) => path === file || path.startsWith(file + sep));
    for (const [path] of gone) this.#uncommitted.delete(path);
    const files = gone.flatMap(([, blocks]) => [...blocks.values()].map((block) => block.file));
    await Promise.all(files.map((each) => rm(each, { force: true })));
  }

  #find(request: ServiceRequest, blob: string, entry: Entry | undefined, kind: string, id: string) {
    const uncommitted = this.#uncommitted.get(blob)?.get(id);
    if (kind !== "Committed" && uncommitted) return { id, start: 0, ...uncommitted };
    if (kind !== "Uncommitted" && entry) {
      let start = 0;
      for (const block of this.#properties.of(entry).blocks ?? []) {
        if (block.id === id) return { id, file: entry.file, start, size: block.size };
        start += block.size;
      }
    }
    throw storageError(request, 400, "InvalidBlockList", "The specified block list is invalid.");
  }
}
