import assert from "node:assert/strict";
import { internalError, type Outcome } from "../../../local/emulator/databricks/jobs/outcome.ts";
import type { TaskRun } from "../../../local/emulator/databricks/jobs/run.ts";
import { skippedBy } from "../../../local/emulator/databricks/jobs/run-if.ts";
import { outcomeOf } from "../../../local/emulator/databricks/jobs/run-outcome.ts";

type ResultState = Outcome["resultState"];

describe("a run of several tasks", () => {
  const ends: [tasks: Record<string, [ResultState, ...dependsOn: string[]]>, run: ResultState][] = [
    [{ a: ["SUCCESS"], b: ["SUCCESS", "a"] }, "SUCCESS"],
    [{ a: ["SUCCESS"], b: ["FAILED"] }, "FAILED"],
    [{ a: ["FAILED"], b: ["UPSTREAM_FAILED", "a"] }, "FAILED"],
    [{ a: ["FAILED"], b: ["SUCCESS", "a"] }, "SUCCESS_WITH_FAILURES"],
    [{ a: ["SUCCESS"], b: ["UPSTREAM_FAILED"] }, "FAILED"],
    [{ a: ["SUCCESS"], b: ["MAXIMUM_CONCURRENT_RUNS_REACHED"] }, "FAILED"],
    [{ a: ["CANCELED"], b: ["UPSTREAM_CANCELED", "a"] }, "CANCELED"],
    [{ a: ["CANCELED"], b: ["FAILED"] }, "CANCELED"],
    [{ a: ["TIMEDOUT"], b: ["FAILED"] }, "TIMEDOUT"],
    [{ a: ["SUCCESS"], b: ["EXCLUDED", "a"] }, "SUCCESS"],
    [{ a: ["SUCCESS"], b: ["DISABLED"] }, "SUCCESS"],
  ];
  for (const [tasks, expected] of ends) {
    const tasksText = Object.entries(tasks).map(
      ([key, [state, ...on]]) => `${key}${on.length ? `←${on}` : ""} ${state}`,
    );
    it(`the outcome of a run of several tasks is ${expected} after ${tasksText.join(", ")}`, () => {
      const outcome = ended(...Object.entries(tasks).map(([key, [state, ...on]]) => task(key, state, on)));
      assert.equal(outcome.resultState, expected);
    });
  }

  it("the outcome of a run of several tasks has the message of the task that failed, not of one that was skipped because of it", () => {
    const outcome = ended(task("load", "FAILED"), task("check", "UPSTREAM_FAILED", ["load"]));
    assert.equal(
      outcome.message,
      "Task load failed with message: load ended as FAILED. This caused all downstream tasks to get skipped.",
    );
  });
});

describe("a run of one task", () => {
  for (const state of ["UPSTREAM_FAILED", "MAXIMUM_CONCURRENT_RUNS_REACHED", "TIMEDOUT"] as const)
    it(`the outcome of a run of one task is ${state} if that of its task is`, () => {
      const only = task("only", state);
      assert.equal(ended(only), only.outcome);
    });

  it("the outcome of a run of one task is INTERNAL_ERROR if its task failed", () => {
    const { lifeCycleState, resultState, message } = ended(task("only", "FAILED"));
    assert.deepEqual(
      [lifeCycleState, resultState, message],
      ["INTERNAL_ERROR", "FAILED", "Task only failed with message: only ended as FAILED."],
    );
  });

  it("the outcome of a run of one task is that of the task if the run was submitted without a list of tasks", () => {
    const only = task("only", "FAILED");
    assert.equal(outcomeOf({ tasks: [only], isSingle: true }), only.outcome);
  });
});

describe("a task after tasks that did not succeed", () => {
  it("the outcome of a task after tasks that did not succeed is UPSTREAM_CANCELED if one of them was cancelled, or else UPSTREAM_FAILED", () => {
    const outcomeFor = (state: ResultState) =>
      skippedBy("ALL_SUCCESS", [task("before", state).outcome!])?.resultState;
    assert.equal(outcomeFor("CANCELED"), "UPSTREAM_CANCELED");
    assert.equal(outcomeFor("UPSTREAM_CANCELED"), "UPSTREAM_CANCELED");
    assert.equal(outcomeFor("FAILED"), "UPSTREAM_FAILED");
  });
});

const ended = (...tasks: TaskRun[]) => outcomeOf({ tasks, isSingle: false });

function task(taskKey: string, resultState: ResultState, dependsOn: string[] = []): TaskRun {
  const outcome = {
    ...internalError("RUN_EXECUTION_ERROR", "CLIENT_ERROR", `${taskKey} ended as ${resultState}`),
    resultState,
  };
  const settings = { taskKey, dependsOn } as unknown as TaskRun["settings"];
  return {
    runId: 1,
    attemptNumber: 0,
    firstAttemptNumber: 0,
    settings,
    state: "PENDING",
    outcome,
    startMs: 0,
    abort: new AbortController(),
  };
}
