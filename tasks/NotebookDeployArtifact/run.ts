import { rm } from "node:fs/promises";
import path from "node:path";
import { connectDatabricks, type DatabricksClient } from "../../shared/databricks/connection.ts";
import { uploadFolder } from "../../shared/databricks/folders/upload-folder.ts";
import { deleteObject, missingFolders } from "../../shared/databricks/folders/workspace-folders.ts";
import { type DeploymentRecord, newRecord } from "../../shared/deployment/record.ts";
import { RequestError } from "../../shared/http/errors.ts";
import { wait } from "../../shared/http/wait.ts";
import { newIntent } from "../../shared/intent/intent.ts";
import { OpenRequests } from "../../shared/intent/open-requests.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { couldNot } from "../../shared/text/could-not.ts";
import { duration } from "../../shared/text/duration.ts";
import { type Artifact, newTempFolder, openArtifact } from "./artifact.ts";
import { requireDeployed, unchangedObjects } from "./compare.ts";
import { type Inputs, loadInputs } from "./inputs.ts";
import { journalKeys, type LockState, type Site } from "./journal.ts";
import { keepRecord } from "./late-record.ts";
import { DeploymentLock } from "./lock.ts";
import { isRecorded, type Plan, planSwitch, type Survey, survey } from "./plan.ts";
import { deleteAbandoned, stagingFolder } from "./staging.ts";
import { switchOver } from "./switch.ts";
import { undoDeployment } from "./undo.ts";

/** What a cancelled step gives requests under way to be answered, of the 6 s that it has. */
const answerWithinMs = 1_500;
/** The type of the attachment by which a build says what it deployed where. */
const attachmentType = "notebook-ops.deployment";

export async function run(host: TaskHost): Promise<void> {
  const inputs = loadInputs(host);
  const tempFolder = await newTempFolder(host);
  const artifact = await openArtifact(host, inputs.artifact, tempFolder);
  const databricks = connectDatabricks(host);
  const deploying = deploy(host, databricks, { inputs, artifact, tempFolder });
  host.onCancel(async () => {
    await Promise.race([deploying.catch(() => undefined), wait(answerWithinMs)]);
    await undoDeployment(databricks, host, { isLast: false });
  });
  const record = await deploying;
  await attach(host, record);
  host.output("ArtifactDigest", record.artifact.digest);
  host.output("DeployedPath", inputs.target);
  if (!(await keepRecord(host, record, tempFolder))) await rm(tempFolder, { recursive: true, force: true });
}

async function deploy(
  host: TaskHost,
  databricks: DatabricksClient,
  { inputs, artifact, tempFolder }: { inputs: Inputs; artifact: Artifact; tempFolder: string },
): Promise<DeploymentRecord> {
  const { target, environment } = inputs;
  const start = performance.now();
  const label = `${artifact.manifest.name} ${artifact.manifest.version}`;
  const found = await survey(databricks, target);
  if ((await isDeployed(databricks, artifact, { found, inputs })) && found.record) {
    host.log.line(
      `${target} holds ${label} already, deployed on ${found.record.deployedOn}: nothing was changed.`,
    );
    return found.record;
  }
  const { site, lock } = await claim(host, databricks, target);
  await stage(host, databricks, { artifact, site });
  const before = await survey(databricks, target);
  // An answer without objects cannot be told from an empty folder, in which there would be nothing to remove.
  if (found.record !== undefined && before.record === undefined)
    throw new Error(
      couldNot(
        `deploy ${label} to ${target}`,
        "the record of the previous version, which was there when the step began, has been deleted",
        "find out who changes the folder, and run the step again",
      ),
    );
  const unchanged = await unchangedObjects(databricks, artifact, { survey: before, target });
  const plan = planSwitch(artifact, before, { target, unchanged });
  const record = recordOf(host, inputs, { artifact, plan });
  const requireLock = async () => {
    if ((await lock.holder()) === "this") return;
    throw new Error(
      couldNot(
        `deploy ${label} to ${target}`,
        "another deployment has replaced it in the meantime",
        "look which version is there, and run the step again if it is the wrong one",
      ),
    );
  };
  const check = async () => {
    await requireDeployed(databricks, artifact, { ...site, signal: host.signal });
    await requireLock();
  };
  await requireLock();
  await switchOver(host, databricks, { plan, before, record, tempFolder, check });
  await tidy(host, databricks, { site, lock });
  host.log.line(
    `Deployed ${label} to ${target} (${environment}) in ${duration((performance.now() - start) / 1000)}: ${plan.changed.length} of ${artifact.files.length} files written, ${plan.removed.length} removed.`,
  );
  return record;
}

