import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { PublishedFile } from "../../deployment/published-files.ts";
import { wholeFolder } from "../../files/remove-folder.ts";
import type { ArtifactFile } from "../../notebook/artifact/digest.ts";
import { type FabricProject, readFabricProject } from "../../notebook/fabric/fabric-project.ts";
import { mayBeNotebook } from "../../notebook/read-notebook.ts";
import { scenariosFile } from "../../notebook/scenarios/read-scenarios.ts";

/**
 * Whether a file of an artifact may decide what its notebooks are in Fabric. A deployment keeps these files in its record, so that the deployed
 * notebooks can be verified against the digest of the artifact: most of them were converted. The list of scenarios says how to test them.
 */
export function decidesNotebooks(file: string): boolean {
  return mayBeNotebook(file) || path.posix.basename(file) === ".platform" || file === scenariosFile;
}

/** Whether the files are all of an artifact that decide what its notebooks are, as its manifest lists them. */
export function areAsPublished(files: readonly PublishedFile[], listed: readonly ArtifactFile[]): boolean {
  const hashes = new Map(listed.map(({ path: each, sha256 }) => [each, sha256]));
  const paths = new Set(files.map((file) => file.path));
  return (
    listed.every((file) => !decidesNotebooks(file.path) || paths.has(file.path)) &&
    files.every((file) => hashes.get(file.path) === sha256Of(file.bytes))
  );
}

/** The notebooks that files of an artifact are in Fabric. @param tempFolder that of the agent, where the files are for a moment */
export async function projectOf(files: readonly PublishedFile[], tempFolder: string): Promise<FabricProject> {
  const folder = await mkdtemp(path.join(tempFolder, "notebook-ops-published-"));
  try {
    for (const file of files) {
      const target = path.join(folder, file.path);
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, file.bytes);
    }
    return await readFabricProject(folder, []);
  } finally {
    await rm(folder, wholeFolder);
  }
}

export function sha256Of(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
