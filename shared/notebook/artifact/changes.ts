import type { ArtifactManifest } from "./manifest.ts";

/** The files of an artifact that differ between two versions, sorted. */
export interface VersionChanges {
  added: string[];
  changed: string[];
  removed: string[];
}

type Version = Pick<ArtifactManifest, "files">;

/** What changes where `before` is deployed if `after` replaces it. */
export function changesBetween(before: Version, after: Version): VersionChanges {
  const [old, fresh] = [hashes(before), hashes(after)];
  const paths = [...fresh.keys()].sort();
  return {
    added: paths.filter((path) => !old.has(path)),
    changed: paths.filter((path) => old.has(path) && old.get(path) !== fresh.get(path)),
    removed: [...old.keys()].filter((path) => !fresh.has(path)).sort(),
  };
}

function hashes({ files }: Version): Map<string, string> {
  return new Map(files.map(({ path, sha256 }) => [path, sha256]));
}
