import { couldNot } from "../text/could-not.ts";
import type { AzurePipelinesHost } from "./azure-pipelines.ts";
import type { TaskHost } from "./host.ts";

export const undoWithinMs = 6_000; // the agent sends SIGTERM 7.5 s after SIGINT and kills the tree 2.5 s later
export const unwindWithinMs = 1_000; // what the cancelled run itself may take before its effects are undone

/**
 * Runs a function as one stage of a task (its main step, or the one after the job), in the process that the agent started for it. This is
 * the only place in the product that catches everything: any error becomes one sentence and a failed result, with exit code 0, as the
 * agent takes any other code for a fault of the infrastructure.
 */
export function runAsTask(stage: (host: TaskHost) => Promise<void>): void {
  void runToEnd(stage).finally(exit);
}

async function runToEnd(stage: (host: TaskHost) => Promise<void>): Promise<void> {
  const abort = new AbortController();
  const undos: (() => Promise<void>)[] = [];
  const interrupted = untilInterrupted(abort);
  // Loaded here: task-lib takes the secrets out of the environment as it loads, which is right in a task alone.
  const before = process.listeners("uncaughtException");
  const { azurePipelinesHost } = await import("./azure-pipelines.ts");
  // The listener of task-lib prints a stack, and the process goes on.
  for (const listener of process.listeners("uncaughtException"))
    if (!before.includes(listener)) process.off("uncaughtException", listener);
  const host = azurePipelinesHost({
    signal: abort.signal,
    onCancel: (undo) => void undos.push(undo),
  });
  try {
    await Promise.race([stage(host), interrupted]);
    abort.signal.throwIfAborted();
    await host.flush();
    host.complete("Succeeded");
  } catch (error) {
    await fail(host, abort.signal.aborted, error, undos);
  }
}

/** Rejects if the step is cancelled and does not end by itself, and for every error that nothing in the task catches. */
function untilInterrupted(abort: AbortController): Promise<never> {
  const interrupted = new Promise<never>((_, reject) => {
    const cancel = () => {
      if (abort.signal.aborted) return; // SIGTERM after SIGINT: undoing continues until the agent sends SIGKILL
      abort.abort(new CanceledError());
      setTimeout(() => reject(abort.signal.reason), unwindWithinMs);
    };
    // On Windows the agent sends Ctrl+C and then Ctrl+Break, which Node calls SIGINT and SIGBREAK. No other system has SIGBREAK.
    process.on("SIGINT", cancel).on("SIGTERM", cancel).on("SIGBREAK", cancel);
    process.on("uncaughtException", reject).on("unhandledRejection", reject);
    // With nothing left to wait for, Node would end with exit code 0, which the agent takes for success.
    process.on("beforeExit", () =>
      reject(
        new Error(
          couldNot(
            "finish this step",
            "nothing was left to wait for before its work was done",
            "report this as a defect of the task",
          ),
        ),
      ),
    );
  });
  interrupted.catch(() => undefined); // also if it rejects before or after the race
  return interrupted;
}

async function fail(
  host: AzurePipelinesHost,
  canceled: boolean,
  error: unknown,
  undos: (() => Promise<void>)[],
): Promise<void> {
  if (canceled) host.log.line("Canceled: undoing what this step has done so far.");
  await undoAll(host, undos);
  await host.flush();
  if (canceled) host.complete("Canceled", "Canceled.");
  else host.fail(sentence(error));
}

async function undoAll(host: TaskHost, undos: (() => Promise<void>)[]): Promise<void> {
  const undone = (async () => {
    for (const undo of undos.reverse())
      await undo().catch((error) => host.log.warning(couldNot("undo a part of this step", sentence(error))));
    return true;
  })();
  const inTime = await Promise.race([undone, after(undoWithinMs)]);
  if (!inTime)
    host.log.warning(
      couldNot(
        "undo all of this step in time",
        `it took longer than ${undoWithinMs / 1000} s`,
        "the post-job step removes the rest",
      ),
    );
}

function after(milliseconds: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), milliseconds));
}

/** The message of anything that was thrown, in one line. */
function sentence(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replace(/\s+/g, " ").trim();
}

class CanceledError extends Error {
  override name = "CanceledError";
  constructor() {
    super("Canceled.");
  }
}

/** Ends the process in spite of open connections and timers, once everything written has reached the agent. */
function exit(): void {
  process.exitCode = 0;
  process.stdout.write("", () => process.exit(0));
}
