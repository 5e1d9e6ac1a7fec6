import { rm } from "node:fs/promises";
import path from "node:path";
import { connectWorkspace, type DatabricksWorkspace } from "../../shared/databricks/connection.ts";
import { type DeploymentRecord, newRecord } from "../../shared/databricks/deployment-record.ts";
import { newIntent } from "../../shared/databricks/intent.ts";
import { duration } from "../../shared/databricks/progress.ts";
import { uploadFolder } from "../../shared/databricks/upload-folder.ts";
import { deleteFolder, missingFolders } from "../../shared/databricks/workspace-folders.ts";
import { wait } from "../../shared/http/index.ts";
import type { TaskHost } from "../../shared/task/index.ts";
import { type Artifact, newTempFolder, openArtifact } from "./artifact.ts";
import { type Inputs, loadInputs } from "./inputs.ts";
import { journalKeys, type Site } from "./journal.ts";
import { DeploymentLock } from "./lock.ts";
import { isDeployed, type Plan, planSwitch, survey } from "./plan.ts";
import { switchOver } from "./switch.ts";
import { cleanUpSite, undoDeployment } from "./undo.ts";

/** What a cancelled step gives requests under way to be answered, of the 6 s that it has. */
const answerWithinMs = 1_500;
/** The type of the attachment by which a build says what it deployed where. */
const ATTACHMENT_TYPE = "notebook-ops.deployment";

export async function run(host: TaskHost): Promise<void> {
  const inputs = loadInputs(host);
  const tempFolder = await newTempFolder(host);
  const artifact = await openArtifact(host, inputs.artifact, tempFolder);
  const workspace = connectWorkspace(host);
  const deploying = deploy(host, workspace, { inputs, artifact, tempFolder });
  host.onCancel(async () => {
    await Promise.race([deploying.catch(() => undefined), wait(answerWithinMs)]);
    await undoDeployment(workspace, host);
  });
  const record = await deploying;
  await attach(host, record);
  host.output("ArtifactDigest", record.artifact.digest);
  host.output("DeployedPath", inputs.target);
  await rm(tempFolder, { recursive: true, force: true });
}

async function deploy(
  host: TaskHost,
  workspace: DatabricksWorkspace,
  { inputs, artifact, tempFolder }: { inputs: Inputs; artifact: Artifact; tempFolder: string },
): Promise<DeploymentRecord> {
  const { target, environment } = inputs;
  const start = performance.now();
  const label = `${artifact.manifest.name} ${artifact.manifest.version}`;
  const found = await survey(workspace, target);
  const expected = planSwitch(artifact, found, target);
  if (found.record && isDeployed(artifact, expected, found, environment)) {
    host.log.line(
      `${target} holds ${label} already, deployed on ${found.record.deployedOn}: nothing was changed.`,
    );
    return found.record;
  }
  const { site, lock } = await claim(host, workspace, { target, artifact });
  await stage(host, workspace, { artifact, site });
  const before = await survey(workspace, target);
  const plan = planSwitch(artifact, before, target);
  const record = recordOf(host, inputs, { artifact, plan });
  if (!(await lock.isHeld()))
    throw new Error(
      `Could not deploy ${label} to ${target}: another deployment took its place meanwhile; see which version stands there, and run the step again if it is the wrong one.`,
    );
  await switchOver(host, workspace, { plan, before, record, tempFolder });
  await cleanUpSite(workspace, site);
  host.journal.write(journalKeys.site, "");
  host.log.line(
    `Deployed ${label} to ${target} (${environment}) in ${duration(performance.now() - start)}: ${plan.changed.length} of ${artifact.files.length} files written, ${plan.removed.length} removed.`,
  );
  return record;
}

/** Makes this step the only one that deploys to the folder. */
async function claim(
  host: TaskHost,
  workspace: DatabricksWorkspace,
  { target, artifact }: { target: string; artifact: Artifact },
): Promise<{ site: Site; lock: DeploymentLock }> {
  const { id } = newIntent(host.variable);
  const site: Site = {
    target,
    staging: `${target}.notebook-ops-${artifact.manifest.digest.slice("sha256:".length).slice(0, 12)}`,
    lockId: id,
    missing: await missingFolders(workspace.workspace, target),
  };
  const lock = new DeploymentLock(workspace, target, id);
  host.journal.write(journalKeys.site, JSON.stringify(site));
  await workspace.workspace.mkdirs({ path: path.posix.dirname(target) });
  await lock.acquire(buildText(host));
  return { site, lock };
}

function buildText(host: TaskHost): string {
  const build = host.variable("Build.BuildId");
  const collection = host.variable("System.CollectionUri");
  const project = host.variable("System.TeamProject");
  if (build === undefined || collection === undefined || project === undefined) return "another step";
  return `build ${build} (${collection}${encodeURIComponent(project)}/_build/results?buildId=${build})`;
}

/** A folder beside the target that holds all of the new version: the workspace takes every file of it before the target is touched. */
async function stage(
  host: TaskHost,
  workspace: DatabricksWorkspace,
  { artifact, site }: { artifact: Artifact; site: Site },
): Promise<void> {
  await deleteFolder(workspace.workspace, site.staging, []); // what an agent left that died
  await uploadFolder(workspace, { files: artifact.files, target: site.staging, signal: host.signal });
  host.signal.throwIfAborted();
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
  host.attachments.add(ATTACHMENT_TYPE, `${record.environment}.${record.artifact.name}.json`, file);
}
