import path from "node:path";
import { independently } from "../../shared/concurrency/independent.ts";
import { forJob, readClusterConfig } from "../../shared/databricks/clusters/cluster-config.ts";
import { connectDatabricks, type DatabricksClient } from "../../shared/databricks/connection.ts";
import { deployedNotebooks, deploymentIn } from "../../shared/databricks/folders/deployed-version.ts";
import { type Project, readProject } from "../../shared/databricks/folders/project.ts";
import { folderIds, madeSince } from "../../shared/databricks/folders/shared-folder.ts";
import { importedPath, uploadFolder } from "../../shared/databricks/folders/upload-folder.ts";
import type { Compute } from "../../shared/databricks/runs/await-run.ts";
import { journalKeys, LiveRuns } from "../../shared/databricks/runs/live-runs.ts";
import { NotebookOutputs } from "../../shared/databricks/runs/outputs.ts";
import { folderRemoval, runCancellation } from "../../shared/databricks/runs/removal.ts";
import { type PlannedRun, runAll } from "../../shared/databricks/runs/run-notebooks.ts";
import { wait } from "../../shared/http/wait.ts";
import { type Intent, intentPath, intentToken, newIntent } from "../../shared/intent/intent.ts";
import { OpenRequests } from "../../shared/intent/open-requests.ts";
import { maskedResults, publishPages, publishTests } from "../../shared/reporting/publish.ts";
import { reportToPullRequest } from "../../shared/reporting/pull-request.ts";
import { ExitValues, failure, setOutputs } from "../../shared/reporting/results.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { duration } from "../../shared/task/state-log.ts";
import { type ComputeChoice, type Inputs, loadInputs } from "./inputs.ts";

/** What a cancelled step gives requests under way to be answered, and runs to end, of the 6 s that it has. */
const answerWithinMs = 1_500;
const cancelWithinMs = 2_500;
const answerMarginMs = 500;

export async function run(host: TaskHost): Promise<void> {
  const inputs = loadInputs(host);
  const project =
    inputs.notebookFolder === undefined
      ? undefined
      : await readProject(inputs.notebookFolder, inputs.notebooks);
  const intent = newIntent(host.variable);
  const compute = await readCompute(inputs.compute, intent);
  const databricks = connectDatabricks(host);
  const live = new LiveRuns(host.journal, new OpenRequests(host.journal, journalKeys.openRuns));
  const working = runNotebooks(host, databricks, { inputs, project, intent, compute, live });
  host.onCancel(async () => {
    await Promise.race([working.catch(() => undefined), wait(answerWithinMs)]);
    const canceling = runCancellation(databricks, host, cancelWithinMs)().then((found) =>
      live.open.seen(found),
    );
    await independently([
      // What keeps a run from being cancelled does not keep the folder from being deleted.
      () => Promise.race([canceling.catch(() => undefined), wait(cancelWithinMs + answerMarginMs)]),
      async () => inputs.keepNotebooks || (await folderRemoval(databricks, host)()),
      () => canceling,
    ]);
  });
  await working;
}

/** What the steps of a run share. */
interface Job {
  inputs: Inputs;
  /** Undefined where the notebooks are in the workspace already. */
  project?: Project;
  intent: Intent;
  compute: Compute;
  live: LiveRuns;
}

/** A notebook in the workspace. */
interface PlacedNotebook {
  /** As the log calls it: its path in the folder that was uploaded, or deployed. */
  name: string;
  notebookPath: string;
  /** Where it came from on this machine. */
  file?: string;
}

