import assert from "node:assert/strict";
import { agentCancelTimes, runProcess } from "../../local/agent/process/run-process.ts";
import { undoWithinMs, unwindWithinMs } from "../../shared/task/run-as-task.ts";
import { holdTimers } from "../harness/timers.ts";

/** A script that prints each signal that it gets, after its name, and does not end. */
const stubborn = (name: string) =>
  `for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => console.log("${name} got " + signal));
   setInterval(() => {}, 1e6);`;

function run(script: string, options: Partial<Parameters<typeof runProcess>[0]>) {
  return runProcess({
    command: process.execPath,
    arguments: ["-e", script],
    environment: {},
    workingDirectory: ".",
    onLine: () => {},
    ...options,
  });
}

describe("processes that are cancelled", () => {
  it("a cancelled process gets the waiting times of the agent: 7.5 s from SIGINT to SIGTERM, and 2.5 s from SIGTERM to its end", () => {
    // _sigintTimeout and _sigtermTimeout in ProcessInvoker.cs of microsoft/azure-pipelines-agent, which the knobs
    // PROCESS_SIGINT_TIMEOUT and PROCESS_SIGTERM_TIMEOUT change.
    assert.deepEqual(agentCancelTimes, { afterInterruptMs: 7_500, afterTerminateMs: 2_500 });
  });

  it("a cancelled process is sent SIGINT at once and SIGTERM after 7.5 s, and is killed after 10 s, by default", async () => {
    using timers = holdTimers((delayMs) => delayMs >= 7_500);
    const abort = new AbortController();
    const lines: string[] = [];
    const { exitCode, stopped } = await run(`${stubborn("process")} console.log("up")`, {
      signal: abort.signal,
      onLine: (line) => {
        lines.push(line);
        if (line === "up") abort.abort();
        if (line === "process got SIGINT") timers.advance(7_500);
        if (line === "process got SIGTERM") timers.advance(2_500);
      },
    });
    assert.deepEqual(timers.delaysMs, [7_500, 10_000]);
    assert.deepEqual(lines, ["up", "process got SIGINT", "process got SIGTERM"]);
    assert.deepEqual({ exitCode, stopped }, { exitCode: null, stopped: true });
  });

  for (const [interrupts, whoIsInterrupted] of [
    [undefined, ["process"]],
    ["process", ["process"]],
    ["group", ["child", "process"]],
  ] as const)
    it(`a cancelled process is sent SIGINT ${interrupts === "group" ? "with its children" : "alone"} if interrupts is ${interrupts}, and SIGTERM with its children`, async () => {
      using timers = holdTimers((delayMs) => delayMs >= 7_500);
      const abort = new AbortController();
      const lines: string[] = [];
      const child = JSON.stringify(`${stubborn("child")} console.log("child up")`);
      const script = `${stubborn("process")} require("node:child_process").spawn(process.execPath, ["-e", ${child}], { stdio: "inherit" });`;
      const awaited = (...whole: string[]) => whole.every((line) => lines.includes(line));
      await run(script, {
        signal: abort.signal,
        interrupts,
        onLine: (line) => {
          lines.push(line);
          if (line === "child up") abort.abort();
          if (line.endsWith("SIGINT") && awaited(...whoIsInterrupted.map((who) => `${who} got SIGINT`)))
            timers.advance(7_500);
          if (line.endsWith("SIGTERM") && awaited("process got SIGTERM", "child got SIGTERM"))
            timers.advance(2_500);
        },
      });
      const got = (signal: string) =>
        lines.filter((line) => line.endsWith(signal)).map((line) => line.split(" ")[0]!);
      assert.deepEqual(got("SIGINT").sort(), whoIsInterrupted);
      assert.deepEqual(got("SIGTERM").sort(), ["child", "process"]);
    });

  it("a process is stopped at once if the signal was aborted before its start", async () => {
    const { stopped, exitCode } = await run("setInterval(() => {}, 1e6)", { signal: AbortSignal.abort() });
    assert.deepEqual({ stopped, exitCode }, { stopped: true, exitCode: null });
  });

  it("a cancelled process does not count as stopped if it ended before the cancel", async () => {
    const abort = new AbortController();
    const { stopped, exitCode } = await run("process.exitCode = 3", { signal: abort.signal });
    abort.abort();
    assert.deepEqual({ stopped, exitCode }, { stopped: false, exitCode: 3 });
  });

  it("a cancelled process has enough time before SIGTERM for a task to undo its effects", () => {
    assert(unwindWithinMs + undoWithinMs < agentCancelTimes.afterInterruptMs);
  });
});
