import { RequestError } from "../../http/errors.ts";
import { completedResult, judge, logOutcome, type PassRules } from "../../reporting/runs/attempt-result.ts";
import { subjectOf } from "../../reporting/runs/run-kind.ts";
import type { FinishedRun } from "../../results/finished-run.ts";
import type { NotebookResult } from "../../results/notebook-result.ts";
import type { TaskHost } from "../../task/host.ts";
import type { DatabricksClient } from "../connection.ts";
import { awaitRun } from "./await-run.ts";
import type { LiveRuns } from "./live-runs.ts";
import type { NotebookOutputs } from "./outputs.ts";
import { runOutcome } from "./run-outcome.ts";
import { type RunAttempt, startRun } from "./submit-run.ts";

/** What the attempts of a step have in common. */
export interface AttemptOptions extends PassRules {
  outputs: NotebookOutputs;
  live: LiveRuns;
  /** Called with the id of each run that was submitted. */
  onRun?: (runId: string) => void;
  /** Called with the address of each run's page, and again if Databricks returns another address. */
  onUrl?: (url: string) => void;
}

/** The end of one attempt. `isFinal` if another attempt would be wrong: it did not fail, or its run may still be alive. */
export interface AttemptEnd {
  finished: FinishedRun;
  isFinal: boolean;
}

/**
 * Runs a notebook or a job once, and logs how it ended.
 * @param options.signal ends the wait for the run, which then may be alive: the caller cancels it. The signal of the step unless given
 * @param options.isBrief whether an end is one line of the log, without trace and exported notebook, because another attempt follows
 */
export async function runAttempt(
  host: Pick<TaskHost, "log" | "signal">,
  databricks: DatabricksClient,
  {
    run,
    remarks = () => "",
    signal = host.signal,
    isBrief = () => false,
    shortestPauseMs,
    live,
    outputs,
    onRun,
    onUrl,
    ...rules
  }: AttemptOptions & {
    run: RunAttempt;
    /** What the line about the end says after the state. */
    remarks?: (state: FinishedRun["state"]) => string;
    signal?: AbortSignal;
    isBrief?: (state: FinishedRun["state"]) => boolean;
    shortestPauseMs?: number;
  },
): Promise<AttemptEnd> {
  const { log } = host;
  const { name, file, marks } = run;
  const subject = subjectOf(run);
  const result: NotebookResult = {
    name,
    ...(file ? { file } : {}),
    ...(marks ? { marks } : {}),
    outcome: "skipped",
    startedOn: new Date(),
    durationSeconds: 0,
    cases: [],
  };
  if (signal.aborted) {
    const message = "this step was cancelled before it ran";
    return { finished: { state: "canceled", result: { ...result, message } }, isFinal: true };
  }
  let runId: number | undefined;
  try {
    runId = await startRun(databricks, run, live);
    onRun?.(String(runId));
    const ended = await awaitRun(databricks, {
      runId,
      subject,
      timeoutMs: run.timeoutMs,
      limitedBy: run.limitedBy,
      shortestPauseMs,
      log,
      signal,
      onUrl: (url) => {
        result.url = url;
        onUrl?.(url);
      },
    });
    const end =
      ended.state === "canceled" && !host.signal.aborted
        ? { ...ended, reason: "its result is not needed any more" }
        : ended;
    let outputRunId = runId;
    const outcome = await runOutcome(databricks, end, run, (taskRunId) => {
      outputRunId = taskRunId;
      return outputs.read(name, taskRunId);
    });
    if (outcome.state !== "canceled" && !outcome.isAlive) live.ended(runId);
    const judged = judge(outcome, rules, "dbutils.notebook.exit");
    const brief = isBrief(judged.state);
    logOutcome(host, `${subject}: ${judged.state}${remarks(judged.state)}`, judged, { withTrace: !brief });
    const page = outcome.state === "canceled" || brief ? undefined : await outputs.export(name, outputRunId);
    return {
      finished: {
        state: judged.state,
        runId: String(runId),
        result: completedResult(result, judged, page, (exported) => outputs.keepExport(exported)),
      },
      isFinal: judged.state !== "failed" || judged.isAlive === true || judged.wasCanceled === true,
    };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    log.outside(`${subject}: ${error.message}`);
    const message = error.message.replace(/\.$/, "");
    const finished: FinishedRun = {
      state: "failed",
      ...(runId === undefined ? {} : { runId: String(runId) }),
      result: { ...result, outcome: "failed", message },
    };
    // The run may be alive if it was submitted, or if the answer to its submission was not clear.
    return { finished, isFinal: runId !== undefined || error.ambiguous };
  }
}
