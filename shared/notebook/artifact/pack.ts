import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { couldNot } from "../../text/could-not.ts";
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

interface PackOptions {
  /** The notebook folder, which does not change. */
  folder: string;
  /** The folder to create: outside of `folder`, and empty if it exists. */
  out: string;
  name: string;
  version: string;
  source: ArtifactSource;
  /** Without it, the notebooks are packed unchanged. */
  pin?: WidgetPin;
  signal?: AbortSignal;
}

interface PackedArtifact {
  manifest: ArtifactManifest;
  warnings: string[];
  leftOut: PinnedFolder["leftOut"];
  /** The paths of the text files other than notebooks that have the line ends of Windows, which they keep. */
  windowsLineEnds: string[];
}

/**
 * Makes an artifact of a notebook folder: its files with the widget pinned, and notebook-artifact.json. `out` appears complete or not at
 * all. The same notebooks and pin give the same digest on any machine, whatever line ends Git has given the notebooks there.
 * Throws NotebookError and ArtifactError.
 */
export async function packArtifact(options: PackOptions): Promise<PackedArtifact> {
  const { folder, out, name, version, source, pin, signal } = options;
  return fillNewFolder(out, folder, async (staging) => {
    const { result, copied, windowsLineEnds } = await stageCopy(folder, staging, {
      pin,
      unixLineEnds: true,
      signal,
    });
    if (copied.length === 0) {
      const message = couldNot(
        `pack ${folder}`,
        "it contains no files, or .artifactignore excludes all of them",
        "give a folder that contains notebooks",
      );
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
    parseManifest(text); // a published version never changes, so one that cannot be deployed must not be published
    writeFileSync(join(staging, manifestFileName), text);
    return { manifest, warnings: result.warnings, leftOut: result.leftOut, windowsLineEnds };
  });
}
