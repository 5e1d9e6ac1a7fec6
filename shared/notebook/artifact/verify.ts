import { createHash } from "node:crypto";
import { createReadStream, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { couldNot } from "../../text/could-not.ts";
import { ArtifactError } from "./artifact-error.ts";
import { type ArtifactFile, artifactDigest } from "./digest.ts";
import { type ArtifactManifest, manifestFileName } from "./manifest.ts";
import { parseManifest } from "./parse-manifest.ts";
import { quotePath } from "./paths.ts";

/** A manifest has about 100 bytes per file. A larger one could exhaust the memory, and no workspace could import it. */
const maxManifestBytes = 10 * 1024 * 1024;

interface VerifiedArtifact {
  manifest: ArtifactManifest;
  /** The file of the manifest; its SHA-256 is that of the bytes that were read. */
  manifestFile: ArtifactFile;
}

/**
 * Verifies a downloaded artifact: its manifest, that the folder contains exactly the files that the manifest lists, the size and SHA-256
 * of each file, and the digest. Symbolic links are refused, wherever they point.
 * Throws ArtifactError, naming the file.
 */
export async function verifyArtifact(folder: string, signal?: AbortSignal): Promise<VerifiedArtifact> {
  const bytes = readManifest(folder);
  const manifest = parseManifest(bytes.toString("utf8"));
  const expected = new Set(manifest.files.map(({ path }) => path));
  for (const path of listFiles(folder)) {
    if (!expected.delete(path) && path !== manifestFileName) {
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
    const message = couldNot(
      `verify the artifact ${manifest.name} ${manifest.version}`,
      `its files give the digest ${digest} and its manifest says ${manifest.digest}`,
      "publish the artifact again",
    );
    throw new ArtifactError("digest", message);
  }
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { manifest, manifestFile: { path: manifestFileName, sha256, size: bytes.length } };
}

async function verifyFile(folder: string, { path, sha256, size }: ArtifactFile): Promise<void> {
  const found = lstatSync(join(folder, path)).size;
  if (found !== size)
    throw refused("file-changed", path, `it is ${found} bytes and not the ${size} of the manifest`);
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

function readManifest(folder: string): Buffer {
  const file = join(folder, manifestFileName);
  try {
    const info = lstatSync(file);
    if (info.isFile() && info.size <= maxManifestBytes) return readFileSync(file);
  } catch (cause) {
    throw unreadable(folder, { cause });
  }
  throw unreadable(folder);
}

function unreadable(folder: string, options?: ErrorOptions): ArtifactError {
  const message = couldNot(
    `read the artifact in ${folder}`,
    `it has no readable ${manifestFileName}`,
    "download it again, or publish it with NotebookPublishArtifact",
  );
  return new ArtifactError("manifest", message, options);
}

function refused(
  kind: "file-unexpected" | "file-missing" | "file-changed" | "path",
  path: string,
  found: string,
): ArtifactError {
  const message = couldNot(
    `verify the file ${quotePath(path)} of the artifact`,
    found,
    "download it again, and publish it again if that does not help",
  );
  return new ArtifactError(kind, message);
}
