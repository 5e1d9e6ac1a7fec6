import type { HttpClient } from "../http/index.ts";
import type { NotebookLanguage } from "../notebook/notebook-format.ts";

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
}

/** `/api/2.0/workspace`: notebooks, files and folders. Each method fails with a RequestError. */
export class WorkspaceApi {
  constructor(private readonly http: HttpClient) {}

  /** Repeatable where it overwrites: the second import then leaves the same object. */
  async import(request: ImportRequest): Promise<void> {
    await this.http.json({
      method: "POST",
      path: "/api/2.0/workspace/import",
      body: request,
      attempted: `upload ${request.path}`,
      repeatable: request.overwrite,
    });
  }

  /** Makes the folder and its parents; a folder that is there already is fine. */
  async mkdirs({ path }: { path: string }): Promise<void> {
    await this.http.json({
      method: "POST",
      path: "/api/2.0/workspace/mkdirs",
      body: { path },
      attempted: `make folder ${path}`,
      repeatable: true,
    });
  }

  async delete(request: { path: string; recursive: boolean }): Promise<void> {
    await this.http.json({
      method: "POST",
      path: "/api/2.0/workspace/delete",
      body: request,
      attempted: `delete ${request.path}`,
      repeatable: true,
    });
  }

  getStatus({ path }: { path: string }): Promise<ObjectInfo> {
    return this.http.json({
      method: "GET",
      path: "/api/2.0/workspace/get-status",
      query: { path },
      attempted: `look up ${path}`,
    });
  }
}
