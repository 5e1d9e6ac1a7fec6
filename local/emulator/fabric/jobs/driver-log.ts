import { mkdirSync, type Stats, statSync } from "node:fs";
import { appendFile, open } from "node:fs/promises";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import type { ExecutionError } from "../../../driver/execution-result.ts";

/** A notebook may print without end. The platform cuts long logs into rolling files, which the local workspace does not have. */
const keptBytes = 16 * 1024 * 1024;

/**
 * What the driver of a run has printed, in a file. Spark's launcher of Python programs sends their standard error to standard output, so that
 * this is the log `stdout`: https://github.com/apache/spark/blob/master/core/src/main/scala/org/apache/spark/deploy/PythonRunner.scala
 */
export class DriverLog {
  readonly #file: string;
  #omittedBytes = 0;

  constructor(file: string) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  }

  /** Copies what a run prints until it ends. */
  async fill(output: Readable): Promise<void> {
    const file = await open(this.#file, "a", 0o600);
    try {
      let length = 0;
      for await (const chunk of output) {
        const text = Buffer.from(chunk as string);
        const kept = text.subarray(0, keptBytes - length);
        length += kept.length;
        this.#omittedBytes += text.length - kept.length;
        if (kept.length > 0) await file.write(kept);
      }
    } finally {
      await file.close();
    }
  }

  /** Adds the trace of a run that has failed, as Python prints it when a program ends so. */
  async end(error: ExecutionError | undefined): Promise<void> {
    const omitted = this.#omittedBytes > 0 ? `\n[${this.#omittedBytes} bytes left out]\n` : "";
    // Python prints no trace when a program calls sys.exit.
    const trace = error?.trace && error.name !== "ScriptFailed" ? `${error.trace.trimEnd()}\n` : "";
    if (omitted + trace) await appendFile(this.#file, omitted + trace, { mode: 0o600 });
  }

  /** Undefined until the run prints, or ends. */
  get stats(): Stats | undefined {
    return statSync(this.#file, { throwIfNoEntry: false });
  }

  async read(start = 0, size = Number.MAX_SAFE_INTEGER): Promise<Buffer> {
    const length = Math.min(size, Math.max(0, (this.stats?.size ?? 0) - start));
    if (length === 0) return Buffer.alloc(0);
    const file = await open(this.#file, "r");
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, start);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }
}
