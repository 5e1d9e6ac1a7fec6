import type { ArtifactFile } from "./digest.ts";

export const manifestFileName = "notebook-artifact.json";
export const manifestSchema = "notebook-ops/artifact/1";

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
  schema: typeof manifestSchema;
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
