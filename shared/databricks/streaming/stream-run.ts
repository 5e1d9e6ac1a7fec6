import { poll } from "../../http/poll.ts";
import type { Log } from "../../task/host.ts";
import { StateLog } from "../../task/state-log.ts";
import { duration } from "../../text/duration.ts";
import type { Run, RunTask } from "../api/runs.ts";
import type { DatabricksClient } from "../connection.ts";
import { lastAttempts, runPhase } from "../runs/run-state.ts";

/** Results of a task that ends a run no more than a success does. */
const harmlessResults = new Set(["SUCCESS", "EXCLUDED", "DISABLED"]);

/** Results of a task that never ran, because of another task. */
const consequences = new Set(["UPSTREAM_FAILED", "UPSTREAM_CANCELED"]);

/** Watches the run of a job whose streams are to run until they are cancelled. */
export class StreamRun {
  readonly runId: number;
  /** The page of the run in the workspace. */
  url: string;
  readonly #databricks: DatabricksClient;
  readonly #states: StateLog;
  readonly #stopped = new AbortController();
  readonly #over = new AbortController();
  readonly #watching: Promise<void>;
  #last: Run | undefined;
  #failure: Error | undefined;
  /** The keys of the tasks that ran when all did: their streams are to run until the end. */
  #streaming: ReadonlySet<string> | undefined;
  #changed: () => void = () => undefined;

  readonly #onUrl: (url: string) => void;

  /**
   * @param options.signal of the step
   * @param options.onUrl called with the address of the run's page, and again if Databricks returns another address
   */
  constructor(
    databricks: DatabricksClient,
    {
      runId,
      subject,
      log,
      signal,
      onUrl,
    }: { runId: number; subject: string; log: Log; signal: AbortSignal; onUrl: (url: string) => void },
  ) {
    this.#databricks = databricks;
    this.runId = runId;
    this.url = `${databricks.url}/jobs/runs/${runId}`;
    this.#onUrl = onUrl;
    onUrl(this.url);
    this.#states = new StateLog(log, subject);
    this.#watching = this.#watch(AbortSignal.any([signal, this.#stopped.signal]));
  }

  /** Aborted as soon as a stream has ended, or the run can no longer be read. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** The run when it was last read. */
  get last(): Run | undefined {
    return this.#last;
  }

  /** Whether all of its tasks have run at the same time, or ended. */
  get hasRun(): boolean {
    return this.#streaming !== undefined;
  }

