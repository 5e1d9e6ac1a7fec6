import { StringDecoder } from "node:string_decoder";
import type { TaskHost } from "../../task/host.ts";
import { runFiles } from "./remote-run.ts";
import type { RunFolder } from "./run-folder.ts";

const maxRead = 256 * 1024;
/** What is shown while the tests run. Of what follows, only the end is shown. */
const maxLive = 2 * 1024 * 1024;
const maxKept = 256 * 1024;

/** Shows what pip and pytest print, in whole lines, so that a secret in a line is masked. */
export class LiveOutput {
  readonly #folder: Pick<RunFolder, "readFrom">;
  readonly #host: Pick<TaskHost, "log" | "signal">;
  #decoder = new StringDecoder("utf8");
  #offset = 0;
  /** The beginning of a line whose end has not come. */
  #held = "";
  #kept = "";
  #reading: Promise<unknown> | undefined;

  constructor(folder: Pick<RunFolder, "readFrom">, host: Pick<TaskHost, "log" | "signal">) {
    this.#folder = folder;
    this.#host = host;
  }

  /** Begins to read what is new, if it is not being read. What cannot be read is read by a later call. */
  look(): void {
    if (this.#reading !== undefined || this.#offset >= maxLive) return;
    this.#reading = this.#readOn()
      .catch(() => undefined)
      .finally(() => {
        this.#reading = undefined;
      });
  }

  /** Shows the rest after the end of the job, and returns the end of the whole output. A failure is a warning. */
  async finish(): Promise<string | undefined> {
    const { log, signal } = this.#host;
    await this.#reading;
    try {
      const rest = await this.#readOn();
      if (rest > maxRead) await this.#skip(rest - maxRead);
      for (let left = rest; left > 0; ) left = await this.#readOn();
    } catch (error) {
      if (!signal.aborted) log.warning(`${(error as Error).message} The output of pytest is not complete.`);
    }
    this.#show(`${this.#held}${this.#decoder.end()}`);
    this.#held = "";
    return this.#kept.trim() === "" ? undefined : this.#kept;
  }

  /** Reads and shows the next part. @returns how many bytes there are after it */
  async #readOn(): Promise<number> {
    const range = await this.#folder.readFrom(runFiles.log, this.#offset, { maxBytes: maxRead });
    if (range === undefined) return 0;
    this.#offset += range.content.length;
    this.#take(this.#decoder.write(range.content));
    return range.content.length === 0 ? 0 : range.size - this.#offset;
  }

  /** Leaves out so many bytes, and the rest of the line in which they end, because a part of a secret is not recognised. */
  async #skip(bytes: number): Promise<void> {
    this.#show(this.#held);
    this.#held = "";
    this.#host.log.line(`(${bytes} bytes of the output are not shown.)`);
    this.#decoder = new StringDecoder("utf8");
    this.#offset += bytes;
    const range = await this.#folder.readFrom(runFiles.log, this.#offset, { maxBytes: maxRead });
    if (range === undefined) return;
    this.#offset += range.content.length;
    const lineEnd = range.content.indexOf("\n");
    this.#take(this.#decoder.write(range.content.subarray(lineEnd < 0 ? range.content.length : lineEnd + 1)));
  }

  #take(text: string): void {
    const lines = `${this.#held}${text}`;
    const end = lines.lastIndexOf("\n") + 1;
    this.#show(lines.slice(0, end));
    this.#held = lines.slice(end);
  }

  #show(text: string): void {
    if (text === "") return;
    this.#host.log.outside(text.replace(/\n$/, ""));
    this.#kept = `${this.#kept}${text}`.slice(-maxKept);
  }
}
