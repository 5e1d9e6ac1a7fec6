import { sep } from "node:path";
import type { Entry } from "./disk.ts";

/** The headers by which both APIs return properties of the content. */
export const contentHeaders = [
  "content-type",
  "content-encoding",
  "content-language",
  "content-disposition",
  "cache-control",
  "content-md5",
] as const;

export type ContentHeader = (typeof contentHeaders)[number];

/** What clients keep with a file or folder, besides its content. */
export interface Properties {
  readonly headers: Readonly<Partial<Record<ContentHeader, string>>>;
  readonly metadata: Readonly<Record<string, string>>;
  /** Of a blob that was written in blocks. */
  readonly blocks?: readonly CommittedBlock[];
}

export interface CommittedBlock {
  readonly id: string;
  readonly size: number;
}

interface Kept {
  stamp: string;
  properties: Properties;
  /** Counts the changes of the properties alone, which change the ETag too. */
  changes: number;
  changedMs: number;
}

const none: Properties = { headers: {}, metadata: {} };

/**
 * The properties of files and folders, by their path on this machine. They are those of one content: what a notebook has changed since
 * has none, above all not the MD5 of what it replaced.
 */
export class PropertyStore {
  readonly #kept = new Map<string, Kept>();

  of(entry: Entry): Properties {
    return this.#current(entry)?.properties ?? none;
  }

  set(entry: Entry, properties: Properties): void {
    const before = this.#current(entry);
    this.#kept.set(entry.file, {
      stamp: stampOf(entry),
      properties,
      changes: before ? before.changes + 1 : 0,
      changedMs: before ? Date.now() : 0,
    });
  }

  /** Opaque, and new with each change: hexadecimal, as OneLake's are. */
  etag(entry: Entry): string {
    const { stats } = entry;
    const ticks = stats.mtimeNs / 100n + 621_355_968_000_000_000n;
    // Two writes within one tick of the file system's clock have the same time, but another inode or size.
    const mixed = ticks ^ ((stats.ino * 31n + BigInt(entry.size)) & 0x7fffn);
    const changes = this.#current(entry)?.changes ?? 0;
    return `0x${(mixed + BigInt(changes) * 0x10000n).toString(16).toUpperCase()}`;
  }

  lastModified(entry: Entry): Date {
    const changedMs = this.#current(entry)?.changedMs ?? 0;
    return new Date(Math.max(Number(entry.stats.mtimeNs / 1_000_000n), changedMs));
  }

  /** Forgets a path and all below it. */
  delete(file: string): void {
    for (const path of this.#below(file)) this.#kept.delete(path);
  }

  move(from: string, to: string): void {
    this.delete(to);
    for (const path of this.#below(from)) {
      this.#kept.set(to + path.slice(from.length), this.#kept.get(path) as Kept);
      this.#kept.delete(path);
    }
  }

  #current(entry: Entry): Kept | undefined {
    const kept = this.#kept.get(entry.file);
    return kept?.stamp === stampOf(entry) ? kept : undefined;
  }

  #below(file: string): string[] {
    return [...this.#kept.keys()].filter((path) => path === file || path.startsWith(file + sep));
  }
}

/** A folder's time changes with its content, which does not touch its own properties. */
function stampOf({ isDirectory, size, stats }: Entry): string {
  return isDirectory ? String(stats.ino) : `${stats.ino}:${size}:${stats.mtimeNs}`;
}
