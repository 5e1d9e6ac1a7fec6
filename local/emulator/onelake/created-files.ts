import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import type { LedgerEntry } from "../ledger-entry.ts";
import type { ItemPath } from "./paths.ts";

interface Created {
  readonly id: string;
  readonly name: string;
  readonly creator: string;
  readonly atMs: number;
}

/** What clients created directly below `Files` of an item, each with all that is in it. Files that notebooks write are not listed. */
export class CreatedFiles {
  readonly #clock: Clock;
  /** By the path on this machine. */
  readonly #created = new Map<string, Created>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Does what creates something at a path, and lists it if there was nothing before. */
  async during<T>(path: ItemPath, creator: string, create: () => Promise<T>): Promise<T> {
    const { workspace, item, segments } = path;
    const [top = "", name] = segments;
    const file = join(item.folder, top, name ?? "");
    const isNew = top === "Files" && name !== undefined && !existsSync(file);
    const result = await create();
    if (isNew) {
      this.#created.set(file, {
        id: `${workspace.id}/${item.id}/${top}/${name}`,
        name: `${workspace.name}/${item.name}.${item.type}/${top}/${name}`,
        creator,
        atMs: this.#clock.now(),
      });
    }
    return result;
  }

  ledger(): LedgerEntry[] {
    for (const file of this.#created.keys()) if (!existsSync(file)) this.#created.delete(file); // deleted, also by a notebook
    return [...this.#created.values()].map(({ atMs, ...created }) => ({
      ...created,
      tags: {},
      ageSeconds: (this.#clock.now() - atMs) / 1000,
    }));
  }
}
