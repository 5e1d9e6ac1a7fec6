import path from "node:path";
import { requireImportable, requireSmall } from "../../../shared/databricks/folders/importable.ts";
import { importedPath, readChecked } from "../../../shared/databricks/folders/upload-folder.ts";
import { originalPath, originalsFolder, recordFile } from "../../../shared/deployment/record.ts";
import type { ArtifactManifest } from "../../../shared/notebook/artifact/manifest.ts";
import { formatOf, survivesExport } from "../../../shared/notebook/exported-notebook.ts";
import type { NotebookFile } from "../../../shared/notebook/notebook-folder.ts";
import { couldNot } from "../../../shared/text/could-not.ts";
import type { Artifact } from "../artifact.ts";

/** An artifact whose files a workspace accepts. */
export interface ImportableArtifact {
  manifest: ArtifactManifest;
  /** Every file of the manifest, the manifest itself, and the published bytes of notebooks that their export does not preserve. */
  files: ArtifactContent[];
}

/** A file whose bytes were checked. */
export type ArtifactContent = NotebookFile & { sha256: string };

/** Reads each file and finds out its format from the bytes that were checked. Fails unless a workspace accepts all of them. */
export async function readImportable({
  folder,
  manifest,
  manifestFile,
}: Artifact): Promise<ImportableArtifact> {
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
  return { manifest, files: [...files, ...originals.values()] };
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
