import { type FileHandle, open } from "node:fs/promises";
import { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

const chunkBytes = 64 * 1024;
const pollMs = 50;

/**
 * What a notebook prints, read from its file as it grows: nothing is held but one chunk, a slow reader never blocks the
 * notebook, and with no reader nothing is read. `redact` gets text and whether it is the last; it may keep some back.
 */
export class OutputTail extends Readable {
  readonly #file: string;
  readonly #redact: (text: string, last: boolean) => string;
  readonly #decoder = new StringDecoder("utf8");
  #handle: FileHandle | undefined;
  #offset = 0;
  #ended = false;

  constructor(file: string, redact: (text: string, last: boolean) => string) {
    super({ encoding: "utf8", highWaterMark: chunkBytes });
    this.#file = file;
    this.#redact = redact;
  }

  /** The notebook's process is gone: what stands in the file is all. */
  finish(): void {
    this.#ended = true;
  }

  override _read(): void {
    this.#pull().catch((error: Error) => this.destroy(error));
  }

  async #pull(): Promise<void> {
    for (;;) {
      const ended = this.#ended; // before reading, so that what was written before the end is read after it
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

  /** The next text; "" where redaction holds it back, undefined at the end of the file. */
  async #next(): Promise<string | undefined> {
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
