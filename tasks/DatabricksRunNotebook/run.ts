import path from "node:path";
import { forJob, readClusterConfig } from "../../shared/databricks/cluster-config.ts";
import { connectWorkspace, type DatabricksWorkspace } from "../../shared/databricks/connection.ts";
import { type Intent, intentPath, intentToken, newIntent } from "../../shared/databricks/intent.ts";
import { duration } from "../../shared/databricks/progress.ts";
import type { Compute } from "../../shared/databricks/run-notebook.ts";
import { importedPath, uploadFolder } from "../../shared/databricks/upload-folder.ts";
import { missingFolders } from "../../shared/databricks/workspace-folders.ts";
import { wait } from "../../shared/http/index.ts";
import type { NotebookFile } from "../../shared/notebook/notebook-folder.ts";
import type { TaskHost } from "../../shared/task/index.ts";
import { type ComputeChoice, type Inputs, loadInputs } from "./inputs.ts";
import { cancelJournaledRuns, deleteJournaledFolder, journalKeys } from "./journal.ts";
import { NotebookOutputs } from "./outputs.ts";
import { type Project, readProject } from "./project.ts";
import { asTestRun, publishPages, publishTests } from "./publish.ts";
import { reportToPullRequest } from "./pull-request.ts";
import { failure, ResultsFolder, setOutputs } from "./results.ts";
import { type PlannedRun, runAll } from "./run-all.ts";

/** What a cancelled step gives requests under way to be answered, and runs to end, of the 6 s that it has. */
const answerWithinMs = 1_500;
const cancelWithinMs = 2_500;

export async function run(host: TaskHost): Promise<void> {
  const inputs = loadInputs(host);
  const project = await readProject(inputs.notebookFolder, inputs.notebooks);
  const intent = newIntent(host.variable);
  const compute = await readCompute(inputs.compute, intent);
  const workspace = connectWorkspace(host);
  // A folder of its own: steps of one build share workspaceFolder, and none may delete what another or a user put there.
  const target = `${inputs.workspaceFolder}/${intent.id}`;

  const working = uploadAndRun(host, workspace, { inputs, project, intent, compute, target });
  host.onCancel(async () => {
    await Promise.race([working.catch(() => undefined), wait(answerWithinMs)]);
    await cancelJournaledRuns(workspace, host, cancelWithinMs);
    if (!inputs.keepNotebooks) await deleteJournaledFolder(workspace, host);
  });
  await working;
}

async function uploadAndRun(
  host: TaskHost,
  workspace: DatabricksWorkspace,
  job: { inputs: Inputs; project: Project; intent: Intent; compute: Compute; target: string },
): Promise<void> {
  const { inputs, project, intent, target } = job;
  await upload(host, workspace, { project, target, below: inputs.workspaceFolder });
  const startedOn = new Date();
  const folder = new ResultsFolder(host, intent.id, project.notebooks.length);
  host.journal.write(journalKeys.intent, intentPath(intent));
  const ran = await runAll(host, workspace, {
    ...inputs,
    runs: project.notebooks.map((notebook) => plannedRun(host, notebook, job)),
    outputs: new NotebookOutputs(workspace, host.log, (name, value) =>
      folder.keepExitValue(host, name, value),
    ),
  });
  setOutputs(host, ran);
  const run = asTestRun(ran);
  await publishTests(host, folder, { run, toTestsTab: inputs.publishTestResults });
  host.signal.throwIfAborted();
  await publishPages(host, workspace, { run, folder, id: intent.id, startedOn, compute: inputs.compute });
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

async function upload(
  host: TaskHost,
  workspace: DatabricksWorkspace,
  { project, target, below }: { project: Project; target: string; below: string },
): Promise<void> {
  const start = performance.now();
  host.journal.write(journalKeys.above, JSON.stringify(await missingFolders(workspace.workspace, below)));
  host.journal.write(journalKeys.folder, target);
  await uploadFolder(workspace, { files: project.files, target, signal: host.signal });
  host.log.line(
    `Uploaded ${project.files.length} ${project.files.length === 1 ? "file" : "files"} to ${target} in ${duration(performance.now() - start)}.`,
  );
}

function plannedRun(
  host: TaskHost,
  notebook: NotebookFile,
  { inputs, intent, compute, target }: { inputs: Inputs; intent: Intent; compute: Compute; target: string },
): PlannedRun {
  const name = importedPath(notebook);
  return {
    name,
    file: pathInRepository(host, path.join(inputs.notebookFolder, notebook.path)),
    notebookPath: `${target}/${name}`,
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
