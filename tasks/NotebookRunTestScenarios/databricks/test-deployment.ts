import { readClusterUse } from "../../../shared/databricks/clusters/cluster-use.ts";
import { connectDatabricks, type DatabricksClient } from "../../../shared/databricks/connection.ts";
import {
  requireDeployment,
  type VerifiedDeployment,
} from "../../../shared/databricks/folders/verified-deployment.ts";
import { undoOnCancel } from "../../../shared/databricks/runs/clean-up.ts";
import { type Compute, readCompute } from "../../../shared/databricks/runs/compute.ts";
import { LiveRuns } from "../../../shared/databricks/runs/live-runs.ts";
import { NotebookOutputs } from "../../../shared/databricks/runs/outputs.ts";
import { runNotebooks } from "../../../shared/databricks/runs/run-notebooks.ts";
import { checkTokenLifetime } from "../../../shared/databricks/token-lifetime.ts";
import { type Intent, intentPath, newIntent } from "../../../shared/intent/intent.ts";
import type { Scenario } from "../../../shared/notebook/scenarios/scenario.ts";
import { exitValueOfScenario } from "../../../shared/reporting/exit-values.ts";
import type { FinishedRun } from "../../../shared/results/finished-run.ts";
import type { TaskHost } from "../../../shared/task/host.ts";
import type { DatabricksInputs } from "../inputs.ts";
import { report } from "../report.ts";
import { requireSameDeployment } from "../same-deployment.ts";
import { findScenarios } from "./find-scenarios.ts";
import { planRuns } from "./plan-runs.ts";

/** Runs the scenarios of what is deployed in a folder of a Databricks workspace. */
export async function testOnDatabricks(host: TaskHost, inputs: DatabricksInputs): Promise<void> {
  const intent = newIntent(host.variable);
  const compute = await readCompute(inputs.compute, intentPath(intent), host.log);
  const databricks = connectDatabricks(host);
  checkTokenLifetime(host, inputs.timeoutMinutes);
  const live = new LiveRuns(host.journal);
  const working = testDeployment(host, databricks, { inputs, intent, compute, live });
  await undoOnCancel(host, databricks, { working, live });
}

interface Step {
  inputs: DatabricksInputs;
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
  await report(host, {
    inputs,
    finished,
    id: step.intent.id,
    platform: "databricks",
    workspace: databricks.url,
    startedOn,
    deployment,
    confirm: () =>
      requireSameDeployment(
        deployment.record,
        async () => (await requireDeployment(databricks, inputs.folder, inputs.environment)).record,
        { where: inputs.folder, kind: "folder" },
      ),
    readClusterUse: async ({ notebooks = [] }) =>
      inputs.compute.kind === "cluster"
        ? readClusterUse(databricks, inputs.compute.clusterId, notebooks)
        : undefined,
  });
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
