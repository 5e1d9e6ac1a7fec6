import { createHash } from "node:crypto";

/** One file of an artifact: its path with `/` from the artifact's root, the SHA-256 of its bytes in lower-case hex, its size in bytes. */
export interface ArtifactFile {
  path: string;
  sha256: string;
  size: number;
}

/** Orders paths by their UTF-8 bytes, as `LC_ALL=C sort` does. */
export function byPath(a: { path: string }, b: { path: string }): number {
  return Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));
}

/**
 * The digest of an artifact: `sha256:` and the lower-case hex SHA-256 of one line for each file, in the order of byPath; a line
 * is the file's SHA-256, two spaces, its path, a line feed. That is what sha256sum prints, so that anyone can compute it:
 *
 *     find . -type f ! -path ./notebook-artifact.json -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum
 *
 * Size, manifest and pins are not part of it. Paths hold no line end and no backslash (see paths.ts), so that no two lists
 * of files give the same lines.
 */
export function artifactDigest(files: readonly ArtifactFile[]): string {
  const hash = createHash("sha256");
  for (const { sha256, path } of [...files].sort(byPath)) hash.update(`${sha256}  ${path}\n`);
  return `sha256:${hash.digest("hex")}`;
}
