import path from "node:path";
import { mapBounded } from "../../shared/concurrency/bounded.ts";
import type { DatabricksClient } from "../../shared/databricks/connection.ts";
import { writeRecord } from "../../shared/databricks/folders/deployed-record.ts";
import { importedPath, uploadFolder } from "../../shared/databricks/folders/upload-folder.ts";
import { deleteObject, maxConcurrentRequests } from "../../shared/databricks/folders/workspace-folders.ts";
import { type DeploymentRecord, recordFile } from "../../shared/deployment/record.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { deleteEmptiedFolders, saveBackup } from "./backup.ts";
import { journalKeys } from "./journal.ts";
import { writeDeploying } from "./late-record.ts";
import type { Plan, Survey } from "./plan.ts";

/**
 * Makes the folder hold the new version. A workspace has no request that moves or renames, so this goes object by object: each is
 * of the old version or of the new one, never half and, but for one that changes its type, never missing. The record says
 * "deploying" until all of it was read back. What it changes is saved first; undoDeployment puts that back unless this came to its end.
 */
export async function switchOver(
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
    before: Survey;
    record: DeploymentRecord;
    tempFolder: string;
    /** Fails unless the folder has what was written and is still this deployment's. */
    check: () => Promise<void>;
  },
): Promise<void> {
  const target = record.workspaceFolder;
  const remove = async (names: readonly string[]) => {
    const paths = names.map((name) => `${target}/${name}`);
    await mapBounded(paths, maxConcurrentRequests, async (each) => {
      host.signal.throwIfAborted();
      await deleteObject(databricks.workspace, { path: each, recursive: false });
    });
    await deleteEmptiedFolders(databricks.workspace, target, paths);
  };
  await backUp(host, databricks, { plan, before, target, tempFolder });
  await databricks.workspace.mkdirs({ path: target });
  await writeDeploying(host, databricks, { ...record, objects: ofBoth(plan, before) });
  await remove(plan.inTheWay);
  await uploadFolder(databricks, { files: plan.changed, target, signal: host.signal });
  await remove(plan.removed.filter((each) => !plan.inTheWay.includes(each)));
  host.signal.throwIfAborted();
  await check();
  await writeRecord(databricks, target, record);
  host.journal.write(journalKeys.backup, "");
}

async function backUp(
  host: TaskHost,
  databricks: DatabricksClient,
  { plan, before, target, tempFolder }: { plan: Plan; before: Survey; target: string; tempFolder: string },
): Promise<void> {
  const written = [recordFile, ...plan.changed.map(importedPath)];
  const isFile = (each: string) => {
    const type = before.objects.get(each)?.object_type;
    return type !== undefined && type !== "DIRECTORY";
  };
  const jupyter = new Set(
    before.record?.objects
      .filter(({ file }) => /\.ipynb$/i.test(file))
      .map((each) => `${target}/${each.path}`),
  );
  const folder = path.join(tempFolder, "before");
  await saveBackup(databricks, folder, {
    target,
    objects: [...written, ...plan.removed].filter(isFile).map((each) => before.objects.get(each)!),
    created: written.filter((each) => !isFile(each)).map((each) => `${target}/${each}`),
    isJupyter: (each) => jupyter.has(each),
  });
  host.journal.write(journalKeys.backup, folder);
}

/** While it goes on, both versions' objects are the deployment's own: the next one may need to clean up after this one. */
function ofBoth(plan: Plan, { record }: Survey): DeploymentRecord["objects"] {
  const next = new Set(plan.objects.map((object) => object.path));
  return [...plan.objects, ...(record?.objects ?? []).filter((object) => !next.has(object.path))];
}
