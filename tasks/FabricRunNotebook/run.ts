import path from "node:path";
import { mapBounded } from "../../shared/concurrency/bounded.ts";
import { connectFabric, type FabricClient } from "../../shared/fabric/connection.ts";
import { createNotebooks } from "../../shared/fabric/notebooks/create-notebooks.ts";
import { jobParameter } from "../../shared/fabric/notebooks/job-parameter.ts";
import { findPlaces, type Places } from "../../shared/fabric/notebooks/places.ts";
import { readReportedTests } from "../../shared/fabric/notebooks/reported-tests.ts";
import { runNotebook } from "../../shared/fabric/notebooks/run-notebook.ts";
import { TemporaryNotebooks } from "../../shared/fabric/notebooks/temporary-notebooks.ts";
import { connectOneLake } from "../../shared/fabric/onelake/onelake.ts";
import { wait } from "../../shared/http/wait.ts";
import { type Intent, newIntent } from "../../shared/intent/intent.ts";
import { type FabricProject, readFabricProject } from "../../shared/notebook/fabric/fabric-project.ts";
import { parameterWarnings } from "../../shared/notebook/fabric/parameter-warnings.ts";
import { ExitValues } from "../../shared/reporting/exit-values.ts";
import { failureOf, setOutputs } from "../../shared/reporting/outputs.ts";
import { pathInRepository } from "../../shared/reporting/path-in-repository.ts";
import { reportRuns } from "../../shared/reporting/report-runs.ts";
import { ExitOutputs } from "../../shared/reporting/runs/exit-outputs.ts";
import type { FinishedRun } from "../../shared/results/finished-run.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { type Inputs, loadInputs } from "./inputs.ts";

/** How long a cancelled step, which has 6 s, waits for the answers to its pending requests, and then for its cancelled runs to end. */
const pendingRequestsTimeoutMs = 1_500;
const cancelTimeoutMs = 2_000;
const endTimeoutMs = 30_000;

export async function run(host: TaskHost): Promise<void> {
  const inputs = loadInputs(host);
  const project = await readFabricProject(inputs.notebookFolder, inputs.notebooks);
  warnOf(host, project, inputs);
  const fabric = await connectFabric(host);
  const places = await findPlaces(fabric, inputs);
  const notebooks = new TemporaryNotebooks(fabric, host);
  const working = runAndReport(host, fabric, {
    inputs,
    project,
    places,
    notebooks,
    intent: newIntent(host.variable),
  });
  host.onCancel(async () => {
    await Promise.race([working.catch(() => undefined), wait(pendingRequestsTimeoutMs)]);
    if (!inputs.keepNotebooks) await notebooks.removeNow(cancelTimeoutMs);
  });
  await working;
}

function warnOf({ log }: TaskHost, project: FabricProject, { parameters }: Inputs): void {
  const { warnings, notebooks, included } = project;
  const remarks = [...notebooks, ...included].flatMap((notebook) => notebook.remarks);
  for (const warning of [...warnings, ...remarks, ...parameterWarnings(Object.keys(parameters), project)])
    log.warning(warning);
}

interface Step {
  inputs: Inputs;
  project: FabricProject;
  places: Places;
  notebooks: TemporaryNotebooks;
  intent: Intent;
}

async function runAndReport(host: TaskHost, fabric: FabricClient, step: Step): Promise<void> {
  const { inputs, places, notebooks, intent } = step;
  const startedOn = new Date();
  let finished: FinishedRun[];
  try {
    finished = await runAll(host, fabric, step);
  } finally {
    if (!inputs.keepNotebooks && !host.signal.aborted) await notebooks.deleteCreated(endTimeoutMs);
  }
  host.signal.throwIfAborted();
  setOutputs(host, finished);
  await reportRuns(host, {
    title: "Fabric notebooks",
    finished,
    inputs,
    id: intent.id,
    platform: "fabric",
    workspace: places.workspaceUrl,
    startedOn,
    onResultsFile: (file) => host.output("ResultsFile", file),
  });
  const failure = failureOf(finished, "notebook");
  if (failure) throw new Error(failure);
}

/** Creates the notebooks and runs them, at most `maxConcurrency` at a time. All of them run, even if one fails. */
async function runAll(
  host: TaskHost,
  fabric: FabricClient,
  { inputs, project, places, notebooks, intent }: Step,
): Promise<FinishedRun[]> {
  const { workspace, lakehouse } = places;
  notebooks.begin(workspace.id, intent);
  const items = await createNotebooks(notebooks, { project, intent, signal: host.signal });
  host.log.line(
    `Created ${items.size === 1 ? "one notebook" : `${items.size} notebooks`} in the Fabric workspace ${workspace.displayName}.`,
  );
  const exitValues = new ExitValues(host, project.notebooks.length);
  const outputs = new ExitOutputs(host, (name, value) => exitValues.keep(name, value), "notebook");
  const oneLake = connectOneLake(host, {
    url: fabric.addresses.oneLake,
    credential: fabric.identity.credential,
  });
  const readFile =
    lakehouse &&
    ((file: string, maxBytes: number) => oneLake.read({ ...lakehouse, path: file }, { maxBytes }));
  let ended = 0;
  return mapBounded(project.notebooks, inputs.maxConcurrency, async (notebook) => {
    const { name } = notebook;
    const finished = await runNotebook(
      host,
      fabric,
      {
        name,
        file: pathInRepository(host, path.join(project.folder, notebook.path)),
        item: items.get(notebook)!,
      },
      {
        ...inputs,
        workspaceId: workspace.id,
        notebooks,
        request: { ...places, parameters: Object.entries(inputs.parameters).map(jobParameter) },
        timeoutMs: inputs.timeoutMinutes * 60_000,
        outputs,
        readTests: (of, value) => readReportedTests(of, value, readFile),
        onRun: (runId) => host.output("RunId", runId),
        onUrl: (url) => host.output("RunUrl", url),
      },
    );
    const total = project.notebooks.length;
    host.progress(Math.round((++ended / total) * 100), `${ended} of ${total} notebooks`);
    return finished;
  });
}
