import { readAtMost } from "../../http/bounded-read.ts";
import type { HttpClient } from "../../http/client.ts";
import { RequestError } from "../../http/errors.ts";

/** The most bytes that one request to `dbfs/read` returns. */
const blockBytes = 1024 * 1024;

/** Reads files that notebooks wrote. */
export class FilesApi {
  readonly #http: HttpClient;
  readonly #host: string;

  constructor(http: HttpClient, host: string) {
    this.#http = http;
    this.#host = host;
  }

  /**
   * Reads a whole file. Fails with a RequestError; its kind is `tooLarge` if the file is larger than `maxBytes`.
   * @param path `/Volumes/…`, `/Workspace/…` or another path in the workspace, `dbfs:/…` or `/dbfs/…`
   */
  read(path: string, maxBytes: number): Promise<Buffer> {
    if (/^dbfs:\/Volumes\//.test(path)) return this.#volume(path.slice("dbfs:".length), maxBytes);
    if (path.startsWith("/Volumes/")) return this.#volume(path, maxBytes);
    if (/^(dbfs:|\/dbfs\/)/.test(path))
      return this.#dbfs(path.replace(/^(dbfs:|\/dbfs(?=\/))/, ""), maxBytes);
    return this.#workspace(path.replace(/^\/Workspace(?=\/)/, ""), maxBytes);
  }

  /** https://docs.databricks.com/api/workspace/files/download */
  async #volume(path: string, maxBytes: number): Promise<Buffer> {
    const body = await this.#http.stream({
      method: "GET",
      path: `/api/2.0/fs/files${path.split("/").map(encodeURIComponent).join("/")}`,
      attempted: `read ${path}`,
    });
    return (await readAtMost(body, maxBytes)) ?? this.#failTooLarge(path, maxBytes);
  }

  /** https://docs.databricks.com/api/workspace/workspace/export */
  async #workspace(path: string, maxBytes: number): Promise<Buffer> {
    const body = await this.#http.stream({
      method: "GET",
      path: "/api/2.0/workspace/export",
      query: { path, format: "AUTO", direct_download: true },
      attempted: `read ${path}`,
    });
    return (await readAtMost(body, maxBytes)) ?? this.#failTooLarge(path, maxBytes);
  }

  /** https://docs.databricks.com/api/workspace/dbfs/read */
  async #dbfs(path: string, maxBytes: number): Promise<Buffer> {
    const blocks: Buffer[] = [];
    for (let offset = 0; ; ) {
      const { bytes_read, data } = await this.#http.json<{ bytes_read: number; data?: string | null }>({
        method: "GET",
        path: "/api/2.0/dbfs/read",
        query: { path, offset, length: blockBytes },
        attempted: `read dbfs:${path}`,
        answer: { bytes_read: "number", "data?": "string" },
      });
      blocks.push(Buffer.from(data ?? "", "base64"));
      offset += bytes_read;
      if (offset > maxBytes) this.#failTooLarge(`dbfs:${path}`, maxBytes);
      if (bytes_read < blockBytes) return Buffer.concat(blocks);
    }
  }

  #failTooLarge(path: string, maxBytes: number): never {
    throw new RequestError({
      kind: "tooLarge",
      attempted: `read ${path}`,
      on: this.#host,
      cameBack: `has a file there that is larger than ${maxBytes / 1024 / 1024} MB`,
      advice: "write a smaller file",
    });
  }
}
