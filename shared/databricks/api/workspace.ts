import type { HttpClient } from "../../http/client.ts";
import { ifFound } from "../../http/if-found.ts";
import type { Shape } from "../../http/shape.ts";
import type { NotebookLanguage } from "../../notebook/notebook-format.ts";

/** SOURCE and JUPYTER make a notebook; AUTO decides by extension and header; RAW keeps the bytes as a file. */
export type ImportFormat = "SOURCE" | "JUPYTER" | "AUTO" | "RAW";

export interface ImportRequest {
  /** Absolute workspace path; a notebook's has no extension. Its parent folder must exist. */
  path: string;
  format: ImportFormat;
  /** Needed with SOURCE. */
  language?: NotebookLanguage;
  /** Base64; at most 10 MB decoded. */
  content: string;
  overwrite: boolean;
}

export interface ObjectInfo {
  path: string;
  object_type: "NOTEBOOK" | "DIRECTORY" | "FILE" | "LIBRARY" | "REPO";
  object_id: number;
  language?: NotebookLanguage;
  /** Milliseconds since 1970, by the workspace's clock; folders have none. */
  modified_at?: number;
}

const objectInfo: Shape = {
  path: "string",
  object_type: "string",
  object_id: "number",
  "language?": "string",
  "modified_at?": "number",
};

/** AUTO exports a file as it is. */
export type ExportFormat = "SOURCE" | "JUPYTER" | "AUTO";

/** `/api/2.0/workspace`: notebooks, files and folders. Each method fails with a RequestError. */
export class WorkspaceApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /**
   * Repeatable if it overwrites: the second import then leaves the same object.
   * @param onDoubt called if an attempt may take effect later, and so overwrite what was imported after it
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
    });
  }

  /**
   * Makes the folder and its parents; a folder that is there already is fine.
   * @param onDoubt called if an attempt may take effect later, and so make the folder again after it was deleted
   */
  async mkdirs({ path }: { path: string }, onDoubt?: () => void): Promise<void> {
    await this.#http.json({
      method: "POST",
      path: "/api/2.0/workspace/mkdirs",
      body: { path },
      attempted: `make folder ${path}`,
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

  /** The objects directly in a folder; none where it is not there. */
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

  /** Base64 of an object's content; at most 10 MB decoded. */
  async export(request: { path: string; format: ExportFormat }): Promise<string> {
    const { content } = await this.#http.json<{ content: string }>({
      method: "GET",
      path: "/api/2.0/workspace/export",
      query: request,
      attempted: `read ${request.path}`,
      answer: { content: "string" },
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
