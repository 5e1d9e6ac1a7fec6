import { readClusterUse } from "../../shared/databricks/clusters/cluster-use.ts";
import { connectDatabricks, type DatabricksClient } from "../../shared/databricks/connection.ts";
import {
  requireDeployment,
  type VerifiedDeployment,
} from "../../shared/databricks/folders/verified-deployment.ts";
import { undoOnCancel } from "../../shared/databricks/runs/clean-up.ts";
import { type Compute, readCompute } from "../../shared/databricks/runs/compute.ts";
import { LiveRuns } from "../../shared/databricks/runs/live-runs.ts";
import { NotebookOutputs } from "../../shared/databricks/runs/outputs.ts";
import { runNotebooks } from "../../shared/databricks/runs/run-notebooks.ts";
import { checkTokenLifetime } from "../../shared/databricks/token-lifetime.ts";
import { buildLinks } from "../../shared/devops/build-links.ts";
import { type Intent, intentPath, newIntent } from "../../shared/intent/intent.ts";
import type { Scenario } from "../../shared/notebook/scenarios/scenario.ts";
import { exitValueOfScenario } from "../../shared/reporting/exit-values.ts";
import { releaseFacts } from "../../shared/reporting/release-facts.ts";
import { reportRuns } from "../../shared/reporting/report-runs.ts";
import type { FinishedRun } from "../../shared/results/finished-run.ts";
import type { ReleaseFacts } from "../../shared/results/report/release.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { findScenarios } from "./find-scenarios.ts";
import { type Inputs, loadInputs } from "./inputs.ts";
import { planRuns } from "./plan-runs.ts";
import { requireSameDeployment } from "./same-deployment.ts";
import { conclude, setCounts } from "./verdict.ts";

export async function run(host: TaskHost): Promise<void> {
  const inputs = loadInputs(host);
  const intent = newIntent(host.variable);
  const compute = await readCompute(inputs.compute, intentPath(intent), host.log);
  const databricks = connectDatabricks(host);
  checkTokenLifetime(host, inputs.timeoutMinutes);
  const live = new LiveRuns(host.journal);
  const working = testDeployment(host, databricks, { inputs, intent, compute, live });
  await undoOnCancel(host, databricks, { working, live });
}

interface Step {
  inputs: Inputs;
  intent: Intent;
  compute: Compute;
  live: LiveRuns;
}

async function testDeployment(host: TaskHost, databricks: DatabricksClient, step: Step): Promise<void> {
  const { inputs } = step;
  const deployment = await requireDeployment(databricks, inputs.folder, inputs.environment);
  const scenarios = await findScenarios(databricks, inputs, { deployment, log: host.log });
  const startedOn = new Date();
  const finished = await runScenarios(host, databricks, { ...step, scenarios, deployment });
  setCounts(host, finished);
  let problem: Error | undefined;
  const status = await reportRuns(host, {
    title: "Test scenarios",
    finished,
    inputs,
    id: step.intent.id,
    platform: "databricks",
    workspace: databricks.url,
    startedOn,
    // A version that may not be the one that was tested must not be in the test status.
    readDeployment: async () => {
      try {
        return await requireSameDeployment(databricks, inputs, deployment.record);
      } catch (error) {
        problem = error as Error;
        return undefined;
      }
    },
    readRelease: ({ artifact, environment }) =>
      releaseFacts(host, {
        artifact,
        environment,
        manifest: deployment.manifest,
        productionEnvironment: inputs.productionEnvironment,
        runs: runOf(host),
      }),
    readClusterUse: async ({ notebooks = [] }) =>
      inputs.compute.kind === "cluster"
        ? readClusterUse(databricks, inputs.compute.clusterId, notebooks)
        : undefined,
  });
  if (status) host.output("StatusRecord", status.file);
  await conclude(host, { inputs, finished, status, problem, tested: deployment.record });
}

async function runScenarios(
  host: TaskHost,
  databricks: DatabricksClient,
  {
    inputs,
    intent,
    compute,
    live,
    scenarios,
    deployment,
  }: Step & { scenarios: readonly Scenario[]; deployment: VerifiedDeployment },
): Promise<FinishedRun[]> {
  const { notebooks } = deployment;
  const plans = await planRuns(host, databricks, scenarios, { inputs, intent, compute, notebooks });
  live.begin(intentPath(intent));
  const runs = plans.flatMap(({ planned }) => (planned === undefined ? [] : [planned]));
  const finished = await runNotebooks(host, databricks, {
    ...inputs,
    runs,
    live,
    outputs: new NotebookOutputs(
      databricks,
      host,
      async (_name, value) => exitValueOfScenario(value),
      "scenario",
    ),
  });
  const ofPlanned = new Map(runs.map((planned, index) => [planned, finished[index]!]));
  return plans.map((plan) => plan.finished ?? ofPlanned.get(plan.planned)!);
}

function runOf({ variable }: TaskHost): ReleaseFacts["runs"] {
  const { build } = buildLinks(variable);
  const number = variable("Build.BuildNumber");
  return build === undefined ? [] : [{ words: number ?? "the run that tested", url: build }];
}
