import path from "node:path";
import type { DatabricksClient } from "../../../shared/databricks/connection.ts";
import { uploadFolder } from "../../../shared/databricks/folders/upload-folder.ts";
import { deleteObject, missingFolders } from "../../../shared/databricks/folders/workspace-folders.ts";
import { type DeploymentRecord, newRecord } from "../../../shared/deployment/record.ts";
import { RequestError } from "../../../shared/http/errors.ts";
import { newIntent } from "../../../shared/intent/intent.ts";
import { OpenRequests } from "../../../shared/intent/open-requests.ts";
import type { TaskHost } from "../../../shared/task/host.ts";
import { couldNot } from "../../../shared/text/could-not.ts";
import { duration } from "../../../shared/text/duration.ts";
import { describeBuild } from "../build.ts";
import { requireDeployed, unchangedObjects } from "./compare.ts";
import type { ImportableArtifact } from "./files.ts";
import { type DeploymentSite, journalKeys, type LockState } from "./journal.ts";
import { DeploymentLock } from "./lock.ts";
import { isRecorded, type Plan, planSwitch, readTarget, type TargetContent } from "./plan.ts";
import { deleteAbandonedStaging, stagingFolder } from "./staging.ts";
import { switchVersion } from "./switch.ts";

/** What is deployed, and where. */
interface Deployment {
  artifact: ImportableArtifact;
  /** Absolute path of the folder to deploy to, without `/Workspace` at its beginning and without a slash at its end. */
  target: string;
  environment: string;
}

/** Deploys an artifact to a workspace folder, unless it is there already. */
export async function deploy(
  host: TaskHost,
  databricks: DatabricksClient,
  { tempFolder, ...deployment }: Deployment & { tempFolder: string },
): Promise<DeploymentRecord> {
  const { artifact, target, environment } = deployment;
  const start = performance.now();
  const label = `${artifact.manifest.name} ${artifact.manifest.version}`;
  const atStart = await readTarget(databricks, target);
  if ((await isDeployed(databricks, deployment, atStart)) && atStart.record) {
    host.log.line(
      `${target} already contains ${label}, deployed on ${atStart.record.deployedOn}: nothing was changed.`,
    );
    return atStart.record;
  }
  const { site, lock } = await lockTarget(host, databricks, target);
  await uploadToStaging(host, databricks, { artifact, site });
  const before = await readTarget(databricks, target);
  // If the workspace now lists no objects, that may be an error. Objects of the previous version would then not be removed.
  if (atStart.record !== undefined && before.record === undefined)
    throw new Error(
      couldNot(
        `deploy ${label} to ${target}`,
        "the record of the previous version, which was there when the step began, has been deleted",
        "find out who changes the folder, and run the step again",
      ),
    );
  const unchanged = await unchangedObjects(databricks, artifact, { content: before, target });
  const plan = planSwitch(artifact, before, { target, unchanged });
  const record = recordOf(host, deployment, plan);
  const requireLock = async () => {
    if ((await lock.holder()) === "this") return;
    throw new Error(
      couldNot(
        `deploy ${label} to ${target}`,
        "another deployment has replaced it in the meantime",
        "check which version is there, and run the step again if it is the wrong one",
      ),
    );
  };
  const check = async () => {
    await requireDeployed(databricks, artifact, { ...site, signal: host.signal });
    await requireLock();
  };
  await requireLock();
  await switchVersion(host, databricks, { plan, before, record, tempFolder, check });
  await deleteStagingAndLock(host, databricks, { site, lock });
  host.log.line(
    `Deployed ${label} to ${target} (${environment}) in ${duration((performance.now() - start) / 1000)}: ${plan.changed.length} of ${artifact.files.length} files written, ${plan.removed.length} removed.`,
  );
  return record;
}

/** Whether the folder has exactly the content of the artifact. Fails if an object that no deployment put there is in the way. */
async function isDeployed(
  databricks: DatabricksClient,
  { artifact, target, environment }: Deployment,
  content: TargetContent,
): Promise<boolean> {
  const unchanged = isRecorded(artifact, content, { environment, target })
    ? await unchangedObjects(databricks, artifact, { content, target })
    : new Set<string>();
  const { changed, removed } = planSwitch(artifact, content, { target, unchanged });
  return changed.length === 0 && removed.length === 0;
}

/** Acquires the lock of the folder, so that no other step deploys to it at the same time. */
async function lockTarget(
  host: TaskHost,
  databricks: DatabricksClient,
  target: string,
): Promise<{ site: DeploymentSite; lock: DeploymentLock }> {
  const { id } = newIntent(host.variable);
  const site: DeploymentSite = {
    target,
    staging: stagingFolder(target, id),
    lockId: id,
    missing: await missingFolders(databricks.workspace, target),
  };
  const lock = new DeploymentLock(databricks, target, id);
  const setLock = (state: LockState) => host.journal.write(journalKeys.lock, state);
  host.journal.write(journalKeys.site, JSON.stringify(site));
  await databricks.workspace.mkdirs({ path: path.posix.dirname(target) });
  setLock("asked");
  await lock.acquire(describeBuild(host)).catch((error: unknown) => {
    const mayExist = !(error instanceof RequestError) || error.ambiguous || error.kind === "canceled";
    if (!mayExist && !lock.mayReappear) setLock("");
    throw error;
  });
  setLock(lock.mayReappear ? "asked" : "held");
  return { site, lock };
}

/** Uploads the new version to a folder beside the target, which shows that the workspace accepts every file before the target changes. */
async function uploadToStaging(
  host: TaskHost,
  databricks: DatabricksClient,
  { artifact, site }: { artifact: ImportableArtifact; site: DeploymentSite },
): Promise<void> {
  await deleteAbandonedStaging(databricks, site.target);
  const open = new OpenRequests(host.journal, journalKeys.open);
  await uploadFolder(databricks, { files: artifact.files, target: site.staging, signal: host.signal, open });
  host.signal.throwIfAborted();
}

/** Deletes the staging folder, and then the lock, so that the next deployment starts without remains of this one. */
async function deleteStagingAndLock(
  host: TaskHost,
  databricks: DatabricksClient,
  { site, lock }: { site: DeploymentSite; lock: DeploymentLock },
): Promise<void> {
  await deleteObject(databricks.workspace, { path: site.staging, recursive: true });
  const isReleased = await lock.release();
  const isGone = isReleased && !lock.mayReappear && !new OpenRequests(host.journal, journalKeys.open).any;
  // If the lock was not seen, or the lock or the folder may appear again, the post-job step looks for them.
  host.journal.write(journalKeys.site, isGone ? "" : JSON.stringify({ ...site, missing: [] }));
}

function recordOf(
  host: TaskHost,
  { artifact, environment, target }: Deployment,
  plan: Plan,
): DeploymentRecord {
  const { name, version, digest } = artifact.manifest;
  return newRecord({
    state: "deployed",
    environment,
    workspaceFolder: target,
    artifact: { name, version, digest },
    deployedOn: new Date().toISOString(),
    buildId: host.variable("Build.BuildId"),
    objects: plan.objects,
  });
}
