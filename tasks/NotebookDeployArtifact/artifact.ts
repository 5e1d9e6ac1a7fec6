import { mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { requireImportable, requireSmall } from "../../shared/databricks/folders/importable.ts";
import { importedPath, readChecked } from "../../shared/databricks/folders/upload-folder.ts";
import { originalPath, originalsFolder, recordFile } from "../../shared/deployment/record.ts";
import { packageText, UniversalPackages } from "../../shared/devops/universal-packages.ts";
import type { ArtifactFile } from "../../shared/notebook/artifact/digest.ts";
import type { ArtifactManifest } from "../../shared/notebook/artifact/manifest.ts";
import { verifyArtifact } from "../../shared/notebook/artifact/verify.ts";
import { formatOf, survivesExport } from "../../shared/notebook/exported-notebook.ts";
import type { NotebookFile } from "../../shared/notebook/notebook-folder.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { couldNot } from "../../shared/text/could-not.ts";
import type { Inputs } from "./inputs.ts";

/** A checked artifact. */
export interface Artifact {
  manifest: ArtifactManifest;
  /** Every file of the manifest, the manifest itself, and the originals. */
  files: ArtifactContent[];
}

/** A file whose bytes were checked. */
export type ArtifactContent = NotebookFile & { sha256: string };

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
  const { manifest, manifestFile } = await verifyArtifact(folder, host.signal);
  if (from.kind === "package") requireIdentity(manifest, from.source);
  host.log.line(
    `Checked ${manifest.name} ${manifest.version}: ${manifest.files.length} files are as they were published. Digest ${manifest.digest}.`,
  );
  return { manifest, files: await readFiles(folder, manifest, manifestFile) };
}

/** What each file is to a workspace is told by the bytes that were checked. */
async function readFiles(
  folder: string,
  manifest: ArtifactManifest,
  manifestFile: ArtifactFile,
): Promise<ArtifactContent[]> {
  const listed = [...manifest.files, manifestFile];
  requireSmall(listed);
  const files: ArtifactContent[] = [];
  const originals = new Map<string, ArtifactContent>();
  for (const each of listed) {
    const file: ArtifactContent = {
      ...each,
      file: path.join(folder, each.path),
      format: { kind: "plain" },
    };
    const bytes = await readChecked(file);
    file.format = formatOf(file.path, bytes);
    files.push(file);
    if (!survivesExport(file.format, bytes))
      originals.set(file.sha256, { ...file, path: originalPath(file.sha256), format: { kind: "plain" } });
  }
  requireImportable(files);
  requireOurPathsFree(manifest, files);
  return [...files, ...originals.values()];
}

function requireOurPathsFree({ name, version }: ArtifactManifest, files: readonly ArtifactContent[]): void {
  const ours = [recordFile, originalsFolder];
  const taken = files.map(importedPath).find((each) => ours.includes(each.split("/")[0]!));
  if (taken === undefined) return;
  throw new Error(
    couldNot(
      `deploy ${name} ${version}`,
      `its file ${taken} has the path of a file that each deployment writes itself`,
      "rename that file and publish the package again",
    ),
  );
}

/** A manifest of another package would be deployed, and recorded, under a wrong name. */
function requireIdentity(
  manifest: ArtifactManifest,
  source: { feed: { name: string }; name: string; version: string },
): void {
  if (manifest.name === source.name && manifest.version === source.version) return;
  throw new Error(
    couldNot(
      `deploy ${packageText(source)}`,
      `its manifest names another package, ${manifest.name} ${manifest.version}`,
      "publish the package with NotebookPublishArtifact",
    ),
  );
}
