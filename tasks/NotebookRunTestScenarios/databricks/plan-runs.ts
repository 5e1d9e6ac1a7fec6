import type { DatabricksClient } from "../../../shared/databricks/connection.ts";
import type { Compute } from "../../../shared/databricks/runs/compute.ts";
import { jobWork } from "../../../shared/databricks/runs/job-work.ts";
import type { PlannedRun } from "../../../shared/databricks/runs/submit-run.ts";
import { type Intent, intentPath, intentToken } from "../../../shared/intent/intent.ts";
import type { Scenario } from "../../../shared/notebook/scenarios/scenario.ts";
import type { FinishedRun } from "../../../shared/results/finished-run.ts";
import type { TaskHost } from "../../../shared/task/host.ts";
import type { DatabricksInputs } from "../inputs.ts";
import { didNotRun, marksOf, noSuchNotebook } from "../scenario-result.ts";

/** A scenario that will run, or the failure of one that cannot: it did not run, so it counts as failed. */
export type Plan = { planned: PlannedRun; finished?: never } | { planned?: never; finished: FinishedRun };

/** https://docs.databricks.com/api/azure/workspace/jobs/runnow (notebook_params) */
const maxJobParameterBytes = 10_000;

interface Context {
  inputs: DatabricksInputs;
  compute: Compute;
  intent: Intent;
  /** The notebooks of the artifact. */
  notebooks: readonly string[];
}

/** Plans the runs of scenarios, in their order. A scenario that cannot run has its reason in the log and in its result. */
export async function planRuns(
  host: TaskHost,
  databricks: DatabricksClient,
  scenarios: readonly Scenario[],
  context: Context,
): Promise<Plan[]> {
  const plans: Plan[] = [];
  for (const scenario of scenarios) {
    const work = await workOf(databricks, scenario, context);
    if ("problem" in work) {
      plans.push({ finished: didNotRun(scenario, work.problem, host.log) });
    } else plans.push({ planned: plannedRun(scenario, work.work, context) });
  }
  return plans;
}

async function workOf(
  databricks: DatabricksClient,
  { run, parameters }: Scenario,
  { inputs, compute, notebooks }: Context,
): Promise<{ work: PlannedRun["work"] } | { problem: string }> {
  if (run.kind === "job") {
    const bytes = Buffer.byteLength(JSON.stringify({ ...inputs.parameters, ...parameters }));
    return bytes > maxJobParameterBytes
      ? {
          problem: `its parameters are ${bytes} bytes as JSON, and Databricks allows ${maxJobParameterBytes}`,
        }
      : jobWork(databricks, run.job);
  }
  if (notebooks.includes(run.path))
    return { work: { kind: "notebook", path: `${inputs.folder}/${run.path}`, compute } };
  return { problem: noSuchNotebook(run.path, notebooks) };
}

function plannedRun(
  scenario: Scenario,
  work: PlannedRun["work"],
  { inputs, intent }: Pick<Context, "inputs" | "intent">,
): PlannedRun {
  const { name, timeoutMinutes = inputs.timeoutMinutes, retries } = scenario;
  return {
    kind: "scenario",
    name,
    marks: marksOf(scenario),
    work,
    runName: `${name} (notebook-ops ${intentPath(intent)})`,
    idempotencyTokens: Array.from({ length: retries + 1 }, (_, attempt) =>
      intentToken(intent, `${name}\n${attempt}`),
    ),
    parameters: { ...inputs.parameters, ...scenario.parameters },
    timeoutMs: timeoutMinutes * 60_000,
  };
}
