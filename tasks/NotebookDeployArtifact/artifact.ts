import { mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { requireImportable, requireSmall } from "../../shared/databricks/folders/importable.ts";
import { importedPath, readChecked } from "../../shared/databricks/folders/upload-folder.ts";
import { originalPath, originalsFolder, recordFile } from "../../shared/deployment/record.ts";
import {
  isVersionOf,
  isVersionPattern,
  type PackageVersion,
  packageText,
} from "../../shared/devops/package-identity.ts";
import { UniversalPackages } from "../../shared/devops/universal-packages.ts";
import type { ArtifactFile } from "../../shared/notebook/artifact/digest.ts";
import type { ArtifactManifest } from "../../shared/notebook/artifact/manifest.ts";
import { verifyArtifact } from "../../shared/notebook/artifact/verify.ts";
import { formatOf, survivesExport } from "../../shared/notebook/exported-notebook.ts";
import type { NotebookFile } from "../../shared/notebook/notebook-folder.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { couldNot } from "../../shared/text/could-not.ts";
import type { Inputs } from "./inputs.ts";

/** An artifact whose files were checked against its manifest. */
export interface Artifact {
  manifest: ArtifactManifest;
  /** Every file of the manifest, the manifest itself, and the published bytes of notebooks that their export does not preserve. */
  files: ArtifactContent[];
}

/** A file whose bytes were checked. */
export type ArtifactContent = NotebookFile & { sha256: string };

/** Creates a folder in the agent's temporary folder, which the agent empties after the job. */
export function newTempFolder(host: TaskHost): Promise<string> {
  return mkdtemp(path.join(host.variable("Agent.TempDirectory") ?? os.tmpdir(), "notebook-ops-deploy-"));
}

/** Downloads the package or opens the folder. Fails unless its files are as they were published and a workspace accepts all of them. */
export async function openArtifact(
  host: TaskHost,
  from: Inputs["artifact"],
  tempFolder: string,
): Promise<Artifact> {
  const folder = from.kind === "folder" ? from.folder : path.join(tempFolder, "artifact");
  const downloaded =
    from.kind === "package"
      ? await (await UniversalPackages.open(host)).download(from.source, { folder })
      : undefined;
  const { manifest, manifestFile } = await verifyArtifact(folder, host.signal);
  if (from.kind === "package") {
    requireIdentity(manifest, from.source, downloaded);
    if (isVersionPattern(from.source.version))
      host.log.line(`${packageText(from.source)} is version ${manifest.version} at present.`);
  }
  host.log.line(
    `Checked ${manifest.name} ${manifest.version}: ${manifest.files.length} files are as they were published. Digest ${manifest.digest}.`,
  );
  return { manifest, files: await readFiles(folder, manifest, manifestFile) };
}

/** Reads each listed file and finds out its format from the bytes that were checked. */
async function readFiles(
  folder: string,
  manifest: ArtifactManifest,
  manifestFile: ArtifactFile,
): Promise<ArtifactContent[]> {
  const listed = [...manifest.files, manifestFile];
  requireSmall(listed);
  const files: ArtifactContent[] = [];
  const originals = new Map<string, ArtifactContent>();
  for (const listedFile of listed) {
    const file: ArtifactContent = {
      ...listedFile,
      file: path.join(folder, listedFile.path),
      format: { kind: "plain" },
    };
    const bytes = await readChecked(file);
    file.format = formatOf(file.path, bytes);
    files.push(file);
    if (!survivesExport(file.format, bytes))
      originals.set(file.sha256, { ...file, path: originalPath(file.sha256), format: { kind: "plain" } });
  }
  requireImportable(files);
  refuseReservedPaths(manifest, files);
  return [...files, ...originals.values()];
}

function refuseReservedPaths({ name, version }: ArtifactManifest, files: readonly ArtifactContent[]): void {
  const reserved = [recordFile, originalsFolder];
  const conflict = files.map(importedPath).find((path) => reserved.includes(path.split("/")[0]!));
  if (conflict === undefined) return;
  throw new Error(
    couldNot(
      `deploy ${name} ${version}`,
      `its file ${conflict} has the path of a file that each deployment writes itself`,
      "rename that file and publish the package again",
    ),
  );
}

/** Fails if the manifest is of another package, which would then be deployed and recorded under a wrong name. */
function requireIdentity(
  manifest: ArtifactManifest,
  source: PackageVersion,
  downloaded: string | undefined,
): void {
  const isVersion =
    isVersionOf(source, manifest.version) && manifest.version === (downloaded ?? manifest.version);
  if (manifest.name === source.name && isVersion) return;
  throw new Error(
    couldNot(
      `deploy ${packageText(source)}`,
      `its manifest names another package, ${manifest.name} ${manifest.version}`,
      "publish the package with NotebookPublishArtifact",
    ),
  );
}
