import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { connectFabric, type FabricClient } from "../../shared/fabric/connection.ts";
import { type Dependencies, readDependencies } from "../../shared/fabric/spark-tests/dependencies.ts";
import { finishedTests } from "../../shared/fabric/spark-tests/finished-tests.ts";
import { findOrCreateDefinition } from "../../shared/fabric/spark-tests/job-definition.ts";
import { judgeRun } from "../../shared/fabric/spark-tests/judge-run.ts";
import { LiveTestRun } from "../../shared/fabric/spark-tests/live-test-run.ts";
import { type ProjectFiles, readProjectFiles } from "../../shared/fabric/spark-tests/project-files.ts";
import { defaultTestFiles } from "../../shared/fabric/spark-tests/pytest-arguments.ts";
import { runFiles, runRequest } from "../../shared/fabric/spark-tests/remote-run.ts";
import { runTests, type TestRunEnd } from "../../shared/fabric/spark-tests/run-tests.ts";
import { publishArtifacts } from "../../shared/fabric/spark-tests/test-artifacts.ts";
import { wait } from "../../shared/http/wait.ts";
import { type Intent, newIntent } from "../../shared/intent/intent.ts";
import { failureOf } from "../../shared/reporting/outputs.ts";
import { pathInRepository } from "../../shared/reporting/path-in-repository.ts";
import { reportRuns } from "../../shared/reporting/report-runs.ts";
import type { FinishedRun } from "../../shared/results/finished-run.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { type Inputs, loadInputs } from "./inputs.ts";
import { findPlaces, type Places } from "./places.ts";

/** How long a cancelled step, which has 6 s, waits for the answers to its pending requests, and then for its cancelled run to end. */
const pendingRequestsTimeoutMs = 1_500;
const cancelTimeoutMs = 2_000;

export async function run(host: TaskHost): Promise<void> {
  const inputs = loadInputs(host);
  const files = await readProjectFiles(inputs.projectFolder);
  const dependencies = await readDependencies(inputs.projectFolder, host);
  if (dependencies.source) host.log.line(`Dependencies of the tests: from ${dependencies.source}.`);
  const fabric = await connectFabric(host);
  const places = await findPlaces(fabric, inputs);
  const intent = newIntent(host.variable);
  const live = LiveTestRun.begin(host, fabric, {
    id: `${intent.id}-${randomBytes(4).toString("hex")}`,
    lakehouse: places.lakehouse,
  });
  const working = runAndReport(host, fabric, { inputs, files, dependencies, places, intent, live });
  host.onCancel(async () => {
    await Promise.race([working.catch(() => undefined), wait(pendingRequestsTimeoutMs)]);
    await live.removeNow(cancelTimeoutMs);
  });
  await working;
}

interface Step {
  inputs: Inputs;
  files: ProjectFiles;
  dependencies: Dependencies;
  places: Places;
  intent: Intent;
  live: LiveTestRun;
}

async function runAndReport(host: TaskHost, fabric: FabricClient, step: Step): Promise<void> {
  const { inputs, places, intent, live } = step;
  const startedOn = new Date();
  let finished: FinishedRun;
  try {
    const definition = await prepare(host, fabric, step);
    const end = await runTests(host, fabric, live, {
      definition: { workspaceId: places.workspace.id, itemId: definition.id },
      lakehouse: places.lakehouse,
      environment: places.environment,
      timeoutMs: inputs.timeoutMinutes * 60_000,
      onRun: (id) => host.output("RunId", id),
      onUrl: (url) => host.output("RunUrl", url),
    });
    finished = judged(host, step, end);
    if (!host.signal.aborted)
      await publishArtifacts(host, live.folder, `${inputs.jobName.replace(/[^\w-]+/g, "-")}-${intent.id}`);
  } finally {
    if (!host.signal.aborted) await live.deleteFolder();
  }
  host.signal.throwIfAborted();
  await reportRuns(host, {
    title: "Spark tests",
    finished: [finished],
    unit: "Spark job",
    inputs,
    id: intent.id,
    platform: "fabric",
    workspace: places.workspaceUrl,
    startedOn,
    onResultsFile: (file) => host.output("ResultsFile", file),
  });
  const failure = failureOf([finished], "the Spark tests of");
  if (failure) throw new Error(failure);
}

/** Copies the project to the lakehouse, and returns the Spark job definition. */
async function prepare(host: TaskHost, fabric: FabricClient, step: Step) {
  const { inputs, files, dependencies, places, live } = step;
  const { folder } = live;
  await folder.upload(
    {
      project: { folder: inputs.projectFolder, exclude: files.exclude },
      dependencies,
      // The build puts it beside this task.
      entryPoint: await readFile(path.join(path.dirname(process.argv[1]!), runFiles.entryPoint), "utf8"),
      request: runRequest(live.id, { dependencies, pytestArguments: inputs.pytestArguments }),
    },
    host.log,
  );
  host.signal.throwIfAborted();
  return findOrCreateDefinition(host, fabric, {
    workspace: places.workspace,
    name: inputs.jobName,
    executableFile: folder.entryPointUri(fabric.addresses.oneLake),
  });
}

function judged(host: TaskHost, { inputs, files }: Step, end: TestRunEnd): FinishedRun {
  const place = pathInRepository(host, inputs.projectFolder);
  const run = judgeRun(end.job, end.results, {
    testFiles: defaultTestFiles(files.files, inputs.pytestArguments),
    allowSkipped: inputs.allowSkipped,
    place: place ? `${place}/` : "",
  });
  const finished = finishedTests(host, run, { ...end, name: place || inputs.jobName });
  const { name, message, url } = finished.result;
  host.log.outside(`Spark tests of ${name}: ${finished.state}${message ? `: ${message}` : ""}, ${url}`);
  return finished;
}
