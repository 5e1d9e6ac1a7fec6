import type { DatabricksClient } from "../../shared/databricks/connection.ts";
import { cancelRuns } from "../../shared/databricks/runs/cancel-runs.ts";
import type { LiveRuns } from "../../shared/databricks/runs/live-runs.ts";
import type { NotebookToRun } from "../../shared/databricks/runs/notebooks-to-run.ts";
import { NotebookOutputs } from "../../shared/databricks/runs/outputs.ts";
import { type AttemptEnd, runAttempt } from "../../shared/databricks/runs/run-attempt.ts";
import type { NotebookWork, RunAttempt } from "../../shared/databricks/runs/submit-run.ts";
import type { PayloadFiles } from "../../shared/databricks/streaming/payload-files.ts";
import type { TestJob } from "../../shared/databricks/streaming/test-job.ts";
import { RequestError } from "../../shared/http/errors.ts";
import { type Intent, intentPath, intentToken } from "../../shared/intent/intent.ts";
import { exitValueOfScenario } from "../../shared/reporting/exit-values.ts";
import type { NotebookStep } from "../../shared/streaming/definition.ts";
import type { Log, TaskHost } from "../../shared/task/host.ts";
import type { Computes } from "./computes.ts";
import type { Inputs } from "./inputs.ts";
import type { Phase, Results } from "./phases.ts";
import type { TestPlan } from "./test-plan.ts";

/** How long a run that is no longer needed may take to end. */
const cancelTimeoutMs = 30_000;

/** How often the end of a validation is looked for: its latency is what the test measures. */
const tryPauseMs = 200;

/** Streaming tests say themselves what they expect, by asserts or by reported tests. */
const passRules = { requireExit: false, allowSkipped: false };

/** What it takes to run a notebook of a test. */
export interface RunContext {
  host: TaskHost;
  databricks: DatabricksClient;
  inputs: Pick<Inputs, "parameters">;
  plan: Pick<TestPlan, "definition">;
  intent: Intent;
  computes: Pick<Computes, "notebooks">;
  /** The uploaded notebooks by their name in the definition. */
  notebooks: ReadonlyMap<string, Pick<NotebookToRun, "notebookPath" | "file">>;
  live: LiveRuns;
  results: Results;
  outputs: NotebookOutputs;
  /** The same with details of the log in place of lines, for the tries of a validation. */
  quietOutputs: NotebookOutputs;
  /** Milliseconds until the whole test must be over. */
  leftMs: () => number;
}

/** All that the phases of a test share. */
export interface Session extends RunContext {
  inputs: Inputs;
  plan: TestPlan;
  computes: Computes;
  job: TestJob;
  payloads: PayloadFiles;
}

/** How a run differs from one that only has to succeed. */
export interface RunOptions {
  /** From 1, if it is run more than once. */
  attempt?: number;
  timeoutMs?: number;
  limitedBy?: string;
  /** Ends the wait and cancels the run, besides the signal of the step. */
  until?: AbortSignal;
  /** Whether the run leaves nothing in the log but details, and reads no exported notebook if it fails. */
  isTry?: (state: "succeeded" | "failed" | "canceled") => boolean;
}

/** Runs a notebook of the test, outside its job. */
export function runNotebook(
  session: RunContext,
  phase: Phase,
  step: NotebookStep,
  options: RunOptions = {},
): Promise<AttemptEnd> {
  const { notebookPath, file } = session.notebooks.get(step.notebook)!;
  const work: NotebookWork = { kind: "notebook", path: notebookPath, compute: session.computes.notebooks };
  return attempt(session, phase, { ...options, work, file, parameters: parametersOf(session, step) });
}

/** Runs work of a phase once. A run that is cut short by `until` is cancelled. */
export async function attempt(
  { host, databricks, intent, live, outputs, quietOutputs, results, leftMs }: RunContext,
  phase: Phase,
  options: RunOptions & Pick<RunAttempt, "work" | "file" | "parameters">,
): Promise<AttemptEnd> {
  const { attempt = 1, until, isTry, timeoutMs = leftMs(), limitedBy, ...run } = options;
  const name = results.nameOf(phase);
  const end = await runAttempt(isTry ? quietly(host) : host, databricks, {
    ...passRules,
    run: {
      ...run,
      kind: "phase",
      name,
      runName: `${name} (notebook-ops ${intentPath(intent)})`,
      idempotencyToken: intentToken(intent, `${phase.name}\n${attempt}`),
      timeoutMs: Math.max(1_000, timeoutMs),
      ...(limitedBy ? { limitedBy } : {}),
    },
    outputs: isTry ? quietOutputs : outputs,
    live,
    ...(phase.kind === "job" && {
      onRun: (runId: string) => host.output("RunId", runId),
      onUrl: (url: string) => host.output("RunUrl", url),
    }),
    ...(until ? { signal: AbortSignal.any([host.signal, until]) } : {}),
    ...(isTry ? { isBrief: isTry, shortestPauseMs: tryPauseMs } : {}),
  });
  const { runId } = end.finished;
  if (until?.aborted && !host.signal.aborted && runId !== undefined && end.finished.state === "canceled") {
    const id = Number(runId);
    try {
      const alive = await cancelRuns(databricks, { runIds: [id], timeoutMs: cancelTimeoutMs });
      if (alive.length === 0) live.ended(id);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      host.log.warning(error.message); // the post-job step tries again
    }
  }
  return end;
}

/** The time that a part of the test has: its own, or what is left of that of the whole test, and which of the two to raise if it is too short. */
export function limitOf(
  { leftMs }: Pick<RunContext, "leftMs">,
  { withinMs, within }: { withinMs: number; within: string },
): { timeoutMs: number; limitedBy: string } {
  const left = leftMs();
  return withinMs <= left
    ? { timeoutMs: withinMs, limitedBy: within }
    : { timeoutMs: left, limitedBy: "timeoutMinutes" };
}

/** What limits the validation of an iteration, for errors. */
export function withinOf(iteration: string): string {
  return `within of the validation of "${iteration}"`;
}

/** The values of a notebook's widgets: its own replace those of the step, and these the ones for all notebooks of the definition. */
export function parametersOf(
  { plan, inputs }: Pick<RunContext, "plan" | "inputs">,
  { parameters }: { parameters: Record<string, string> },
): Record<string, string> {
  return { ...plan.definition.parameters, ...inputs.parameters, ...parameters };
}

/** A host whose log has details in place of lines. */
function quietly({ log, signal, secrets }: TaskHost): Pick<TaskHost, "log" | "signal" | "secrets"> {
  const quiet: Log = { ...log, line: (text) => log.detail(text), outside: (text) => log.detail(text) };
  return { log: quiet, signal, secrets };
}

/** The outputs of the runs of a test. Nothing in the step takes exit values further. */
export function outputsOf(
  databricks: DatabricksClient,
  host: TaskHost,
): Pick<RunContext, "outputs" | "quietOutputs"> {
  const keep = async (_name: string, value: string) => exitValueOfScenario(value);
  return {
    outputs: new NotebookOutputs(databricks, host, keep, "phase"),
    quietOutputs: new NotebookOutputs(databricks, quietly(host), keep, "phase"),
  };
}
