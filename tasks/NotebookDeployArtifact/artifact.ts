import { createHash } from "node:crypto";
import { mkdtemp, readFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { RECORD_FILE } from "../../shared/databricks/deployment-record.ts";
import { requireImportable } from "../../shared/databricks/importable.ts";
import { importedPath } from "../../shared/databricks/upload-folder.ts";
import { packageText, UniversalPackages } from "../../shared/devops/index.ts";
import { type ArtifactManifest, MANIFEST_FILE, verifyArtifact } from "../../shared/notebook/index.ts";
import { type NotebookFile, notebookFile } from "../../shared/notebook/notebook-folder.ts";
import type { TaskHost } from "../../shared/task/index.ts";
import type { Inputs } from "./inputs.ts";

/** A checked artifact. */
export interface Artifact {
  manifest: ArtifactManifest;
  /** Every file of the manifest, and the manifest itself. */
  files: ArtifactContent[];
}

export interface ArtifactContent extends NotebookFile {
  /** Hex SHA-256 of its bytes. */
  sha256: string;
}

/** A folder below the agent's temporary one, which the agent empties after the job. */
export function newTempFolder(host: TaskHost): Promise<string> {
  return mkdtemp(path.join(host.variable("Agent.TempDirectory") ?? os.tmpdir(), "notebook-ops-deploy-"));
}

/** Downloads the package, or takes the folder, and makes sure that all of it is as it was published and fits into a workspace. */
export async function openArtifact(
  host: TaskHost,
  from: Inputs["artifact"],
  tempFolder: string,
): Promise<Artifact> {
  const folder = from.kind === "folder" ? from.folder : path.join(tempFolder, "artifact");
  if (from.kind === "package") {
    const packages = await UniversalPackages.open(host);
    await packages.download(from.source, { folder });
  }
  const { manifest } = await verifyArtifact(folder, host.signal);
  if (from.kind === "package") requireIdentity(manifest, from.source);
  host.log.line(
    `Checked ${manifest.name} ${manifest.version}: ${manifest.files.length} files are as they were published. Digest ${manifest.digest}.`,
  );
  const content = await readFile(path.join(folder, MANIFEST_FILE));
  const own = { path: MANIFEST_FILE, size: content.length, sha256: sha256(content) };
  const files: ArtifactContent[] = [];
  for (const file of [...manifest.files, own]) {
    const found = await notebookFile({ ...file, file: path.join(folder, file.path) });
    files.push({ ...found, sha256: file.sha256 });
  }
  requireImportable(files);
  if (files.some((file) => importedPath(file) === RECORD_FILE))
    throw new Error(
      `Read the artifact ${manifest.name} ${manifest.version}, in which ${RECORD_FILE} stands in the way of the deployment's own record; rename that file and publish again.`,
    );
  return { manifest, files };
}

/** A manifest of another package would be deployed, and recorded, under a wrong name. */
function requireIdentity(
  manifest: ArtifactManifest,
  source: { feed: { name: string }; name: string; version: string },
): void {
  if (manifest.name === source.name && manifest.version === source.version) return;
  throw new Error(
    `Downloaded ${packageText(source)}, whose manifest says that it is ${manifest.name} ${manifest.version}; publish the artifact with NotebookPublishArtifact.`,
  );
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
