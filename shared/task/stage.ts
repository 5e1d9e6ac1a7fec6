import type { AzurePipelinesHost } from "./azure-pipelines.ts";
import type { TaskHost } from "./host.ts";

export const undoWithinMs = 6_000; // the agent sends SIGTERM 7.5 s after SIGINT and kills the tree 2.5 s later
export const unwindWithinMs = 1_000; // what the cancelled run itself may take before its effects are undone

/**
 * Runs one stage of a task: the only place in the product with a catch for everything. Whatever goes wrong becomes one
 * sentence and a failed result, with exit code 0 (the agent takes any other for a fault of the infrastructure).
 */
export function runStage(stage: (host: TaskHost) => Promise<void>): void {
  void runToEnd(stage).finally(exit);
}

async function runToEnd(stage: (host: TaskHost) => Promise<void>): Promise<void> {
  const abort = new AbortController();
  const undoings: (() => Promise<void>)[] = [];
  const stopped = untilStopped(abort);
  // Loaded here: task-lib takes the secrets out of the environment as it loads, which is right in a task alone.
  const ours = process.listeners("uncaughtException");
  const { azurePipelinesHost } = await import("./azure-pipelines.ts");
  // Its own listener prints a stack and leaves the process to its fate.
  for (const listener of process.listeners("uncaughtException"))
    if (!ours.includes(listener)) process.off("uncaughtException", listener);
  const host = azurePipelinesHost({
    signal: abort.signal,
    onCancel: (undo) => void undoings.push(undo),
  });
  try {
    await Promise.race([stage(host), stopped]);
    abort.signal.throwIfAborted();
    await host.flush();
    host.complete("Succeeded");
  } catch (error) {
    await fail(host, abort.signal.aborted, error, undoings);
  }
}

/** Rejects when the step is cancelled and does not end by itself, and for whatever is thrown where nobody waits. */
function untilStopped(abort: AbortController): Promise<never> {
  const stopped = new Promise<never>((_, reject) => {
    const cancel = () => {
      if (abort.signal.aborted) return; // SIGTERM after SIGINT: the undoing goes on until the agent's SIGKILL
      abort.abort(new CanceledError());
      setTimeout(() => reject(abort.signal.reason), unwindWithinMs);
    };
    process.on("SIGINT", cancel).on("SIGTERM", cancel);
    process.on("uncaughtException", reject).on("unhandledRejection", reject);
    // With nothing left to wait for, Node would end with exit code 0, which the agent takes for success.
    process.on("beforeExit", () =>
      reject(new Error("This step came to a stop with its work undone: report it as a defect of the task.")),
    );
  });
  stopped.catch(() => undefined); // also where it rejects before or after the race
  return stopped;
}

async function fail(
  host: AzurePipelinesHost,
  canceled: boolean,
  error: unknown,
  undoings: (() => Promise<void>)[],
): Promise<void> {
  if (canceled) host.log.line("Canceled: undoing what this step has begun.");
  await undoAll(host, undoings);
  await host.flush();
  if (canceled) host.complete("Canceled", "Canceled.");
  else host.fail(sentence(error));
}

async function undoAll(host: TaskHost, undoings: (() => Promise<void>)[]): Promise<void> {
  const undone = (async () => {
    for (const undo of undoings.reverse())
      await undo().catch((error) =>
        host.log.warning(`Could not undo a part of this step: ${sentence(error)}`),
      );
    return true;
  })();
  const inTime = await Promise.race([undone, after(undoWithinMs)]);
  if (!inTime)
    host.log.warning(
      `Undoing took longer than ${undoWithinMs / 1000} s: the step after the job removes the rest.`,
    );
}

function after(milliseconds: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), milliseconds));
}

/** One line that a person can act on, of anything that was thrown. */
export function sentence(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replace(/\s+/g, " ").trim();
}

class CanceledError extends Error {
  override name = "CanceledError";
  constructor() {
    super("Canceled.");
  }
}

/** Open connections and timers must not keep the step alive; what was written must still reach the agent. */
function exit(): void {
  process.exitCode = 0;
  process.stdout.write("", () => process.exit(0));
}
