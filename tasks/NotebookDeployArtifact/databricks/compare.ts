import { isDeepStrictEqual } from "node:util";
import type { DatabricksClient } from "../../../shared/databricks/connection.ts";
import { exportContent, isSameContent } from "../../../shared/databricks/folders/object-content.ts";
import { forEachFile, importedPath, readChecked } from "../../../shared/databricks/folders/upload-folder.ts";
import { wait } from "../../../shared/http/wait.ts";
import { manifestFileName } from "../../../shared/notebook/artifact/manifest.ts";
import { parseManifest } from "../../../shared/notebook/artifact/parse-manifest.ts";
import { couldNot } from "../../../shared/text/could-not.ts";
import type { ArtifactContent, ImportableArtifact } from "./files.ts";
import { type TargetContent, typeOf } from "./plan.ts";

/** A read may return the content before a recent write, so a difference counts only after several reads. */
const rereadAfterMs = [250, 1_000, 2_000];

/**
 * Paths of the objects in the workspace that have the same content as the artifact. Compares only objects that have the same content
 * according to the record. All others are written again, which is never wrong.
 */
export async function unchangedObjects(
  databricks: DatabricksClient,
  { files, manifest }: ImportableArtifact,
  { content: { objects, record }, target }: { content: TargetContent; target: string },
): Promise<Set<string>> {
  const recorded = new Map(record?.objects.map(({ path, sha256 }) => [path, sha256]));
  const unchanged = new Set<string>();
  const candidates = files.filter((file) => {
    const path = importedPath(file);
    const found = objects.get(path);
    return (
      found?.object_type === typeOf(file) &&
      (file.format.kind !== "source" || found.language === file.format.language) &&
      (file.path === manifestFileName || recorded.get(path) === file.sha256)
    );
  });
  await forEachFile(candidates, async (file) => {
    const exported = await exportContent(databricks, `${target}/${importedPath(file)}`, file.format);
    const isSame =
      isSameContent(file.format, await readChecked(file), exported) ||
      (file.path === manifestFileName && isManifestOf(manifest, exported));
    if (isSame) unchanged.add(importedPath(file));
  });
  return unchanged;
}

/** Whether an export is the manifest, apart from its source: the manifests of two builds of the same content differ only there. */
function isManifestOf(manifest: ImportableArtifact["manifest"], exported: Buffer | undefined): boolean {
  try {
    const found = parseManifest(exported!.toString("utf8"));
    return isDeepStrictEqual({ ...found, source: {} }, { ...manifest, source: {} });
  } catch {
    return false;
  }
}

/**
 * Fails unless every object in the folder has the content of the artifact, since somebody may have edited one during the deployment. If an
 * export differs from the file, it is compared with the export of the same file in `staging`, which the workspace has converted in the same
 * way.
 */
export async function requireDeployed(
  databricks: DatabricksClient,
  { files, manifest }: ImportableArtifact,
  { target, staging, signal }: { target: string; staging: string; signal: AbortSignal },
): Promise<void> {
  const isDeployed = async (file: ArtifactContent): Promise<boolean> => {
    const { format } = file;
    const exported = await exportContent(databricks, `${target}/${importedPath(file)}`, format);
    if (isSameContent(format, await readChecked(file), exported)) return true;
    if (file.path === manifestFileName) return isManifestOf(manifest, exported);
    if (format.kind === "plain") return false;
    const staged = await exportContent(databricks, `${staging}/${importedPath(file)}`, format);
    return staged !== undefined && isSameContent(format, staged, exported);
  };
  let differing = [...files];
  for (const pauseMs of [0, ...rereadAfterMs]) {
    await wait(pauseMs, signal);
    const stillDiffering: ArtifactContent[] = [];
    await forEachFile(differing, async (file) => {
      signal.throwIfAborted();
      if (!(await isDeployed(file))) stillDiffering.push(file);
    });
    if (stillDiffering.length === 0) return;
    differing = stillDiffering;
  }
  const others = differing.length > 1 ? ` and ${differing.length - 1} more` : "";
  throw new Error(
    couldNot(
      `deploy ${manifest.name} ${manifest.version} to ${target}`,
      `${importedPath(differing[0]!)}${others} differs from what was written, so somebody else is changing the folder`,
      "find out who changes it, and run the step again",
    ),
  );
}
