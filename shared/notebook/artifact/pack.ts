import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { WidgetPin } from "../pin.ts";
import { type PinnedFolder, stageCopy } from "../pin-folder.ts";
import { ArtifactError } from "./artifact-error.ts";
import { artifactDigest } from "./digest.ts";
import {
  type ArtifactManifest,
  type ArtifactSource,
  formatManifest,
  manifestFileName,
  manifestSchema,
} from "./manifest.ts";
import { fillNewFolder } from "./new-folder.ts";
import { parseManifest } from "./parse-manifest.ts";

export interface PackOptions {
  /** The notebook folder; it stays as it is. */
  folder: string;
  /** Where the artifact is made; must not hold files, nor stand in `folder`. */
  out: string;
  name: string;
  version: string;
  source: ArtifactSource;
  /** Without it, the notebooks are packed as they are. */
  pin?: WidgetPin;
  signal?: AbortSignal;
}

export interface PackedArtifact {
  manifest: ArtifactManifest;
  warnings: string[];
  leftOut: PinnedFolder["leftOut"];
}

/**
 * Makes an artifact of a notebook folder: its files with the widget pinned, and notebook-artifact.json. `out` appears whole or
 * not at all. The same notebooks and pin give the same digest on any machine.
 * Throws NotebookError and ArtifactError.
 */
export async function packArtifact(options: PackOptions): Promise<PackedArtifact> {
  const { folder, out, name, version, source, pin, signal } = options;
  return fillNewFolder(out, folder, async (staging) => {
    const { result, copied } = await stageCopy(folder, staging, pin, signal);
    if (copied.length === 0) {
      const message = `Cannot pack ${folder}: it holds no file, or .artifactignore leaves none; name a folder that holds notebooks.`;
      throw new ArtifactError("folder", message);
    }
    const manifest: ArtifactManifest = {
      schema: manifestSchema,
      name,
      version,
      digest: artifactDigest(copied),
      files: copied,
      pins: result.pins,
      source,
    };
    const text = formatManifest(manifest);
    parseManifest(text); // a version in a feed never changes: one that nobody could deploy must not get there
    writeFileSync(join(staging, manifestFileName), text);
    return { manifest, warnings: result.warnings, leftOut: result.leftOut };
  });
}
