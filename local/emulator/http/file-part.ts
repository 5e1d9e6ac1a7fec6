import { createReadStream } from "node:fs";
import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";

/** The body of an answer that is a part of a file. It is sent without reading it into memory. */
export class FilePart {
  readonly file: string;
  readonly start: number;
  readonly length: number;

  constructor(file: string, start: number, length: number) {
    this.file = file;
    this.start = start;
    this.length = length;
  }

  /** Sends it. If the file has become shorter, or after `truncate` bytes, the connection is cut, as by any fault. */
  async send(response: ServerResponse, truncate?: number): Promise<void> {
    const length = truncate === undefined ? this.length : Math.min(truncate, this.length);
    try {
      if (length > 0) {
        const content = createReadStream(this.file, { start: this.start, end: this.start + length - 1 });
        await pipeline(content, response, { end: false });
        if (content.bytesRead < length) response.destroy();
      }
      if (truncate === undefined) response.end();
      else response.destroy();
    } catch {
      response.destroy(); // the client went away, or the file is gone
    }
  }
}
