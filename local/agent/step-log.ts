import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import type { SecretMasker } from "./commands/secret-masker.ts";

/** Only the end of a log stays in memory, because it says why a step failed. The file has all of it. */
const maxCharactersKept = 4_000_000;
const flushAtCharacters = 64_000;

/** The log of one step. Each line is masked first, then passed on and written to the file; the last lines stay in memory. */
export class StepLog {
  #kept: string[] = [];
  #keptCharacters = 0;
  #first = 0;
  #unwritten = "";
  readonly #file: number | undefined;

  readonly #masker: SecretMasker;
  readonly #options: { onLine?: (line: string) => void; file?: string };

  constructor(masker: SecretMasker, options: { onLine?: (line: string) => void; file?: string }) {
    this.#masker = masker;
    this.#options = options;
    if (options.file === undefined) return;
    mkdirSync(path.dirname(options.file), { recursive: true });
    this.#file = openSync(options.file, "w", 0o600);
  }

  readonly write = (raw: string): void => {
    const line = this.#masker.mask(raw);
    this.#options.onLine?.(line);
    this.#keep(line);
    if (this.#file === undefined) return;
    this.#unwritten += `${line}\n`;
    if (this.#unwritten.length >= flushAtCharacters) this.#flush();
  };

  close(): void {
    if (this.#file === undefined) return;
    this.#flush();
    closeSync(this.#file);
  }

  text(): string {
    return this.#kept.slice(this.#first).join("\n");
  }

  #keep(line: string): void {
    this.#kept.push(line);
    this.#keptCharacters += line.length + 1;
    while (this.#keptCharacters > maxCharactersKept && this.#first < this.#kept.length - 1) {
      this.#keptCharacters -= (this.#kept[this.#first]?.length ?? 0) + 1;
      this.#first += 1;
    }
    if (this.#first > 10_000) {
      this.#kept = this.#kept.slice(this.#first);
      this.#first = 0;
    }
  }

  #flush(): void {
    if (this.#file !== undefined) writeSync(this.#file, this.#unwritten);
    this.#unwritten = "";
  }
}
