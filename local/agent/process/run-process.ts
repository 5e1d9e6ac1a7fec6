import { type ChildProcess, spawn } from "node:child_process";
import { guardedEnvironment, guardGroup } from "../../guardian/guardian.ts";
import { LineSplitter } from "./line-splitter.ts";

/** What the agent waits for after each signal (knobs PROCESS_SIGINT_TIMEOUT, PROCESS_SIGTERM_TIMEOUT), in milliseconds. */
export interface CancelTimes {
  afterInterruptMs: number;
  afterTerminateMs: number;
}

export const agentCancelTimes: CancelTimes = { afterInterruptMs: 7_500, afterTerminateMs: 2_500 };

/** How long a child that inherited stdout may hold it open after the process itself has ended. */
const stdioGraceMs = 5_000;

export interface ProcessRun {
  exitCode: number | null;
  /** The process was ended because the signal was aborted. */
  stopped: boolean;
}

const alive = new Set<ChildProcess>();

/** Kills every process tree that is still running, for the moment when this process itself must end at once. */
export function killAllProcesses(): void {
  for (const child of alive) sendSignal(child, "SIGKILL", "group");
}

/**
 * Runs a process in a process group of its own and gives its lines as they come, from both streams in order of arrival.
 * An abort sends SIGINT, then SIGTERM, then kills the tree, with the agent's times between them.
 */
export async function runProcess(options: {
  command: string;
  arguments: readonly string[];
  environment: Record<string, string>;
  workingDirectory: string;
  onLine: (line: string, stream: "stdout" | "stderr") => void;
  signal?: AbortSignal;
  cancelTimes?: CancelTimes;
  /** Who is sent SIGINT: the process alone, as the agent does, or its group, for a shell that waits for its child. */
  interrupts?: "process" | "group";
}): Promise<ProcessRun> {
  const { signal, cancelTimes = agentCancelTimes } = options;
  const child = spawn(options.command, options.arguments, {
    cwd: options.workingDirectory,
    env: { ...options.environment, ...guardedEnvironment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  alive.add(child);
  const release = child.pid === undefined ? () => {} : guardGroup(child.pid);
  const timers: NodeJS.Timeout[] = [];
  const after = (ms: number, act: () => void) => timers.push(setTimeout(act, ms));
  let stopped = false;
  const stop = () => {
    stopped = true;
    sendSignal(child, "SIGINT", options.interrupts ?? "process");
    after(cancelTimes.afterInterruptMs, () => sendSignal(child, "SIGTERM", "group"));
    after(cancelTimes.afterInterruptMs + cancelTimes.afterTerminateMs, () =>
      sendSignal(child, "SIGKILL", "group"),
    );
  };
  try {
    return await new Promise<ProcessRun>((resolve, reject) => {
      const splitters = (["stdout", "stderr"] as const).map((stream) => {
        const splitter = new LineSplitter((line) => options.onLine(line, stream));
        child[stream].on("data", (chunk: Buffer) => splitter.write(chunk));
        return splitter;
      });
      child.once("error", reject);
      child.once("exit", () => {
        after(stdioGraceMs, () => {
          child.stdout.destroy();
          child.stderr.destroy();
        });
      });
      child.once("close", (exitCode) => {
        for (const splitter of splitters) splitter.end();
        resolve({ exitCode, stopped });
      });
      if (signal?.aborted) stop();
      else signal?.addEventListener("abort", stop, { once: true });
    });
  } finally {
    signal?.removeEventListener("abort", stop);
    for (const timer of timers) clearTimeout(timer);
    // What the process left behind in its group ends with the step, as on the agent.
    if (child.pid !== undefined) sendSignal(child, "SIGKILL", "group");
    release();
    alive.delete(child);
  }
}

function sendSignal(child: ChildProcess, signal: NodeJS.Signals, to: "process" | "group"): void {
  if (child.pid === undefined) return;
  try {
    if (to === "process" || process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
