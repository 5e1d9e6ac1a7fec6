import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runTaskStage, type TaskStageOptions } from "../../local/agent/task-runner.ts";
import { isGone, until } from "../harness/processes.ts";

const taskFolder = path.join(import.meta.dirname, "fixtures", "tasks", "Stubborn");
const quick = { afterInterruptMs: 200, afterTerminateMs: 200 };

describe("tasks that are cancelled", () => {
  let tempFolder: string;
  beforeEach(() => {
    tempFolder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
  });
  afterEach(() => rmSync(tempFolder, { recursive: true, force: true }));

  /** Cancels as soon as the task and its child process have started. */
  async function cancelled(inputs: Record<string, string>, options: Partial<TaskStageOptions> = {}) {
    const controller = new AbortController();
    const awaited = new Set(inputs.child === "true" ? ["up", "child is up"] : ["up"]);
    const result = await runTaskStage({
      taskFolder,
      tempFolder,
      inputs,
      signal: controller.signal,
      cancelTimes: quick,
      onLine: (line) => {
        awaited.delete(line.replace(/ \d+$/, ""));
        if (awaited.size === 0) controller.abort();
      },
      ...options,
    });
    return { ...result, signals: result.log.split("\n").filter((line) => line.startsWith("got")) };
  }

  it("a cancelled task is sent SIGINT, and ends by itself", async () => {
    const { result, signals, exitCode } = await cancelled({});
    assert.deepEqual(
      { result, signals, exitCode },
      { result: "canceled", signals: ["got SIGINT"], exitCode: 0 },
    );
  });

  it("a cancelled task is sent SIGTERM if it ignores SIGINT", async () => {
    const { result, signals } = await cancelled({ ignores: "SIGINT" });
    assert.deepEqual({ result, signals }, { result: "canceled", signals: ["got SIGINT", "got SIGTERM"] });
  });

  it("a cancelled task is killed with its child process if it ignores SIGINT and SIGTERM", async () => {
    const { result, signals, exitCode, log } = await cancelled({ ignores: "SIGINT,SIGTERM", child: "true" });
    assert.deepEqual(
      { result, signals, exitCode },
      { result: "canceled", signals: ["got SIGINT", "got SIGTERM"], exitCode: null },
    );
    await assertGone(log);
  });

  it("a task is failed, not cancelled, if its timeout has passed", async () => {
    const { result, issues } = await cancelled({}, { signal: undefined, timeoutMs: 300 });
    assert.equal(result, "failed");
    assert.deepEqual(
      issues.map((issue) => issue.message),
      ["The task has timed out."],
    );
  });
});

describe("tasks that end while their child process keeps the output open", () => {
  it("a task whose child process keeps its output open is finished five seconds later, and the child process is killed", async () => {
    const tempFolder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
    try {
      const { result, log } = await runTaskStage({
        taskFolder,
        tempFolder,
        inputs: { child: "true", leaves: "true" },
      });
      assert.equal(result, "succeeded");
      await assertGone(log);
    } finally {
      rmSync(tempFolder, { recursive: true, force: true });
    }
  });
});

/** Waits until the killed child process is gone. A process that is ended but not reaped yet counts as gone. */
async function assertGone(log: string): Promise<void> {
  const pid = Number(/child (\d+)/.exec(log)?.[1]);
  assert(pid > 0, log);
  await until(() => isGone(pid));
}
