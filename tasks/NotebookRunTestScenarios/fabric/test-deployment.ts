import os from "node:os";
import { mapBounded } from "../../../shared/concurrency/bounded.ts";
import { connectFabric, type FabricClient } from "../../../shared/fabric/connection.ts";
import type { DeploymentPlace } from "../../../shared/fabric/deployment/place.ts";
import {
  requireDeployment,
  type VerifiedDeployment,
} from "../../../shared/fabric/deployment/verified-deployment.ts";
import { DeployedRuns } from "../../../shared/fabric/notebooks/deployed-runs.ts";
import { jobParameter } from "../../../shared/fabric/notebooks/job-parameter.ts";
import { findPlaces, type Places } from "../../../shared/fabric/notebooks/places.ts";
import { readReportedTests } from "../../../shared/fabric/notebooks/reported-tests.ts";
import {
  type NotebookRunOptions,
  type PlannedNotebook,
  runAttempt,
} from "../../../shared/fabric/notebooks/run-notebook.ts";
import { connectOneLake } from "../../../shared/fabric/onelake/onelake.ts";
import { wait } from "../../../shared/http/wait.ts";
import { newIntent } from "../../../shared/intent/intent.ts";
import { scenariosFile } from "../../../shared/notebook/scenarios/read-scenarios.ts";
import type { Scenario } from "../../../shared/notebook/scenarios/scenario.ts";
import { exitValueOfScenario } from "../../../shared/reporting/exit-values.ts";
import { ExitOutputs } from "../../../shared/reporting/runs/exit-outputs.ts";
import type { FinishedRun } from "../../../shared/results/finished-run.ts";
import type { FailedAttempt } from "../../../shared/results/test-case.ts";
import type { TaskHost } from "../../../shared/task/host.ts";
import { chooseScenarios } from "../choose-scenarios.ts";
import type { FabricInputs } from "../inputs.ts";
import { report } from "../report.ts";
import { requireSameDeployment } from "../same-deployment.ts";
import { didNotRun, marksOf, noSuchNotebook } from "../scenario-result.ts";

/** How long a cancelled step, which has 6 s, waits for the answers to its pending requests, and then for its cancelled runs to end. */
const pendingRequestsTimeoutMs = 1_500;
const cancelTimeoutMs = 2_500;

/** Runs the scenarios of what is deployed in a Fabric workspace. */
export async function testInFabric(host: TaskHost, inputs: FabricInputs): Promise<void> {
  const fabric = await connectFabric(host);
  const places = await findPlaces(fabric, {
    workspace: inputs.path.workspace,
    lakehouse: inputs.lakehouse,
    environment: inputs.sparkEnvironment,
  });
  const runs = new DeployedRuns(fabric, host);
  const working = testDeployment(host, fabric, { inputs, places, runs });
  host.onCancel(async () => {
    await Promise.race([working.catch(() => undefined), wait(pendingRequestsTimeoutMs)]);
    await runs.cancelNow(cancelTimeoutMs);
  });
  await working;
}

interface Step {
  inputs: FabricInputs;
  places: Places;
  runs: DeployedRuns;
}

async function testDeployment(host: TaskHost, fabric: FabricClient, step: Step): Promise<void> {
  const { inputs, places } = step;
  const { id: workspaceId, displayName: workspaceName } = places.workspace;
  const place: DeploymentPlace = {
    workspaceId: workspaceId.toLowerCase(),
    workspaceName,
    packageName: inputs.path.packageName,
  };
  const { environment } = inputs;
  const tempFolder = host.variable("Agent.TempDirectory") ?? os.tmpdir();
  const verify = () => requireDeployment(fabric, place, { environment, tempFolder });
  const deployment = await verify();
  const { record, notebooks, files } = deployment;
  const list = files.find((file) => file.path === scenariosFile)?.bytes.toString("utf8");
  const names = notebooks.map(({ notebook }) => notebook.name);
  const chosen = { place: workspaceName, artifact: record.artifact, notebooks: names, list };
  const scenarios = chooseScenarios(inputs, chosen, host.log);
  const startedOn = new Date();
  const finished = await runScenarios(host, fabric, { ...step, scenarios, deployment });
  await report(host, {
    inputs,
    finished,
    id: newIntent(host.variable).id,
    platform: "fabric",
    workspace: places.workspaceUrl,
    startedOn,
    deployment,
    confirm: () =>
      requireSameDeployment(record, async () => (await verify()).record, {
        where: workspaceName,
        kind: "workspace",
      }),
  });
}

