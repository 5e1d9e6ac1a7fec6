import { artifactDigest } from "./digest.ts";
import type { ArtifactManifest } from "./manifest.ts";
import { parseManifest } from "./parse-manifest.ts";

/** Parses the manifest of a deployment. Undefined if it is missing or invalid, or if its digest is not the one of its files. */
export function readDeployedManifest(content: string | undefined): ArtifactManifest | undefined {
  try {
    const manifest = parseManifest(content ?? "");
    return artifactDigest(manifest.files) === manifest.digest ? manifest : undefined;
  } catch {
    return undefined;
  }
}
