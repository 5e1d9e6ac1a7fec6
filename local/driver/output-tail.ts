import { type FileHandle, open } from "node:fs/promises";
import { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

const chunkBytes = 64 * 1024;
const pollMs = 50;

/**
 * What a notebook prints, read from its file as the file grows. Only one chunk is in memory, and a slow reader or none never blocks
 * the notebook. `redact` gets each text and whether it is the last; it may return a part of it later.
 */
export class OutputTail extends Readable {
  readonly #file: string;
  readonly #redact: (text: string, last: boolean) => string;
  readonly #decoder = new StringDecoder("utf8");
  #handle: FileHandle | undefined;
  #offset = 0;
  #ended = false;
  #inserted = "";

  constructor(file: string, redact: (text: string, last: boolean) => string) {
    super({ encoding: "utf8", highWaterMark: chunkBytes });
    this.#file = file;
    this.#redact = redact;
  }

  /** Adds a text that the notebook did not print, redacted already, at the place that the reader has reached. */
  insert(text: string): void {
    if (this.#inserted.length < chunkBytes) this.#inserted += text; // more only if nobody reads
  }

  /** Call it when the notebook's process has ended: the file is complete then. */
  finish(): void {
    this.#ended = true;
  }

  override _read(): void {
    this.#pull().catch((error: Error) => this.destroy(error));
  }

  async #pull(): Promise<void> {
    for (;;) {
      const ended = this.#ended; // read before the file, so that the rest of the file is read after the end
      const text = await this.#next();
      if (text) {
        this.push(text);
        return;
      }
      if (text === undefined && ended) {
        const rest = this.#redact(this.#decoder.end(), true);
        if (rest) this.push(rest);
        this.push(null);
        return;
      }
      if (text === undefined) await new Promise((resolve) => setTimeout(resolve, pollMs).unref());
      if (this.destroyed) return;
    }
  }

  /** The next text; "" if redaction keeps it back, undefined at the end of the file. */
  async #next(): Promise<string | undefined> {
    if (this.#inserted) {
      const text = this.#inserted;
      this.#inserted = "";
      return text;
    }
    this.#handle ??= await open(this.#file, "r").catch(() => undefined);
    if (!this.#handle) return undefined;
    const { bytesRead, buffer } = await this.#handle.read(
      Buffer.alloc(chunkBytes),
      0,
      chunkBytes,
      this.#offset,
    );
    this.#offset += bytesRead;
    return bytesRead ? this.#redact(this.#decoder.write(buffer.subarray(0, bytesRead)), false) : undefined;
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    Promise.resolve(this.#handle?.close()).then(
      () => callback(error),
      () => callback(error),
    );
  }
}
