import { type ChildProcess, spawn } from "node:child_process";
import { guardedEnvironment, guardGroup } from "../../guardian/guardian.ts";
import { LineSplitter } from "./line-splitter.ts";

/** How long the agent waits after each signal (knobs PROCESS_SIGINT_TIMEOUT, PROCESS_SIGTERM_TIMEOUT). */
export interface CancelTimes {
  afterInterruptMs: number;
  afterTerminateMs: number;
}

export const agentCancelTimes: CancelTimes = { afterInterruptMs: 7_500, afterTerminateMs: 2_500 };

/** How long a child process that inherited stdout can keep it open after the process itself has ended. */
const stdioGraceMs = 5_000;

interface ProcessRun {
  exitCode: number | null;
  /** The signal was aborted while the process ran. */
  stopped: boolean;
}

const alive = new Set<ChildProcess>();

/** Kills every process tree that is still running, so that this process can end at once. */
export function killAllProcesses(): void {
  for (const child of alive) sendSignal(child, "SIGKILL", "group");
}

/**
 * Runs a process in a process group of its own, and passes on the lines of both streams as they come. If the signal is aborted, the
 * process is sent SIGINT, then SIGTERM, and then killed, with the waiting times of the agent.
 */
export async function runProcess(options: {
  command: string;
  arguments: readonly string[];
  environment: Record<string, string>;
  workingDirectory: string;
  onLine: (line: string, stream: "stdout" | "stderr") => void;
  signal?: AbortSignal;
  cancelTimes?: CancelTimes;
  /** Whether SIGINT goes to the process alone, as the agent sends it, or to its group, for a shell that waits for its child. */
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
    // Processes that are left in the group end with the step, as on the agent.
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
