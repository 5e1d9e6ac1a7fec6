import { isDeepStrictEqual } from "node:util";
import type { DatabricksClient } from "../../shared/databricks/connection.ts";
import { exportContent, isSameContent } from "../../shared/databricks/folders/object-content.ts";
import { forEachFile, importedPath, readChecked } from "../../shared/databricks/folders/upload-folder.ts";
import { wait } from "../../shared/http/wait.ts";
import { manifestFileName } from "../../shared/notebook/artifact/manifest.ts";
import { parseManifest } from "../../shared/notebook/artifact/parse-manifest.ts";
import { couldNot } from "../../shared/text/could-not.ts";
import type { Artifact, ArtifactContent } from "./artifact.ts";
import { type Survey, typeOf } from "./plan.ts";

/** A workspace may answer a read with what was there before a write. */
const looksAgainAfterMs = [250, 1_000, 2_000];

/**
 * Paths of the objects whose content, exported from the workspace, is the artifact's. Only those are compared of which the record says
 * so: another one is written again, which is always right.
 */
export async function unchangedObjects(
  databricks: DatabricksClient,
  { files, manifest }: Artifact,
  { survey: { objects, record }, target }: { survey: Survey; target: string },
): Promise<Set<string>> {
  const recorded = new Map(record?.objects.map(({ path, sha256 }) => [path, sha256]));
  const unchanged = new Set<string>();
  const candidates = files.filter((file) => {
    const at = importedPath(file);
    const found = objects.get(at);
    return (
      found?.object_type === typeOf(file) &&
      (file.format.kind !== "source" || found.language === file.format.language) &&
      (file.path === manifestFileName || recorded.get(at) === file.sha256)
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

/** A second build of the same content has a manifest that differs in its source alone. */
function isManifestOf(manifest: Artifact["manifest"], exported: Buffer | undefined): boolean {
  try {
    const found = parseManifest(exported!.toString("utf8"));
    return isDeepStrictEqual({ ...found, source: {} }, { ...manifest, source: {} });
  } catch {
    return false;
  }
}

/**
 * Fails unless the folder has the artifact's content, object by object: somebody may have edited one while it was deployed. An
 * export that is not as we expect is compared with that of the same file in `staging`, as the workspace has transformed both alike.
 */
export async function requireDeployed(
  databricks: DatabricksClient,
  { files, manifest }: Artifact,
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
  for (const pauseMs of [0, ...looksAgainAfterMs]) {
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
      "run the step again when nobody does",
    ),
  );
}