/** Runs the scenarios, at most `maxConcurrency` at a time. All of them run, even if one fails. */
async function runScenarios(
  host: TaskHost,
  fabric: FabricClient,
  {
    inputs,
    places,
    runs,
    scenarios,
    deployment,
  }: Step & { scenarios: readonly Scenario[]; deployment: VerifiedDeployment },
): Promise<FinishedRun[]> {
  const { workspace, lakehouse } = places;
  const items = new Map(deployment.notebooks.map(({ notebook, item }) => [notebook.name, item]));
  const outputs = new ExitOutputs(host, async (_name, value) => exitValueOfScenario(value), "scenario");
  const oneLake = connectOneLake(host, {
    url: fabric.addresses.oneLake,
    credential: fabric.identity.credential,
  });
  const readFile =
    lakehouse &&
    ((file: string, maxBytes: number) => oneLake.read({ ...lakehouse, path: file }, { maxBytes }));
  let ended = 0;
  return mapBounded(scenarios, inputs.maxConcurrency, async (scenario) => {
    const item = scenario.run.kind === "notebook" ? items.get(scenario.run.path) : undefined;
    const { timeoutMinutes = inputs.timeoutMinutes } = scenario;
    const parameters = { ...inputs.parameters, ...scenario.parameters };
    const finished =
      item === undefined
        ? didNotRun(scenario, whyNot(scenario, [...items.keys()]), host.log)
        : await runWithRetries(host, fabric, {
            scenario,
            planned: { name: scenario.name, item, marks: marksOf(scenario) },
            options: {
              ...inputs,
              workspaceId: workspace.id,
              notebooks: runs.starter(workspace.id),
              request: { ...places, parameters: Object.entries(parameters).map(jobParameter) },
              timeoutMs: timeoutMinutes * 60_000,
              outputs,
              readTests: (of, value) => readReportedTests(of, value, readFile),
            },
          });
    const total = scenarios.length;
    host.progress(Math.round((++ended / total) * 100), `${ended} of ${total} scenarios`);
    return finished;
  });
}

function whyNot({ run }: Scenario, notebooks: readonly string[]): string {
  return run.kind === "job"
    ? "it runs a job of Databricks, which Fabric does not have; give the scenario a notebook"
    : noSuchNotebook(run.path, notebooks);
}

async function runWithRetries(
  host: TaskHost,
  fabric: FabricClient,
  {
    scenario: { name, retries, quarantined },
    planned,
    options,
  }: { scenario: Scenario; planned: PlannedNotebook; options: NotebookRunOptions },
): Promise<FinishedRun> {
  const failed: FailedAttempt[] = [];
  for (let attempt = 1; ; attempt++) {
    const remarks = (state: FinishedRun["state"]) =>
      [
        retries > 0 && !(state === "succeeded" && attempt === 1)
          ? ` on attempt ${attempt} of ${retries + 1}`
          : "",
        state === "succeeded" && attempt > 1 ? " (flaky)" : "",
        quarantined ? " (quarantined, does not count)" : "",
      ].join("");
    const { finished, isFinal } = await runAttempt(host, fabric, planned, { ...options, remarks });
    const { result } = finished;
    if (isFinal || attempt > retries || host.signal.aborted)
      return failed.length > 0 ? { ...finished, result: { ...result, failedAttempts: failed } } : finished;
    const { message = "it failed", trace } = result;
    failed.push({ message, ...(trace === undefined ? {} : { trace }) });
    host.log.outside(`Scenario ${name}: running it again after its failure.`);
  }
}
