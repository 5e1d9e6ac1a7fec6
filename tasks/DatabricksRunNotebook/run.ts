import { readClusterUse } from "../../shared/databricks/clusters/cluster-use.ts";
import { connectDatabricks, type DatabricksClient } from "../../shared/databricks/connection.ts";
import { type Project, readProject } from "../../shared/databricks/folders/project.ts";
import { TemporaryUpload } from "../../shared/databricks/folders/temporary-upload.ts";
import { verifiedDeployment } from "../../shared/databricks/folders/verified-deployment.ts";
import { apiPath } from "../../shared/databricks/folders/workspace-folders.ts";
import { undoOnCancel } from "../../shared/databricks/runs/clean-up.ts";
import { type Compute, readCompute } from "../../shared/databricks/runs/compute.ts";
import { LiveRuns } from "../../shared/databricks/runs/live-runs.ts";
import {
  findDeployed,
  type NotebookToRun,
  uploadNotebooks,
} from "../../shared/databricks/runs/notebooks-to-run.ts";
import { NotebookOutputs } from "../../shared/databricks/runs/outputs.ts";
import { runNotebooks } from "../../shared/databricks/runs/run-notebooks.ts";
import type { PlannedRun } from "../../shared/databricks/runs/submit-run.ts";
import { checkTokenLifetime } from "../../shared/databricks/token-lifetime.ts";
import { type Intent, intentPath, intentToken, newIntent } from "../../shared/intent/intent.ts";
import { undeclaredParameters } from "../../shared/notebook/undeclared-parameters.ts";
import { ExitValues } from "../../shared/reporting/exit-values.ts";
import { failureOf, setOutputs } from "../../shared/reporting/outputs.ts";
import { reportRuns } from "../../shared/reporting/report-runs.ts";
import type { Log, TaskHost } from "../../shared/task/host.ts";
import { type Inputs, loadInputs } from "./inputs.ts";

export async function run(host: TaskHost): Promise<void> {
  const inputs = loadInputs(host);
  const project =
    inputs.notebookFolder === undefined
      ? undefined
      : await readProject(inputs.notebookFolder, inputs.notebooks);
  if (project !== undefined) await warnOf(project, inputs, host.log);
  const intent = newIntent(host.variable);
  const compute = await readCompute(inputs.compute, intentPath(intent), host.log);
  const databricks = connectDatabricks(host);
  checkTokenLifetime(host, longestMinutes(inputs, project));
  const live = new LiveRuns(host.journal);
  const upload = new TemporaryUpload(databricks, host);
  const working = runAndReport(host, databricks, { inputs, project, intent, compute, live, upload });
  await undoOnCancel(host, databricks, {
    working,
    live,
    removals: inputs.keepNotebooks ? [] : [() => upload.delete()],
  });
}

/** Warns of what would be ignored. Deployed notebooks are not checked, because their text is not on this machine. */
async function warnOf(project: Project, { parameters }: Inputs, log: Log): Promise<void> {
  for (const warning of project.warnings) log.warning(warning);
  for (const warning of await undeclaredParameters(Object.keys(parameters), project)) log.warning(warning);
}

/** How long the notebooks may run in all. Only for an upload is their number known before the first request. */
function longestMinutes({ maxConcurrency, timeoutMinutes }: Inputs, project: Project | undefined): number {
  return Math.ceil((project?.notebooks.length ?? 1) / maxConcurrency) * timeoutMinutes;
}

interface Step {
  inputs: Inputs;
  /** Undefined if the notebooks are in the workspace already. */
  project?: Project;
  intent: Intent;
  compute: Compute;
  live: LiveRuns;
  upload: TemporaryUpload;
}

async function runAndReport(host: TaskHost, databricks: DatabricksClient, step: Step): Promise<void> {
  const { inputs, project, intent, live, upload } = step;
  const deployedFolder = apiPath(inputs.workspaceFolder);
  const notebooks =
    project === undefined
      ? await findDeployed(databricks, deployedFolder, inputs.notebooks)
      : await uploadNotebooks(host, { upload, project, intent, parentFolder: inputs.workspaceFolder });
  const findDeployment = () =>
    verifiedDeployment(databricks, deployedFolder, {
      log: host.log,
      notebooks: notebooks.map(({ name }) => name),
    });
  const deployment = project === undefined ? await findDeployment() : undefined;
  const startedOn = new Date();
  const exitValues = new ExitValues(host, notebooks.length);
  live.begin(intentPath(intent));
  const finished = await runNotebooks(host, databricks, {
    ...inputs,
    runs: notebooks.map((notebook) => plannedRun(notebook, step)),
    live,
    outputs: new NotebookOutputs(databricks, host, (name, value) => exitValues.keep(name, value), "notebook"),
    onRun: (runId) => host.output("RunId", runId),
    onUrl: (url) => host.output("RunUrl", url),
  });
  setOutputs(host, finished);
  await reportRuns(host, {
    title: "Databricks notebooks",
    finished,
    inputs,
    id: intent.id,
    platform: "databricks",
    workspace: databricks.url,
    startedOn,
    onResultsFile: (file) => host.output("ResultsFile", file),
    // Verified again, because somebody may have edited a notebook before it ran.
    readDeployment: async () => deployment && (await findDeployment()),
    // Only for a shared cluster: a job cluster ends with its run, and serverless compute has no cluster.
    readClusterUse: async ({ notebooks: results = [] }) =>
      inputs.compute.kind === "cluster"
        ? readClusterUse(databricks, inputs.compute.clusterId, results)
        : undefined,
  });
  const failure = failureOf(finished, "notebook");
  if (failure) throw new Error(failure);
}

function plannedRun(
  { name, notebookPath, file }: NotebookToRun,
  { inputs, intent, compute }: Step,
): PlannedRun {
  return {
    kind: "notebook",
    name,
    file,
    work: { kind: "notebook", path: notebookPath, compute },
    runName: `${name} (notebook-ops ${intentPath(intent)})`,
    idempotencyTokens: [intentToken(intent, name)],
    parameters: inputs.parameters,
    timeoutMs: inputs.timeoutMinutes * 60_000,
  };
}