  /** Why the run cannot be watched any more. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /**
   * Waits until all tasks of the job run.
   * @returns undefined, or why they do not, as the end of a sentence; also undefined if the run is over, or the step is cancelled
   */
  async running(
    { timeoutMs, limitedBy }: { timeoutMs: number; limitedBy: string },
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const deadline = performance.now() + timeoutMs;
    const ended = AbortSignal.any([signal, this.over]);
    for (;;) {
      if (ended.aborted || this.hasRun) return undefined;
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return notRunningReason(this.#last, { timeoutMs, limitedBy });
      await this.#nextChange(leftMs, ended);
    }
  }

  /** A task that succeeded although its streams were to run until the end. One that succeeded before all ran has set something up. */
  finishedTask(run: Run): RunTask | undefined {
    return lastAttempts(run).find((task) => this.#streaming?.has(task.task_key) && runPhase(task).succeeded);
  }

  /** Reads the run once more, unless it is over: it may have ended since it was last read. */
  async look(): Promise<void> {
    if (this.over.aborted) return;
    try {
      this.#note(await this.#databricks.runs.get({ run_id: this.runId }));
    } catch (error) {
      this.#lose(error as Error);
    }
  }

  /** Ends the watching, because this step is about to cancel the run. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#watching;
  }

  async #watch(signal: AbortSignal): Promise<void> {
    try {
      await poll({
        check: async () => this.#note(await this.#databricks.runs.get({ run_id: this.runId })),
        done: () => this.over.aborted,
        onTick: (run, elapsedMs) => {
          const { name, message } = wholeState(run);
          this.#states.show({ state: name, message, url: this.url, elapsedMs });
        },
        timeoutMs: Number.MAX_SAFE_INTEGER,
        signal,
      });
    } catch (error) {
      this.#lose(error as Error);
    }
  }

  #lose(error: Error): void {
    this.#failure = error;
    this.#over.abort();
    this.#changed();
  }

  #note(run: Run): Run {
    this.#last = run;
    if (isRunning(run)) this.#streaming ??= new Set(runningTasks(run));
    if (run.run_page_url && run.run_page_url !== this.url) {
      this.url = run.run_page_url;
      this.#onUrl(this.url);
    }
    if (runPhase(run).ended || deadTask(run) !== undefined || this.finishedTask(run) !== undefined)
      this.#over.abort();
    this.#changed();
    return run;
  }

  #nextChange(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        this.#changed = () => undefined;
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      signal.addEventListener("abort", done, { once: true });
      this.#changed = done;
    });
  }
}

/**
 * The attempt of a task that has ended although its streams were to run on; the other tasks of the run may still be running. An attempt counts even
 * if the job has run the task again: a job that exists may have retries, and its streams have died all the same.
 */
export function deadTask({ tasks = [] }: Pick<Run, "tasks">): RunTask | undefined {
  const dead = tasks.filter((task) => {
    const { ended, succeeded, name } = runPhase(task);
    return ended && !succeeded && !harmlessResults.has(name);
  });
  const isCause = (task: RunTask) => !consequences.has(runPhase(task).name);
  // The cancellation of a run ends its tasks, too: one that failed tells more.
  return dead.find((task) => isCause(task) && !runPhase(task).canceled) ?? dead.find(isCause) ?? dead[0];
}

function isRunning(run: Run): boolean {
  return (
    runPhase(run).name === "RUNNING" &&
    lastAttempts(run).every((task) => {
      const { name, ended } = runPhase(task);
      return ended || name === "RUNNING";
    })
  );
}

function runningTasks(run: Run): string[] {
  return lastAttempts(run)
    .filter((task) => !runPhase(task).ended)
    .map((task) => task.task_key);
}

/** The state of a run that has not ended: that of the first task that does not run yet. */
function wholeState(run: Run): { name: string; message?: string } {
  const phase = runPhase(run);
  const waiting = lastAttempts(run).find(
    (task) => !runPhase(task).ended && runPhase(task).name !== "RUNNING",
  );
  if (phase.name !== "RUNNING" || waiting === undefined) return phase;
  const { name, message } = runPhase(waiting);
  return { name: `task ${waiting.task_key} ${name}`, message };
}

function notRunningReason(
  run: Run | undefined,
  { timeoutMs, limitedBy }: { timeoutMs: number; limitedBy: string },
): string {
  const late = `it did not run within ${duration(timeoutMs / 1000)}`;
  if (run === undefined) return `${late}; raise ${limitedBy} if it needs more time`;
  const { name, message } = wholeState(run);
  const blocked = lastAttempts(run).find((task) => runPhase(task).name === "BLOCKED");
  const waitsFor = blocked?.depends_on
    ?.map(({ task_key }) => task_key)
    .find((key) =>
      lastAttempts(run).some((task) => task.task_key === key && runPhase(task).name === "RUNNING"),
    );
  if (blocked !== undefined && waitsFor !== undefined)
    return `${late}: task ${blocked.task_key} waits for the end of task ${waitsFor}, which runs on; remove ${waitsFor} from its dependsOn if it never ends`;
  return `${late}: it is ${name}${message ? ` (${message})` : ""}; look at ${name === "QUEUED" ? "the other runs of the job" : "the job's compute"}, or raise ${limitedBy} if it needs more time`;
}
