import { parseMultipart } from "../../http/multipart.ts";
import { MalformedBody, type ServiceRequest } from "../../http/request.ts";
import { apiError, invalidParameter } from "../errors.ts";
import { Fields } from "../fields.ts";
import type { Principal } from "../principal.ts";
import {
  hasHeader,
  isLanguage,
  type Language,
  languageOfIpynb,
  languageOfName,
  parseIpynb,
  withHeader,
} from "./notebook-format.ts";
import { type NewObject, type WorkspaceObjects, workspacePath } from "./objects.ts";

/** Of an import and of an export, and of a notebook in any case. */
export const maxImportBytes = 10 * 1024 * 1024;
/** Of a file that is not a notebook: https://learn.microsoft.com/azure/databricks/files/workspace */
const maxFileBytes = 500 * 1024 * 1024;

/** One object to write: its path, kind and content. */
interface Import {
  path: string;
  kind: NewObject;
  content: Buffer;
}

/** Source: https://docs.databricks.com/api/azure/workspace/workspace/import */
export async function importObject(
  request: ServiceRequest,
  objects: WorkspaceObjects,
  caller: Principal,
): Promise<void> {
  const { fields, content } = readRequest(request);
  const path = workspacePath(fields.requiredString("path"));
  requireSize(content, maxImportBytes);
  const item = interpret(path, fields.string("format") ?? "SOURCE", fields.string("language"), content);
  await objects.write(item.path, item.kind, item.content, fields.boolean("overwrite"), caller);
}

/**
 * Imports the body under the path of the URL as `workspace/import` does with the format AUTO, with other limits and other errors.
 * Source: https://github.com/databricks/cli/blob/main/libs/filer/workspace_files_client.go, which names the status of each error.
 */
export async function importFile(
  request: ServiceRequest,
  objects: WorkspaceObjects,
  caller: Principal,
): Promise<void> {
  const item = automatic(workspacePath(request.parameter("path")), request.body);
  requireSize(item.content, item.kind.type === "NOTEBOOK" ? maxImportBytes : maxFileBytes);
  const overwrite = request.query.get("overwrite")?.toLowerCase() === "true";
  if (!overwrite && item.kind.type === "FILE" && objects.find(item.path)?.type === "FILE")
    throw apiError(409, "RESOURCE_ALREADY_EXISTS", `File already exists at (${item.path}).`);
  await objects.write(item.path, item.kind, item.content, overwrite, caller);
}

function requireSize(content: Buffer, maxBytes: number): void {
  if (content.length <= maxBytes) return;
  const message = `File size imported is (${content.length} bytes), exceeded max size (${maxBytes} bytes)`;
  throw apiError(400, "MAX_NOTEBOOK_SIZE_EXCEEDED", message);
}

function readRequest(request: ServiceRequest): { fields: Fields; content: Buffer } {
  const contentType = request.header("content-type");
  if (contentType?.startsWith("multipart/")) {
    const parts = parseMultipart(request.body, contentType);
    if (!parts) throw new MalformedBody("The body is not a multipart form.");
    const content = parts.find((part) => part.name === "content")?.content ?? Buffer.alloc(0);
    const texts = parts
      .filter((part) => part.name !== "content")
      .map((part) => [part.name, part.content.toString()]);
    const given = Object.fromEntries(texts);
    // A form has no booleans: clients in Python write "True".
    return { fields: new Fields({ ...given, overwrite: given.overwrite?.toLowerCase() }), content };
  }
  const fields = Fields.of(request);
  const encoded = fields.string("content") ?? "";
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(encoded))
    throw invalidParameter("The content is not valid base64.");
  return { fields, content: Buffer.from(encoded, "base64") };
}

function interpret(path: string, format: string, language: string | undefined, content: Buffer): Import {
  switch (format) {
    case "SOURCE":
      if (!language && isZip(content)) throw noArchives();
      return sourceNotebook(path, requiredLanguage(language), content);
    case "JUPYTER":
      return ipynb(path, content);
    case "AUTO":
      return automatic(path, content);
    case "RAW":
      return { path, kind: { type: "FILE" }, content };
    case "HTML":
    case "DBC":
    case "R_MARKDOWN":
      throw apiError(501, "NOT_IMPLEMENTED", `The local workspace does not import the format ${format}.`);
    default:
      throw invalidParameter(`Invalid format: ${format}`);
  }
}

/** A notebook if extension and header say so, or else a file under its whole name. */
function automatic(path: string, content: Buffer): Import {
  if (path.endsWith(".zip") && isZip(content)) throw noArchives();
  if (path.endsWith(".ipynb")) return ipynb(path.slice(0, -".ipynb".length), content);
  const language = languageOfName(path);
  if (!language || !hasHeader(content, language)) return { path, kind: { type: "FILE" }, content };
  return sourceNotebook(path.slice(0, path.lastIndexOf(".")), language, content);
}

function sourceNotebook(path: string, language: Language, content: Buffer): Import {
  return {
    path,
    kind: { type: "NOTEBOOK", language, form: "source" },
    content: withHeader(content, language),
  };
}

function ipynb(path: string, content: Buffer): Import {
  const notebook = parseIpynb(content);
  if (!notebook)
    throw invalidParameter("The content is not a valid Jupyter notebook: nbformat 4 or later is needed.");
  return { path, kind: { type: "NOTEBOOK", language: languageOfIpynb(notebook), form: "ipynb" }, content };
}

function requiredLanguage(language: string | undefined): Language {
  if (!language) throw invalidParameter("Missing required field: language");
  if (isLanguage(language)) return language;
  throw invalidParameter(`Invalid language: ${language}`);
}

function isZip(content: Buffer): boolean {
  return content.subarray(0, 4).toString("latin1") === "PK\u0003\u0004";
}

/**
 * The platform unpacks a zip that comes as AUTO, or as SOURCE without a language, into a directory:
 * https://docs.databricks.com/api/workspace-files/v1/import
 */
function noArchives() {
  return apiError(
    501,
    "NOT_IMPLEMENTED",
    "The local workspace does not unpack a zip into a directory: import its files one by one, or the zip as it is with the format RAW.",
  );
}