async function runNotebooks(host: TaskHost, databricks: DatabricksClient, job: Job): Promise<void> {
  const { inputs, intent, live } = job;
  const notebooks = await placeNotebooks(host, databricks, job);
  const findDeployment = async () =>
    job.project
      ? undefined
      : deploymentIn(databricks, deployedFolder(inputs), {
          log: host.log,
          notebooks: notebooks.map(({ name }) => name),
        });
  const deployedBefore = await findDeployment();
  const startedOn = new Date();
  const exitValues = new ExitValues(host, notebooks.length);
  host.journal.write(journalKeys.intent, intentPath(intent));
  const ran = await runAll(host, databricks, {
    ...inputs,
    runs: notebooks.map((notebook) => plannedRun(host, notebook, job)),
    live,
    outputs: new NotebookOutputs(databricks, host, (name, value) => exitValues.keep(name, value)),
  });
  setOutputs(host, ran);
  const run = maskedResults(host, ran);
  await publishTests(host, { run, toTestsTab: inputs.publishTestResults });
  // Somebody may have edited a notebook before its turn came.
  const deployment = deployedBefore && (await findDeployment());
  host.signal.throwIfAborted();
  await publishPages(host, databricks, {
    run,
    id: intent.id,
    startedOn,
    compute: inputs.compute,
    deployment,
  }).catch(
    // What the notebooks came to is the step's result, not how well it could be told.
    (error: Error) => host.log.warning(`Could not write the pages of this step: ${error.message}.`),
  );
  await reportToPullRequest(host, run, inputs.pullRequestComment);
  const failed = failure(ran);
  if (failed) throw new Error(failed);
}

async function readCompute(choice: ComputeChoice, intent: Intent): Promise<Compute> {
  if (choice.kind !== "jobCluster") return choice;
  return {
    kind: "jobCluster",
    spec: forJob(await readClusterConfig(choice.clusterConfig), intentPath(intent)),
  };
}

/** Uploads the project, or finds what was deployed before: that is not this step's to change or delete. */
async function placeNotebooks(
  host: TaskHost,
  databricks: DatabricksClient,
  { inputs, project, intent }: Job,
): Promise<PlacedNotebook[]> {
  if (project === undefined) {
    const folder = deployedFolder(inputs);
    const names = await deployedNotebooks(databricks, folder, inputs.notebooks);
    return names.map((name) => ({ name, notebookPath: `${folder}/${name}` }));
  }
  // A folder of its own: steps of one build share workspaceFolder, and none may delete what another or a user put there.
  const target = `${inputs.workspaceFolder}/${intent.id}`;
  await upload(host, databricks, { project, target, below: inputs.workspaceFolder });
  return project.notebooks.map((notebook) => {
    const name = importedPath(notebook);
    return { name, notebookPath: `${target}/${name}`, file: path.join(project.folder, notebook.path) };
  });
}

/** The Workspace API knows no /Workspace, which notebooks see before each path. */
function deployedFolder({ workspaceFolder }: Inputs): string {
  return workspaceFolder.replace(/^\/Workspace(?=\/)/, "");
}

async function upload(
  host: TaskHost,
  databricks: DatabricksClient,
  { project, target, below }: { project: Project; target: string; below: string },
): Promise<void> {
  const start = performance.now();
  const before = await folderIds(databricks.workspace, below);
  const recordMade = (made: readonly string[]) => host.journal.write(journalKeys.above, JSON.stringify(made));
  recordMade(madeSince(before, before));
  host.journal.write(journalKeys.folder, target);
  const open = new OpenRequests(host.journal, journalKeys.openFolders);
  await uploadFolder(databricks, { files: project.files, target, signal: host.signal, open });
  // A folder that was there may have been that of another step of this build, which deleted it just before it was made again here.
  if (before.get(below) !== undefined)
    recordMade(madeSince(before, await folderIds(databricks.workspace, below)));
  host.log.line(
    `Uploaded ${project.files.length} ${project.files.length === 1 ? "file" : "files"} to ${target} in ${duration(performance.now() - start)}.`,
  );
}

function plannedRun(
  host: TaskHost,
  { name, notebookPath, file }: PlacedNotebook,
  { inputs, intent, compute }: Job,
): PlannedRun {
  return {
    name,
    file: file === undefined ? undefined : pathInRepository(host, file),
    notebookPath,
    runName: `${name} (notebook-ops ${intentPath(intent)})`,
    token: intentToken(intent, name),
    parameters: inputs.parameters,
    compute,
    timeoutMs: inputs.timeoutMinutes * 60_000,
  };
}

/** Slash-separated, from the repository's root; undefined for a file that is not in it. */
function pathInRepository(host: TaskHost, file: string): string | undefined {
  const root = host.variable("Build.Repository.LocalPath") ?? host.variable("Build.SourcesDirectory");
  const relative = root === undefined ? ".." : path.relative(root, file);
  const isInside = !path.isAbsolute(relative) && relative.split(path.sep)[0] !== "..";
  return isInside ? relative.split(path.sep).join("/") : undefined;
}
