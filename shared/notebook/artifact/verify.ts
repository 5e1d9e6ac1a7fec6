import { createHash } from "node:crypto";
import { createReadStream, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { ArtifactError } from "./artifact-error.ts";
import { type ArtifactFile, artifactDigest } from "./digest.ts";
import { type ArtifactManifest, MANIFEST_FILE, parseManifest } from "./manifest.ts";
import { quotePath } from "./paths.ts";

/**
 * Checks a downloaded artifact whole: its manifest, that the folder holds exactly the files that it lists, each file's size and
 * SHA-256, the digest. A symbolic link in it is refused, wherever it leads. Answers the manifest.
 * Throws ArtifactError, naming the file.
 */
export async function verifyArtifact(folder: string, signal?: AbortSignal): Promise<ArtifactManifest> {
  const manifest = parseManifest(readManifest(folder));
  const expected = new Set(manifest.files.map(({ path }) => path));
  for (const path of listFiles(folder)) {
    if (!expected.delete(path) && path !== MANIFEST_FILE) {
      throw refused("file-unexpected", path, "its manifest does not list it");
    }
  }
  for (const path of expected)
    throw refused("file-missing", path, "its manifest lists it and it is not there");
  for (const file of manifest.files) {
    signal?.throwIfAborted();
    await verifyFile(folder, file);
  }
  const digest = artifactDigest(manifest.files);
  if (digest !== manifest.digest) {
    const message = `Refused the artifact ${manifest.name} ${manifest.version}: its files give the digest ${digest} and its manifest says ${manifest.digest}; publish the artifact again.`;
    throw new ArtifactError("digest", message);
  }
  return manifest;
}

async function verifyFile(folder: string, { path, sha256, size }: ArtifactFile): Promise<void> {
  const found = lstatSync(join(folder, path)).size;
  if (found !== size)
    throw refused("file-changed", path, `it has ${found} bytes and not the ${size} of the manifest`);
  const hash = createHash("sha256");
  await pipeline(createReadStream(join(folder, path)), hash);
  if (hash.digest("hex") !== sha256)
    throw refused("file-changed", path, "its content is not what was published");
}

function* listFiles(folder: string, prefix = ""): Generator<string> {
  for (const entry of readdirSync(join(folder, prefix), { withFileTypes: true })) {
    const path = prefix + entry.name;
    if (entry.isDirectory()) yield* listFiles(folder, `${path}/`);
    else if (entry.isFile()) yield path;
    else throw refused("path", path, "it is neither a file nor a folder");
  }
}

function readManifest(folder: string): string {
  try {
    return readFileSync(join(folder, MANIFEST_FILE), "utf8");
  } catch (cause) {
    const message = `Refused the artifact in ${folder}: it has no readable ${MANIFEST_FILE}; download it again, or publish it with NotebookPublishArtifact.`;
    throw new ArtifactError("manifest", message, { cause });
  }
}

function refused(
  kind: "file-unexpected" | "file-missing" | "file-changed" | "path",
  path: string,
  found: string,
): ArtifactError {
  return new ArtifactError(
    kind,
    `Refused the artifact at its file ${quotePath(path)}: ${found}; download it again, and publish it again if it stays so.`,
  );
}
