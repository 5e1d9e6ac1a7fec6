import type { LocalWorkspace } from "../../local-workspace.ts";
import { cancelled, internalError, type Outcome, timedOut } from "./outcome.ts";
import { isRetried } from "./retry-policy.ts";
import { endRun, lastAttempts, type Run, type TaskRun } from "./run.ts";
import { disabled, skippedBy } from "./run-if.ts";
import { outcomeOf } from "./run-outcome.ts";
import { type ExecutionParts, executeTask, release, type SharedClusters } from "./task-execution.ts";

/** The execution of one run: the order of its tasks, their attempts, and what ends them early. */
export class RunExecution {
  readonly #workspace: LocalWorkspace;
  readonly #parts: ExecutionParts;
  readonly #run: Run;
  readonly #newAttempt: (failed: TaskRun) => TaskRun;
  readonly #sharedClusters: SharedClusters = new Map();
  readonly #startMs: number;
  /** Why the whole run is being ended. No task is run again after that. */
  #ending: Outcome | undefined;
  #stopClock: () => void = () => undefined;
  /** Resolves when a cancel that a fault delays may take effect. */
  #cancelDelay: Promise<void> = Promise.resolve();

  constructor(parts: ExecutionParts, run: Run, newAttempt: (failed: TaskRun) => TaskRun) {
    this.#workspace = parts.workspace;
    this.#parts = parts;
    this.#run = run;
    this.#newAttempt = newAttempt;
    this.#startMs = parts.workspace.clock.now();
  }

  /** Executes the tasks that have not ended. Those that have count as they ended. Resolves when the run has its outcome. */
  async execute(): Promise<void> {
    const run = this.#run;
    this.limit(run.settings.timeoutSeconds);
    const ends = new Map<string, Promise<Outcome>>();
    // A task may be listed before those it depends on, so each waits until all have a promise to look them up.
    const listed = Promise.resolve();
    for (const task of lastAttempts(run.tasks)) {
      const { taskKey, dependsOn } = task.settings;
      if (task.outcome) {
        ends.set(taskKey, Promise.resolve(task.outcome));
        continue;
      }
      const before = () => Promise.all(dependsOn.map((key) => ends.get(key) as Promise<Outcome>));
      ends.set(
        taskKey,
        listed.then(async () => this.#executeAfter(task, await sooner(before(), task.abort.signal))),
      );
    }
    await Promise.all(ends.values());
    this.#stopClock();
    for (const cluster of this.#sharedClusters.values()) release(this.#parts.clusters, cluster);
    const outcome = outcomeOf({ tasks: lastAttempts(run.tasks), isSingle: run.settings.isSingle });
    endRun(run, outcome, this.#workspace.clock.now());
  }

  /** Cancels the run or one of its tasks, which is TERMINATING until its notebook has stopped. */
  cancel(task?: TaskRun): void {
    const delaySeconds = this.#workspace.faults.ofOperation(
      "run.cancel",
      this.#run.settings.name,
    )?.delaySeconds;
    if (delaySeconds !== undefined) {
      this.#cancelDelay = new Promise((resolve) => {
        this.#workspace.clock.after(delaySeconds * 1000, resolve);
      });
    }
    if (task) end([task], cancelled);
    else this.#end(cancelled);
  }

  /** Sets the time that the run has from its start on; 0 is no limit. */
  limit(seconds: number): void {
    this.#stopClock();
    if (seconds === 0) return;
    const { clock } = this.#workspace;
    const leftMs = Math.max(0, this.#startMs + seconds * 1000 - clock.now());
    this.#stopClock = clock.after(leftMs, () => this.#end(timedOut));
  }

  #end(outcome: Outcome): void {
    this.#ending ??= outcome;
    end(this.#run.tasks, outcome);
  }

  /** `before` is undefined if the task was ended before those it depends on. */
  async #executeAfter(task: TaskRun, before: readonly Outcome[] | undefined): Promise<Outcome> {
    if (!before || task.abort.signal.aborted) return this.#finish(task, task.abort.signal.reason as Outcome);
    const left = task.settings.isDisabled ? disabled : skippedBy(task.settings.runIf, before);
    return left ? this.#finish(task, left) : this.#executeAttempts(task);
  }

  /** Executes a task, again after each failure as often as its settings say. Returns the outcome of its last attempt. */
  async #executeAttempts(task: TaskRun): Promise<Outcome> {
    const outcome = await this.#executeAttempt(task);
    const { settings, attemptNumber, firstAttemptNumber } = task;
    const retries = attemptNumber - firstAttemptNumber;
    if (this.#ending || this.#run.settings.isSingle || !isRetried(settings.retries, retries, outcome))
      return outcome;
    const next = this.#newAttempt(task);
    await this.#wait(task.startMs + settings.retries.minIntervalMs, next.abort.signal);
    return this.#executeAttempts(next);
  }

  async #executeAttempt(task: TaskRun): Promise<Outcome> {
    const { clock } = this.#workspace;
    if (task.abort.signal.aborted) return this.#finish(task, task.abort.signal.reason as Outcome);
    task.state = "PENDING";
    task.startMs = clock.now();
    const { timeoutSeconds } = task.settings;
    const stopClock =
      timeoutSeconds === 0 ? undefined : clock.after(timeoutSeconds * 1000, () => end([task], timedOut));
    try {
      return await this.#finish(task, await executeTask(this.#parts, this.#run, task, this.#sharedClusters));
    } catch (error) {
      this.#workspace.log(`run ${this.#run.runId} failed inside the emulator: ${(error as Error).stack}`);
      return this.#finish(task, internalError("INTERNAL_ERROR", "INTERNAL_ERROR", (error as Error).message));
    } finally {
      stopClock?.();
    }
  }

  async #finish(task: TaskRun, outcome: Outcome): Promise<Outcome> {
    if (outcome === cancelled) await this.#cancelDelay;
    task.outcome = outcome;
    task.endMs = this.#workspace.clock.now();
    return outcome;
  }

  #wait(untilMs: number, signal: AbortSignal): Promise<unknown> {
    const { clock } = this.#workspace;
    const leftMs = untilMs - clock.now();
    if (leftMs <= 0) return Promise.resolve();
    return sooner(new Promise<void>((resolve) => clock.after(leftMs, resolve)), signal);
  }
}

function end(tasks: readonly TaskRun[], outcome: Outcome): void {
  for (const task of tasks) {
    if (task.outcome || task.abort.signal.aborted) continue;
    task.state = "TERMINATING";
    task.abort.abort(outcome);
  }
}

/** What the promise resolves with, or undefined as soon as the signal is aborted. */
function sooner<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return Promise.resolve(undefined);
  const aborted = new Promise<undefined>((resolve) => {
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  return Promise.race([promise, aborted]);
}
