import assert from "node:assert/strict";
import type { RunTask } from "../../../../shared/databricks/api/runs.ts";
import { deadTask } from "../../../../shared/databricks/streaming/stream-run.ts";

function task(task_key: string, result_state?: string, attempt_number = 0): RunTask {
  const state = result_state
    ? { life_cycle_state: "TERMINATED", result_state }
    : { life_cycle_state: "RUNNING" };
  return { run_id: 1, task_key, attempt_number, state };
}

describe("the stream that died", () => {
  for (const [title, tasks, expected] of [
    [
      "is none while all run or have done their work",
      [task("a", "SUCCESS"), task("b"), task("c", "EXCLUDED")],
    ],
    [
      "is the task that failed, not one that waited for it",
      [task("a", "UPSTREAM_FAILED"), task("b", "FAILED")],
      "b",
    ],
    [
      "is the task that failed, not one that was cancelled with the run",
      [task("a", "CANCELED"), task("b", "FAILED")],
      "b",
    ],
    ["is a task that waited if nothing else is known", [task("a", "UPSTREAM_CANCELED"), task("b")], "a"],
    ["is one that the job has run again", [task("a", "FAILED", 0), task("a", undefined, 1)], "a"],
    ["is one with a result that we do not know", [task("a"), task("b", "EVAPORATED")], "b"],
  ] as const satisfies [string, RunTask[], string?][])
    it(title, () => assert.equal(deadTask({ tasks: [...tasks] })?.task_key, expected));
});
