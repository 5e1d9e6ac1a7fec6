import path from "node:path/posix";
import type { HttpClient } from "../../http/client.ts";
import { ifFound } from "../../http/if-found.ts";
import type { WorkspaceApi } from "./workspace.ts";

/** Files below one kind of path. Each method fails with a RequestError; paths are absolute and as users write them. */
export interface FileStore {
  /**
   * Creates or replaces a file, as a whole or not at all. Its folder must exist.
   * @param onDoubt called after each attempt that may still take effect
   */
  upload(path: string, content: Buffer, onDoubt: () => void): Promise<void>;
  /** Creates a folder and its parents. A folder that exists already is a success. */
  makeFolder(path: string): Promise<void>;
  /** The paths directly in a folder; undefined if there is no such folder. */
  list(path: string): Promise<string[] | undefined>;
  /** Deletes a file, or an empty folder. One that does not exist counts as deleted. */
  delete(path: string, kind: "file" | "folder"): Promise<void>;
}

/** The most bytes of `contents` in a request to `dbfs/put`, and of a block. https://docs.databricks.com/api/workspace/dbfs/put */
const blockBytes = 1024 * 1024;

/** `dbfs:/…` and `/dbfs/…`. https://docs.databricks.com/api/workspace/dbfs */
export class DbfsStore implements FileStore {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /** A file of several blocks grows where a stream could read it, so it is written under a name that Spark ignores, and then moved. */
  async upload(file: string, content: Buffer, onDoubt: () => void): Promise<void> {
    const target = dbfsPath(file);
    if (content.length <= blockBytes) {
      const body = { path: target, contents: content.toString("base64"), overwrite: true };
      return this.#post("put", `upload ${file}`, body, onDoubt);
    }
    const hidden = path.join(path.dirname(target), `_${path.basename(target)}`);
    const { handle } = await this.#http.json<{ handle: number }>({
      method: "POST",
      path: "/api/2.0/dbfs/create",
      body: { path: hidden, overwrite: true },
      attempted: `upload ${file}`,
      repeatable: true,
      answer: { handle: "number" },
      onDoubt,
    });
    for (let offset = 0; offset < content.length; offset += blockBytes)
      await this.#http.json({
        method: "POST",
        path: "/api/2.0/dbfs/add-block",
        body: { handle, data: content.subarray(offset, offset + blockBytes).toString("base64") },
        attempted: `upload ${file}`,
        answer: "nothing",
      });
    await this.#post("close", `upload ${file}`, { handle });
    await this.#post("move", `upload ${file}`, { source_path: hidden, destination_path: target }, onDoubt);
  }

  makeFolder(folder: string): Promise<void> {
    return this.#post("mkdirs", `create folder ${folder}`, { path: dbfsPath(folder) });
  }

  async list(folder: string): Promise<string[] | undefined> {
    const listed = await ifFound(
      this.#http.json<{ files?: { path: string }[] | null }>({
        method: "GET",
        path: "/api/2.0/dbfs/list",
        query: { path: dbfsPath(folder) },
        attempted: `list ${folder}`,
        answer: { "files?": [{ path: "string" }] },
      }),
    );
    return listed && (listed.files ?? []).map((file) => `dbfs:${file.path}`);
  }

  async delete(file: string): Promise<void> {
    await ifFound(this.#post("delete", `delete ${file}`, { path: dbfsPath(file), recursive: false }));
  }

  async #post(operation: string, attempted: string, body: object, onDoubt?: () => void): Promise<void> {
    await this.#http.json({
      method: "POST",
      path: `/api/2.0/dbfs/${operation}`,
      body,
      attempted,
      repeatable: operation !== "move" && operation !== "close",
      answer: "nothing",
      onDoubt,
    });
  }
}

function dbfsPath(file: string): string {
  return file.replace(/^(dbfs:|\/dbfs(?=\/))/, "");
}

/** `/Volumes/…`. https://docs.databricks.com/api/workspace/files */
export class VolumeStore implements FileStore {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  async upload(file: string, content: Buffer, onDoubt: () => void): Promise<void> {
    await this.#http.json({
      method: "PUT",
      path: `/api/2.0/fs/files${encoded(file)}`,
      query: { overwrite: true },
      headers: { "content-type": "application/octet-stream" },
      body: content,
      attempted: `upload ${file}`,
      answer: "nothing",
      onDoubt,
    });
  }

  async makeFolder(folder: string): Promise<void> {
    await this.#http.json({
      method: "PUT",
      path: `/api/2.0/fs/directories${encoded(folder)}`,
      attempted: `create folder ${folder}`,
      answer: "nothing",
    });
  }

  async list(folder: string): Promise<string[] | undefined> {
    const found: string[] = [];
    let page_token: string | undefined;
    do {
      const page = await ifFound(
        this.#http.json<{ contents?: { path: string }[] | null; next_page_token?: string }>({
          method: "GET",
          path: `/api/2.0/fs/directories${encoded(folder)}`,
          query: { page_token },
          attempted: `list ${folder}`,
          answer: { "contents?": [{ path: "string" }], "next_page_token?": "string" },
        }),
      );
      if (page === undefined) return undefined;
      found.push(...(page.contents ?? []).map((entry) => entry.path));
      page_token = page.next_page_token || undefined;
    } while (page_token);
    return found;
  }

  async delete(file: string, kind: "file" | "folder"): Promise<void> {
    await ifFound(
      this.#http.json({
        method: "DELETE",
        path: `/api/2.0/fs/${kind === "file" ? "files" : "directories"}${encoded(file)}`,
        attempted: `delete ${file}`,
        answer: "nothing",
      }),
    );
  }
}

function encoded(file: string): string {
  return file.split("/").map(encodeURIComponent).join("/");
}

/** `/Workspace/…`. */
export class WorkspaceStore implements FileStore {
  readonly #workspace: WorkspaceApi;

  constructor(workspace: WorkspaceApi) {
    this.#workspace = workspace;
  }

  upload(file: string, content: Buffer, onDoubt: () => void): Promise<void> {
    const request = { path: objectPath(file), format: "RAW", overwrite: true } as const;
    return this.#workspace.import({ ...request, content: content.toString("base64") }, onDoubt);
  }

  makeFolder(folder: string): Promise<void> {
    return this.#workspace.mkdirs({ path: objectPath(folder) });
  }

  async list(folder: string): Promise<string[] | undefined> {
    const existing = await ifFound(this.#workspace.getStatus({ path: objectPath(folder) }));
    if (existing === undefined) return undefined;
    return (await this.#workspace.list({ path: objectPath(folder) })).map((each) => `/Workspace${each.path}`);
  }

  async delete(file: string): Promise<void> {
    await ifFound(this.#workspace.delete({ path: objectPath(file), recursive: false }));
  }
}

function objectPath(file: string): string {
  return file.replace(/^\/Workspace(?=\/)/, "");
}
