import { couldNot } from "../../text/could-not.ts";
import { type JsonNode, JsonSyntaxError, scanJson } from "../json-scanner.ts";
import { ArtifactError } from "./artifact-error.ts";
import { type ArtifactFile, byPath } from "./digest.ts";
import { packageNameProblem, packageVersionProblem } from "./identity.ts";
import {
  type ArtifactManifest,
  type ArtifactPin,
  type ArtifactSource,
  manifestFileName,
  manifestSchema,
} from "./manifest.ts";
import { findCollision, hasControlCharacter, pathProblem, quotePath } from "./paths.ts";

/** Git allows 4,096 bytes in the name of a branch. */
const maxSourceLength = 4_096;
const maxWidgetLength = 1_024;
/** Databricks allows 1 MB in the parameters of a notebook: https://docs.databricks.com/api/azure/workspace/jobs/submit. */
const maxPinLength = 1_048_576;

/**
 * Reads a manifest that anyone may have written. Every name, version and path in the result is safe to print, and safe as a path below a
 * folder. Fields that are not in the schema are ignored. Throws ArtifactError `manifest` or `path`.
 */
export function parseManifest(text: string): ArtifactManifest {
  const value = parseJson(text);
  if (!isRecord(value)) throw refused("is not a JSON object");
  if (value.schema !== manifestSchema) {
    throw refused(`has the schema ${quoted(value.schema)} and not "${manifestSchema}"`);
  }
  const name = readText(value, "name", (name) => packageNameProblem(name) === undefined);
  const version = readText(value, "version", (version) => packageVersionProblem(version) === undefined);
  const digest = readText(value, "digest", (digest) => /^sha256:[0-9a-f]{64}$/.test(digest));
  const files = readFiles(value.files);
  return {
    schema: manifestSchema,
    name,
    version,
    digest,
    files,
    pins: readPins(value.pins, files),
    source: readSource(value.source),
  };
}

function readText(value: Record<string, unknown>, field: string, isValid: (text: string) => boolean): string {
  const text = value[field];
  if (typeof text !== "string") throw refused(`has no text as its ${field}`);
  if (isValid(text)) return text;
  throw refused(`has the ${field} ${quotePath(text)}, which is not valid`);
}

function readFiles(value: unknown): ArtifactFile[] {
  if (!Array.isArray(value) || !value.every(isFile))
    throw refused("has no list of {path, sha256, size} as its files");
  if (value.length === 0) throw refused("lists no files");
  const files = value.map(({ path, sha256, size }) => ({ path, sha256, size }));
  for (const { path } of files)
    requirePath(path, path === manifestFileName ? "is that of the manifest itself" : pathProblem(path));
  const [one, other] = findCollision(files.map(({ path }) => path)) ?? [];
  if (one !== undefined && other !== undefined)
    throw refused(
      one === other
        ? `lists ${quotePath(one)} twice`
        : `lists ${quotePath(one)} and ${quotePath(other)}, which cannot both be files on every system`,
    );
  if (files.some((file, index) => index > 0 && byPath(files[index - 1]!, file) > 0))
    throw refused("does not list its files in the order of their paths");
  return files;
}

function requirePath(path: string, problem: string | undefined): void {
  if (problem === undefined) return;
  throw refused(`lists the path ${quotePath(path)}, which ${problem}`, { kind: "path" });
}

function readPins(value: unknown, files: readonly ArtifactFile[]): ArtifactPin[] {
  if (!Array.isArray(value) || !value.every(isPin))
    throw refused("has no list of {file, widget, value} as its pins");
  const paths = new Set(files.map(({ path }) => path));
  const unknown = value.find(({ file }) => !paths.has(file));
  if (unknown) throw refused(`has a pin in ${quotePath(unknown.file)}, which is not one of its files`);
  return value.map(({ file, widget, value }) => ({ file, widget, value }));
}

function readSource(value: unknown): ArtifactSource {
  if (!isRecord(value)) throw refused("has no object as its source");
  const source: ArtifactSource = {};
  for (const field of ["repository", "commit", "branch", "buildId"] as const) {
    const text = value[field];
    if (text === undefined) continue;
    if (typeof text !== "string" || text.length > maxSourceLength || hasControlCharacter(text))
      throw refused(`has the source ${field} ${quoted(text)}, which is not a line of text`);
    source[field] = text;
  }
  return source;
}

/** Refuses an object that has a key twice: JSON parsers disagree on which of the two values counts. */
function parseJson(text: string): unknown {
  try {
    const repeated = repeatedKey(scanJson(Buffer.from(text).toString("latin1")));
    if (repeated !== undefined) throw refused(`has ${quotePath(repeated)} twice in one object`);
  } catch (cause) {
    throw cause instanceof JsonSyntaxError ? refused("is not JSON", { cause }) : cause;
  }
  return JSON.parse(text);
}

function repeatedKey(node: JsonNode): string | undefined {
  if (node.kind === "array") return first(node.items);
  if (node.kind !== "object") return undefined;
  const keys = new Set<string>();
  for (const { key } of node.members) {
    if (keys.has(key)) return key;
    keys.add(key);
  }
  return first(node.members.map(({ value }) => value));
}

function first(nodes: readonly JsonNode[]): string | undefined {
  for (const node of nodes) {
    const found = repeatedKey(node);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @param problem the rest of a sentence that begins with the manifest */
function refused(
  problem: string,
  { kind = "manifest", ...options }: ErrorOptions & { kind?: "manifest" | "path" } = {},
): ArtifactError {
  const found = `its ${manifestFileName} ${problem}`;
  return new ArtifactError(kind, couldNot("read the artifact", found, "publish the artifact again"), options);
}

function quoted(value: unknown): string {
  return typeof value === "string" ? quotePath(value) : typeof value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isFile(value: unknown): value is ArtifactFile {
  return (
    isRecord(value) &&
    typeof value.path === "string" &&
    typeof value.sha256 === "string" &&
    /^[0-9a-f]{64}$/.test(value.sha256) &&
    Number.isSafeInteger(value.size) &&
    (value.size as number) >= 0
  );
}

function isPin(value: unknown): value is ArtifactPin {
  return (
    isRecord(value) &&
    typeof value.file === "string" &&
    isLine(value.widget, maxWidgetLength) &&
    typeof value.value === "string" &&
    value.value.length <= maxPinLength
  );
}

function isLine(value: unknown, longest: number): boolean {
  return typeof value === "string" && value.length <= longest && !hasControlCharacter(value);
}
