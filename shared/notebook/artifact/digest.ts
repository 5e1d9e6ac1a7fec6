import { createHash } from "node:crypto";

/** One file of an artifact: its slash-separated path from the artifact's root, its SHA-256 in lower-case hex, its size in bytes. */
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
 * The digest of an artifact: `sha256:` and, in lower-case hex, the SHA-256 of a text with one line for each file in the order of byPath.
 * A line is the file's SHA-256, two spaces, its path and a line feed, as sha256sum prints it, so that anyone can compute the digest:
 *
 *     find . -type f ! -path ./notebook-artifact.json -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum
 *
 * Sizes, the manifest and the pins do not affect it. Paths contain no line end and no backslash (see paths.ts), so that no two lists of
 * files have the same text.
 */
export function artifactDigest(files: readonly ArtifactFile[]): string {
  const hash = createHash("sha256");
  for (const { sha256, path } of [...files].sort(byPath)) hash.update(`${sha256}  ${path}\n`);
  return `sha256:${hash.digest("hex")}`;
}
