import { ArtifactError } from "./artifact-error.ts";
import { type ArtifactFile, byPath } from "./digest.ts";
import { pathProblem, quotePath } from "./paths.ts";

export const MANIFEST_FILE = "notebook-artifact.json";
export const MANIFEST_SCHEMA = "notebook-ops/artifact/1";

/** Where the notebooks came from; what is not known is left out. */
export interface ArtifactSource {
  repository?: string;
  commit?: string;
  branch?: string;
  buildId?: string;
}

/** A widget default that was set in a file on packing. */
export interface ArtifactPin {
  file: string;
  widget: string;
  value: string;
}

/** `notebook-artifact.json`, in the root of each package; `files` and `pins` are sorted by path. */
export interface ArtifactManifest {
  schema: typeof MANIFEST_SCHEMA;
  name: string;
  version: string;
  digest: string;
  files: ArtifactFile[];
  pins: ArtifactPin[];
  source: ArtifactSource;
}

/** The manifest as it stands in the file. */
export function formatManifest(manifest: ArtifactManifest): string {
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** Reads a manifest that may have been tampered with. Throws ArtifactError `manifest` or `path`. */
export function parseManifest(text: string): ArtifactManifest {
  const value = parseJson(text);
  if (!isRecord(value)) throw refused("it is no JSON object");
  if (value.schema !== MANIFEST_SCHEMA) {
    throw refused(`its schema is ${JSON.stringify(value.schema)} and not "${MANIFEST_SCHEMA}"`);
  }
  for (const field of ["name", "version", "digest"]) {
    if (typeof value[field] !== "string") throw refused(`its ${field} is missing or no text`);
  }
  if (!/^sha256:[0-9a-f]{64}$/.test(value.digest as string))
    throw refused("its digest is not sha256:<64 hex digits>");
  if (!Array.isArray(value.files) || !value.files.every(isFile)) {
    throw refused("its files are not a list of {path, sha256, size}");
  }
  if (!Array.isArray(value.pins) || !value.pins.every(isPin)) {
    throw refused("its pins are not a list of {file, widget, value}");
  }
  if (!isRecord(value.source)) throw refused("its source is missing");
  checkPaths(value.files as ArtifactFile[]);
  return value as unknown as ArtifactManifest;
}

function checkPaths(files: ArtifactFile[]): void {
  const seen = new Set<string>();
  for (const { path } of files) {
    const problem = pathProblem(path) ?? (path === MANIFEST_FILE ? "it is the manifest's own" : undefined);
    if (problem) {
      const message = `Refused the artifact: its manifest lists the path ${quotePath(path)}, and ${problem}; publish the artifact again.`;
      throw new ArtifactError("path", message);
    }
    if (seen.has(path)) throw refused(`it lists ${quotePath(path)} twice`);
    seen.add(path);
  }
  if (files.some((file, index) => index > 0 && byPath(files[index - 1]!, file) > 0)) {
    throw refused("its files are not sorted by path");
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refused("it is not JSON", { cause });
  }
}

function refused(found: string, options?: ErrorOptions): ArtifactError {
  const message = `Refused the artifact: its ${MANIFEST_FILE} cannot be trusted, ${found}; publish the artifact again.`;
  return new ArtifactError("manifest", message, options);
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
    isRecord(value) && [value.file, value.widget, value.value].every((field) => typeof field === "string")
  );
}
