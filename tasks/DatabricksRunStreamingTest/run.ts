import { independently } from "../../shared/concurrency/independent.ts";
import { readClusterUse } from "../../shared/databricks/clusters/cluster-use.ts";
import { connectDatabricks, type DatabricksClient } from "../../shared/databricks/connection.ts";
import { TemporaryUpload } from "../../shared/databricks/folders/temporary-upload.ts";
import { undoOnCancel } from "../../shared/databricks/runs/clean-up.ts";
import { LiveRuns } from "../../shared/databricks/runs/live-runs.ts";
import { uploadNotebooks } from "../../shared/databricks/runs/notebooks-to-run.ts";
import { PayloadFiles } from "../../shared/databricks/streaming/payload-files.ts";
import { TestJob } from "../../shared/databricks/streaming/test-job.ts";
import { checkTokenLifetime } from "../../shared/databricks/token-lifetime.ts";
import { type Intent, intentPath, newIntent } from "../../shared/intent/intent.ts";
import { reportRuns } from "../../shared/reporting/report-runs.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { clause, couldNot } from "../../shared/text/could-not.ts";
import { runBatch } from "./batch.ts";
import { oweCleanAfter, runCleanAfter } from "./clean-after.ts";
import { type Computes, readComputes } from "./computes.ts";
import { type Inputs, loadInputs } from "./inputs.ts";
import { PhaseFailed, Results } from "./phases.ts";
import { outputsOf, type Session } from "./session.ts";
import { runStreaming } from "./streaming.ts";
import { readTestPlan, type TestPlan } from "./test-plan.ts";

export async function run(host: TaskHost): Promise<void> {
  const inputs = loadInputs(host);
  const plan = await readTestPlan(inputs);
  for (const warning of plan.project.warnings) host.log.warning(warning);
  const intent = newIntent(host.variable);
  const computes = await readComputes(host, plan, intentPath(intent));
  const databricks = connectDatabricks(host);
  checkTokenLifetime(host, inputs.timeoutMinutes);
  const live = new LiveRuns(host.journal);
  const upload = new TemporaryUpload(databricks, host);
  const job = new TestJob(databricks, host);
  const payloads = new PayloadFiles(databricks, host);
  const working = testAndReport(host, databricks, {
    inputs,
    plan,
    intent,
    computes,
    live,
    upload,
    job,
    payloads,
  });
  await undoOnCancel(host, databricks, {
    working,
    live,
    // The post-job step still needs the notebook that cleans.
    removals: [
      () => job.delete(),
      () => payloads.delete(),
      async () => plan.definition.cleanAfter === undefined && upload.delete(),
    ],
  });
}

interface Step {
  inputs: Inputs;
  plan: TestPlan;
  intent: Intent;
  computes: Computes;
  live: LiveRuns;
  upload: TemporaryUpload;
  job: TestJob;
  payloads: PayloadFiles;
}

async function testAndReport(host: TaskHost, databricks: DatabricksClient, step: Step): Promise<void> {
  const { inputs, plan, intent, computes, live, upload } = step;
  const deadline = performance.now() + inputs.timeoutMinutes * 60_000;
  const startedOn = new Date();
  const uploaded = await uploadNotebooks(host, {
    ...{ upload, project: plan.project, intent },
    parentFolder: inputs.workspaceFolder,
  });
  const session: Session = {
    ...{ ...step, host, databricks },
    ...outputsOf(databricks, host),
    notebooks: new Map(uploaded.map((notebook) => [notebook.name, notebook])),
    results: new Results(plan.definition, inputs.mode, ({ phases, of, last }) =>
      host.progress(Math.round((phases / of) * 100), last.name),
    ),
    leftMs: () => deadline - performance.now(),
  };
  oweCleanAfter(host.journal, { plan, folder: `${inputs.workspaceFolder}/${intent.id}` });
  live.begin(intentPath(intent));
  step.payloads.begin(intent.id);
  const problem = await testThenClean(session);
  const { results } = session;
  const finished = results.all(host.signal.aborted);
  await reportRuns(host, {
    title: titleOf(plan.definition.name, inputs.mode),
    finished,
    inputs,
    id: intent.id,
    platform: "databricks",
    workspace: databricks.url,
    startedOn,
    onResultsFile: (file) => host.output("ResultsFile", file),
    readClusterUse: async ({ notebooks = [] }) =>
      computes.notebooks.kind === "cluster"
        ? readClusterUse(databricks, computes.notebooks.clusterId, notebooks)
        : undefined,
  });
  const failure = failureOf(session);
  if (failure !== undefined)
    throw new Error(problem === undefined ? failure : `${failure} ${problem.message}`);
  if (problem !== undefined) throw problem;
}

/**
 * Tests, and then removes what the test made, whatever became of it.
 * @returns what could not be removed
 */
async function testThenClean(session: Session): Promise<Error | undefined> {
  const { host, inputs, job, payloads } = session;
  const steps = [
    () => (inputs.mode === "streaming" ? runStreaming(session) : runBatch(session)),
    () => runCleanAfter(session),
  ];
  for (const step of steps)
    await step().catch((error: unknown) => {
      if (!(error instanceof PhaseFailed)) throw error;
    });
  if (host.signal.aborted) return undefined; // the step's own clean-up has little time
  try {
    await independently([() => job.delete(), () => payloads.delete()]);
    return undefined;
  } catch (error) {
    return error as Error; // the post-job step tries again
  }
}

/** The heading of the results. It is also the name of a file, and tells the tests of a pipeline apart. */
function titleOf(test: string, mode: Inputs["mode"]): string {
  const name = test.replace(/[^A-Za-z0-9 ._-]+/g, "-").slice(0, 60);
  return `Streaming test ${name}${mode === "batch" ? " in batch mode" : ""}`;
}

function failureOf({ plan, results, host }: Session): string | undefined {
  const { failed } = results;
  const doWhat = `complete the streaming test ${plan.definition.name}`;
  if (failed !== undefined) {
    const { url, message = "it failed" } = failed.finished.result;
    return couldNot(doWhat, `${failed.phase.name}: ${clause(message)}`, url ? `see ${url}` : "");
  }
  const unfinished = results.all(host.signal.aborted).find(({ state }) => state !== "succeeded");
  if (unfinished === undefined) return undefined;
  return couldNot(
    doWhat,
    `${unfinished.result.name}: ${clause(unfinished.result.message ?? "it was cancelled")}`,
  );
}
