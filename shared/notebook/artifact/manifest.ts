import type { ArtifactFile } from "./digest.ts";

export const manifestFileName = "notebook-artifact.json";
export const manifestSchema = "notebook-ops/artifact/1";

/** Where the notebooks come from, as far as it is known. */
export interface ArtifactSource {
  repository?: string;
  commit?: string;
  branch?: string;
  buildId?: string;
}

/** A widget default that was set when the file was packed. */
export interface ArtifactPin {
  file: string;
  widget: string;
  value: string;
}

/** `notebook-artifact.json`, in the root of each package; `files` and `pins` are sorted by path. */
export interface ArtifactManifest {
  schema: typeof manifestSchema;
  name: string;
  version: string;
  digest: string;
  files: ArtifactFile[];
  pins: ArtifactPin[];
  source: ArtifactSource;
}

/** The content of the manifest's file. */
export function formatManifest(manifest: ArtifactManifest): string {
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}