/** Whether the folder has this very artifact, by its content. Fails if an object that no deployment put there is in the way. */
async function isDeployed(
  databricks: DatabricksClient,
  artifact: Artifact,
  { found, inputs }: { found: Survey; inputs: Inputs },
): Promise<boolean> {
  const { target } = inputs;
  const unchanged = isRecorded(artifact, found, inputs)
    ? await unchangedObjects(databricks, artifact, { survey: found, target })
    : new Set<string>();
  const { changed, removed } = planSwitch(artifact, found, { target, unchanged });
  return changed.length === 0 && removed.length === 0;
}

/** Makes this step the only one that deploys to the folder. */
async function claim(
  host: TaskHost,
  databricks: DatabricksClient,
  target: string,
): Promise<{ site: Site; lock: DeploymentLock }> {
  const { id } = newIntent(host.variable);
  const site: Site = {
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
  await lock.acquire(buildText(host)).catch((error: unknown) => {
    const isOpen = !(error instanceof RequestError) || error.ambiguous || error.kind === "canceled";
    if (!isOpen && !lock.mayReappear) setLock("");
    throw error;
  });
  setLock(lock.mayReappear ? "asked" : "held");
  return { site, lock };
}

function buildText(host: TaskHost): string {
  const build = host.variable("Build.BuildId");
  const collection = host.variable("System.CollectionUri");
  const project = host.variable("System.TeamProject");
  if (build === undefined || collection === undefined || project === undefined) return "another step";
  return `build ${build} (${collection}${encodeURIComponent(project)}/_build/results?buildId=${build})`;
}

/** A folder beside the target that has all of the new version: the workspace takes every file of it before the target is touched. */
async function stage(
  host: TaskHost,
  databricks: DatabricksClient,
  { artifact, site }: { artifact: Artifact; site: Site },
): Promise<void> {
  await deleteAbandoned(databricks, site.target);
  const open = new OpenRequests(host.journal, journalKeys.open);
  await uploadFolder(databricks, { files: artifact.files, target: site.staging, signal: host.signal, open });
  host.signal.throwIfAborted();
}

/** Removes what the deployment needed while it worked. The lock goes last: whoever comes next finds the place tidy. */
async function tidy(
  host: TaskHost,
  databricks: DatabricksClient,
  { site, lock }: { site: Site; lock: DeploymentLock },
): Promise<void> {
  await deleteObject(databricks.workspace, { path: site.staging, recursive: true });
  // The post-job step looks for what was not to be seen, or may appear once more.
  const isReleased = await lock.release();
  const isGone = isReleased && !lock.mayReappear && !new OpenRequests(host.journal, journalKeys.open).any;
  const left = isGone ? "" : JSON.stringify({ ...site, missing: [] });
  host.journal.write(journalKeys.site, left);
}

function recordOf(
  host: TaskHost,
  { environment, target }: Inputs,
  { artifact, plan }: { artifact: Artifact; plan: Plan },
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

async function attach(host: TaskHost, record: DeploymentRecord): Promise<void> {
  const file = await host.documents.write("deployment.json", record);
  host.attachments.add(attachmentType, `${record.environment}.${record.artifact.name}.json`, file);
}
