import type { Readable } from "node:stream";

/** "Databricks restricts this API to return the last 5 MB of these logs": https://docs.databricks.com/api/azure/workspace/jobs/getrunoutput */
const maxLogBytes = 5 * 1024 * 1024;

/** The end of what a program prints. */
export class LogTail {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #isTruncated = false;

  constructor(output: Readable) {
    output.on("data", (chunk: Buffer | string) => {
      this.#chunks.push(Buffer.from(chunk));
      this.#bytes += Buffer.byteLength(chunk);
      if (this.#bytes > 2 * maxLogBytes) this.#cut();
    });
  }

  /** As runs/get-output has it. */
  describe(): { logs: string; logs_truncated: boolean } {
    this.#cut();
    return { logs: Buffer.concat(this.#chunks).toString("utf8"), logs_truncated: this.#isTruncated };
  }

  #cut(): void {
    if (this.#bytes <= maxLogBytes) return;
    this.#isTruncated = true;
    this.#chunks = [Buffer.concat(this.#chunks).subarray(-maxLogBytes)];
    this.#bytes = maxLogBytes;
  }
}
