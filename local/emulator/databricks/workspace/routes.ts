import { ok } from "../../http/reply.ts";
import type { Route } from "../../http/route.ts";
import { type DefineRoute, RawReply } from "../api-route.ts";
import { apiError, invalidParameter } from "../errors.ts";
import { importFile, importObject, maxImportBytes } from "./import.ts";
import { ipynbToSource, type Language, languages, parseIpynb, sourceToIpynb } from "./notebook-format.ts";
import { type WorkspaceObject, type WorkspaceObjects, workspacePath } from "./objects.ts";

/** `import-file` is undocumented: this is the client of the current command line (`databricks sync`, `bundle deploy`). */
const cliFiler = "https://github.com/databricks/cli/blob/main/libs/filer/workspace_files_client.go";

/** Source: https://docs.databricks.com/api/azure/workspace/workspace */
export function workspaceRoutes(route: DefineRoute, objects: WorkspaceObjects): Route[] {
  return [
    route("POST", "/api/2.0/workspace/import", "workspace/import", async (_fields, caller, request) => {
      await importObject(request, objects, caller);
      return {};
    }),
    route("POST", "/api/2.0/workspace/mkdirs", "workspace/mkdirs", async (fields, caller) => {
      await objects.makeDirectories(workspacePath(fields.requiredString("path")), caller);
      return {};
    }),
    route("POST", "/api/2.0/workspace/delete", "workspace/delete", async (fields) => {
      await objects.delete(workspacePath(fields.requiredString("path")), fields.boolean("recursive"));
      return {};
    }),
    route("GET", "/api/2.0/workspace/list", "workspace/list", (fields) => {
      const path = fields.requiredString("path");
      const object = objects.get(workspacePath(path));
      const modifiedAfterMs = fields.integer("notebooks_modified_after");
      // It filters notebooks: a client that recurses needs the directories all the same.
      const listed = (object.type === "DIRECTORY" ? objects.children(object.path) : [object]).filter(
        ({ type, modifiedMs }) =>
          modifiedAfterMs === undefined || type !== "NOTEBOOK" || modifiedMs > modifiedAfterMs,
      );
      return listed.length === 0 ? {} : { objects: listed.map((each) => describe(each, path)) };
    }),
    route("GET", "/api/2.0/workspace/get-status", "workspace/getstatus", (fields) => {
      const path = fields.requiredString("path");
      const object = objects.get(workspacePath(path));
      const asksForm = fields.boolean("return_export_info") && object.type === "NOTEBOOK";
      return {
        ...describe(object, path),
        // Undocumented; by it the current command line tells `a.py` from `a.ipynb`:
        // https://github.com/databricks/cli/blob/main/libs/filer/workspace_files_client.go
        ...(asksForm ? { repos_export_format: object.form === "ipynb" ? "JUPYTER" : "SOURCE" } : {}),
      };
    }),
    route("GET", "/api/2.0/workspace/export", "workspace/export", async (fields) => {
      const object = objects.get(workspacePath(fields.requiredString("path")));
      const { content, fileType } = await exportObject(objects, object, fields.string("format") ?? "SOURCE");
      if (fields.boolean("direct_download")) return new RawReply(ok(content));
      return { content: content.toString("base64"), file_type: fileType };
    }),
    route(
      "POST",
      "/api/2.0/workspace-files/import-file{path*}",
      cliFiler,
      async (_fields, caller, request) => {
        await importFile(request, objects, caller);
        return {};
      },
    ),
  ];
}

async function exportObject(
  objects: WorkspaceObjects,
  object: WorkspaceObject,
  format: string,
): Promise<{ content: Buffer; fileType: string }> {
  if (object.type === "DIRECTORY") {
    throw apiError(501, "NOT_IMPLEMENTED", "The local workspace does not export directories.");
  }
  const content = await objects.read(object);
  if (content.length > maxImportBytes)
    throw apiError(
      400,
      "MAX_NOTEBOOK_SIZE_EXCEEDED",
      `Size of ${object.path} exceeds ${maxImportBytes} bytes.`,
    );
  const extension = object.path.slice(object.path.lastIndexOf(".") + 1);
  if (object.type === "FILE") return { content, fileType: extension };
  const language = object.language as Language;
  if (format === "SOURCE" || format === "AUTO") {
    const notebook = object.form === "ipynb" ? parseIpynb(content) : undefined;
    const source = notebook ? Buffer.from(ipynbToSource(notebook, language)) : content;
    return { content: source, fileType: languages[language].extensions[0].slice(1) };
  }
  if (format === "JUPYTER") {
    const notebook =
      object.form === "ipynb" ? content : JSON.stringify(sourceToIpynb(content.toString(), language));
    return { content: Buffer.from(notebook), fileType: "ipynb" };
  }
  if (["HTML", "DBC", "R_MARKDOWN"].includes(format)) {
    throw apiError(501, "NOT_IMPLEMENTED", `The local workspace does not export the format ${format}.`);
  }
  throw invalidParameter(`Invalid format: ${format}`);
}

/** The object with its path as the client writes paths: with `/Workspace` in front if the request had it. */
function describe(object: WorkspaceObject, askedPath: string): object {
  const mount = /^\/Workspace(\/|$)/.test(askedPath) ? "/Workspace" : "";
  return {
    object_type: object.type,
    path: mount + (object.path === "/" && mount ? "" : object.path),
    object_id: object.id,
    resource_id: String(object.id),
    ...(object.language ? { language: object.language } : {}),
    ...(object.type === "FILE" ? { size: object.size } : {}),
    ...(object.type === "DIRECTORY" ? {} : { created_at: object.createdMs, modified_at: object.modifiedMs }),
  };
}
