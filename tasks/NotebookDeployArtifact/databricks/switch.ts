import path from "node:path";
import { mapBounded } from "../../../shared/concurrency/bounded.ts";
import { maxConcurrentRequests } from "../../../shared/databricks/api/workspace.ts";
import type { DatabricksClient } from "../../../shared/databricks/connection.ts";
import { writeRecord } from "../../../shared/databricks/folders/deployed-record.ts";
import { importedPath, uploadFolder } from "../../../shared/databricks/folders/upload-folder.ts";
import { deleteObject } from "../../../shared/databricks/folders/workspace-folders.ts";
import { type DeploymentRecord, recordFile } from "../../../shared/deployment/record.ts";
import type { TaskHost } from "../../../shared/task/host.ts";
import { deleteEmptiedFolders, saveBackup } from "./backup.ts";
import { writeDeployingRecord } from "./final-record.ts";
import { journalKeys } from "./journal.ts";
import type { Plan, TargetContent } from "./plan.ts";

/**
 * Replaces the previous version in the folder by the new one. The workspace has no request that moves or renames, so objects are replaced
 * one by one: each is at any time of the previous or of the new version, never incomplete, and missing only while it changes its type. The
 * record says "deploying" until all objects were read back. Everything that changes is backed up first; undoDeployment restores it unless
 * the switch has completed.
 */
export async function switchVersion(
  host: TaskHost,
  databricks: DatabricksClient,
  {
    plan,
    before,
    record,
    tempFolder,
    check,
  }: {
    plan: Plan;
    before: TargetContent;
    record: DeploymentRecord;
    tempFolder: string;
    /** Fails unless the folder has the content that was written and this deployment still holds the lock. */
    check: () => Promise<void>;
  },
): Promise<void> {
  const target = record.workspaceFolder;
  const remove = async (names: readonly string[]) => {
    const paths = names.map((name) => `${target}/${name}`);
    await mapBounded(paths, maxConcurrentRequests, async (path) => {
      host.signal.throwIfAborted();
      await deleteObject(databricks.workspace, { path, recursive: false });
    });
    await deleteEmptiedFolders(databricks.workspace, target, paths);
  };
  await backUp(host, databricks, { plan, before, target, tempFolder });
  await databricks.workspace.mkdirs({ path: target });
  await writeDeployingRecord(host, databricks, { ...record, objects: objectsOfBothVersions(plan, before) });
  await remove(plan.inTheWay);
  await uploadFolder(databricks, { files: plan.changed, target, signal: host.signal });
  await remove(plan.removed.filter((name) => !plan.inTheWay.includes(name)));
  host.signal.throwIfAborted();
  await check();
  await writeRecord(databricks, target, record);
  host.journal.write(journalKeys.backup, "");
}

async function backUp(
  host: TaskHost,
  databricks: DatabricksClient,
  {
    plan,
    before,
    target,
    tempFolder,
  }: { plan: Plan; before: TargetContent; target: string; tempFolder: string },
): Promise<void> {
  const written = [recordFile, ...plan.changed.map(importedPath)];
  const existed = (name: string) => {
    const type = before.objects.get(name)?.object_type;
    return type !== undefined && type !== "DIRECTORY";
  };
  const jupyter = new Set(
    before.record?.objects
      .filter(({ file }) => /\.ipynb$/i.test(file))
      .map((object) => `${target}/${object.path}`),
  );
  const folder = path.join(tempFolder, "before");
  await saveBackup(databricks, folder, {
    target,
    objects: [...written, ...plan.removed].filter(existed).map((name) => before.objects.get(name)!),
    created: written.filter((name) => !existed(name)).map((name) => `${target}/${name}`),
    isJupyter: (path) => jupyter.has(path),
  });
  host.journal.write(journalKeys.backup, folder);
}

/**
 * The objects of the previous and of the new version. The "deploying" record lists both, since the next deployment may have to remove any
 * of them.
 */
function objectsOfBothVersions(plan: Plan, { record }: TargetContent): DeploymentRecord["objects"] {
  const newPaths = new Set(plan.objects.map((object) => object.path));
  return [...plan.objects, ...(record?.objects ?? []).filter((object) => !newPaths.has(object.path))];
}
