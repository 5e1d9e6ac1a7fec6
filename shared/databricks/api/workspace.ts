import { AdaptiveLimit } from "../../concurrency/adaptive-limit.ts";
import type { HttpClient } from "../../http/client.ts";
import { ifFound } from "../../http/if-found.ts";
import type { Shape } from "../../http/shape.ts";
import type { NotebookLanguage } from "../../notebook/notebook-format.ts";

/** SOURCE and JUPYTER create a notebook; AUTO decides by extension and header; RAW stores the bytes as a file. */
type ImportFormat = "SOURCE" | "JUPYTER" | "AUTO" | "RAW";

export interface ImportRequest {
  /** Absolute path in the workspace, without extension for a notebook. The parent folder must exist. */
  path: string;
  format: ImportFormat;
  /** Required with SOURCE. */
  language?: NotebookLanguage;
  /** Base64 of at most 10 MB. */
  content: string;
  overwrite: boolean;
}

export interface ObjectInfo {
  path: string;
  object_type: "NOTEBOOK" | "DIRECTORY" | "FILE" | "LIBRARY" | "REPO";
  object_id: number;
  language?: NotebookLanguage;
  /** Milliseconds since 1970, by the workspace's clock; absent for folders. */
  modified_at?: number;
}

const objectInfo: Shape = {
  path: "string",
  object_type: "string",
  object_id: "number",
  "language?": "string",
  "modified_at?": "number",
};

/** AUTO exports a file unchanged. */
export type ExportFormat = "SOURCE" | "JUPYTER" | "AUTO";

/** How many requests of one kind are sent to a workspace at the same time at most: measured with bench/upload.ts. */
export const maxConcurrentRequests = 24;

/** `/api/2.0/workspace`: notebooks, files and folders. Each method fails with a RequestError. */
export class WorkspaceApi {
  readonly #http: HttpClient;
  // A workspace accepts about 30 imports a second, from all its users together (https://github.com/databricks/cli/issues/6149). Deletions
  // and look-ups share no limit: a step that is cancelled has little time for them, and they must not wait for what an upload ran into.
  readonly #imports = new AdaptiveLimit(maxConcurrentRequests);
  readonly #exports = new AdaptiveLimit(maxConcurrentRequests);

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /**
   * Creates a notebook or a file. Repeatable if `overwrite` is set, because a second import then creates the same object.
   * @param onDoubt called if an attempt may take effect later, and so overwrite what is imported after it
   */
  async import(request: ImportRequest, onDoubt?: () => void): Promise<void> {
    await this.#http.json({
      method: "POST",
      path: "/api/2.0/workspace/import",
      body: request,
      attempted: `upload ${request.path}`,
      repeatable: request.overwrite,
      answer: "nothing",
      onDoubt,
      pace: this.#imports,
    });
  }

  /**
   * Creates a folder and its parents. A folder that exists already is a success.
   * @param onDoubt called if an attempt may take effect later, and so create the folder again after it was deleted
   */
  async mkdirs({ path }: { path: string }, onDoubt?: () => void): Promise<void> {
    await this.#http.json({
      method: "POST",
      path: "/api/2.0/workspace/mkdirs",
      body: { path },
      attempted: `create folder ${path}`,
      repeatable: true,
      answer: "nothing",
      onDoubt,
    });
  }

  async delete(request: { path: string; recursive: boolean }): Promise<void> {
    await this.#http.json({
      method: "POST",
      path: "/api/2.0/workspace/delete",
      body: request,
      attempted: `delete ${request.path}`,
      repeatable: true,
      answer: "nothing",
    });
  }

  /** The objects directly in a folder; an empty list if there is no such folder. */
  async list({ path }: { path: string }): Promise<ObjectInfo[]> {
    const listed = await ifFound(
      this.#http.json<{ objects?: ObjectInfo[] | null }>({
        method: "GET",
        path: "/api/2.0/workspace/list",
        query: { path },
        attempted: `list ${path}`,
        answer: { "objects?": [objectInfo] },
      }),
    );
    return listed?.objects ?? [];
  }

  /** The content of an object in base64, which Databricks limits to 10 MB. */
  async export(request: { path: string; format: ExportFormat }): Promise<string> {
    const { content } = await this.#http.json<{ content: string }>({
      method: "GET",
      path: "/api/2.0/workspace/export",
      query: request,
      attempted: `read ${request.path}`,
      answer: { content: "string" },
      pace: this.#exports,
    });
    return content;
  }

  getStatus({ path }: { path: string }): Promise<ObjectInfo> {
    return this.#http.json({
      method: "GET",
      path: "/api/2.0/workspace/get-status",
      query: { path },
      attempted: `look up ${path}`,
      answer: objectInfo,
    });
  }
}
