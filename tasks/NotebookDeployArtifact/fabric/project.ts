import { readFile } from "node:fs/promises";
import path from "node:path";
import { itemNameProblem } from "../../../shared/deployment/fabric-path.ts";
import type { PublishedFile } from "../../../shared/deployment/published-files.ts";
import { nameKey } from "../../../shared/fabric/deployment/deployed-items.ts";
import {
  decidesNotebooks,
  projectOf,
  sha256Of,
} from "../../../shared/fabric/deployment/published-project.ts";
import type { ArtifactManifest } from "../../../shared/notebook/artifact/manifest.ts";
import type { FabricNotebook } from "../../../shared/notebook/fabric/fabric-project.ts";
import { scenariosFile } from "../../../shared/notebook/scenarios/read-scenarios.ts";
import type { Log } from "../../../shared/task/host.ts";
import { couldNot } from "../../../shared/text/could-not.ts";
import type { Artifact } from "../artifact.ts";

/** An artifact as it is deployed to Fabric. */
export interface FabricArtifact {
  manifest: ArtifactManifest;
  /** All of them, each with the name of its item. */
  notebooks: readonly FabricNotebook[];
  /** The files that decide what the notebooks are. */
  files: readonly PublishedFile[];
}

/** Below Fabric's 32 MB for a notebook, which the record of the deployment is: base64, escaped as JSON and encoded in base64 again. */
const maxFilesBytes = 64 * 1024 * 1024;
const namesShown = 5;

/** Reads the notebooks of an artifact from the bytes that were checked, and logs what has no counterpart in Fabric. */
export async function readNotebooks(
  { manifest, folder }: Artifact,
  { log, tempFolder }: { log: Log; tempFolder: string },
): Promise<FabricArtifact> {
  const attempt = `deploy ${manifest.name} ${manifest.version}`;
  const needed = manifest.files.filter((file) => decidesNotebooks(file.path));
  const total = needed.reduce((sum, { size }) => sum + size, 0);
  if (total > maxFilesBytes)
    throw new Error(
      couldNot(
        attempt,
        `its notebooks have ${(total / 1024 / 1024).toFixed(0)} MB, and at most ${maxFilesBytes / 1024 / 1024} MB can be recorded in Fabric`,
        "clear the outputs of the notebooks",
      ),
    );
  const files: PublishedFile[] = [];
  for (const file of needed) {
    const bytes = await readFile(path.join(folder, file.path));
    if (sha256Of(bytes) !== file.sha256)
      throw new Error(
        couldNot(
          `read ${file.path}`,
          "its content has changed since it was checked",
          "keep other steps from writing to its folder and run the step again",
        ),
      );
    files.push({ path: file.path, bytes });
  }
  const project = await projectOf(files, tempFolder);
  refuseNames(attempt, project.notebooks);
  for (const text of [...project.warnings, ...project.notebooks.flatMap(({ remarks }) => remarks)])
    log.warning(text);
  logOthers(log, manifest, project.notebooks);
  return { manifest, notebooks: project.notebooks, files };
}

function refuseNames(attempt: string, notebooks: readonly FabricNotebook[]): void {
  const seen = new Map<string, FabricNotebook>();
  for (const notebook of notebooks) {
    const problem = itemNameProblem(notebook.itemName);
    if (problem !== undefined)
      throw new Error(
        couldNot(
          attempt,
          `the name of ${notebook.path} in Fabric ${problem}`,
          "rename the notebook and publish the package again",
        ),
      );
    const other = seen.get(nameKey(notebook.itemName));
    if (other !== undefined)
      throw new Error(
        couldNot(
          attempt,
          `${other.path} and ${notebook.path} would both be the notebook "${notebook.itemName}" in Fabric`,
          "rename one of them and publish the package again",
        ),
      );
    seen.set(nameKey(notebook.itemName), notebook);
  }
}

function logOthers(log: Log, { files }: ArtifactManifest, notebooks: readonly FabricNotebook[]): void {
  const isNotebook = new Set(notebooks.map((notebook) => notebook.path));
  const others = files
    .map((file) => file.path)
    .filter(
      (each) => !isNotebook.has(each) && each !== scenariosFile && path.posix.basename(each) !== ".platform",
    );
  if (others.length === 0) return;
  const shown = others.slice(0, namesShown).join(", ");
  const more = others.length > namesShown ? ` and ${others.length - namesShown} more` : "";
  log.outside(
    `A Fabric workspace has no place for files that are not notebooks, so these stay in the package: ${shown}${more}.`,
  );
}
