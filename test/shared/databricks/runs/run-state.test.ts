import assert from "node:assert/strict";
import type { Run } from "../../../../shared/databricks/api/runs.ts";
import { lastAttempts, runPhase, wholeRunPhase } from "../../../../shared/databricks/runs/run-state.ts";

type Answer = Pick<Run, "state" | "status">;

describe("the state of a run", () => {
  const successes: [string, Answer][] = [
    ["the older form", { state: { life_cycle_state: "TERMINATED", result_state: "SUCCESS" } }],
    ["the newer form", { status: { state: "TERMINATED", termination_details: { code: "SUCCESS" } } }],
  ];
  for (const [form, answer] of successes)
    it(`calls a run a success if only ${form} of its state exists and says so`, () =>
      assert.equal(runPhase(answer).succeeded, true));

  const others: [string, Answer][] = [
    ["no state at all", {}],
    ["TERMINATED without a result", { state: { life_cycle_state: "TERMINATED" } }],
    [
      "a result of a run that has not ended",
      { state: { life_cycle_state: "RUNNING", result_state: "SUCCESS" } },
    ],
    [
      "SUCCESS_WITH_FAILURES",
      { state: { life_cycle_state: "TERMINATED", result_state: "SUCCESS_WITH_FAILURES" } },
    ],
    ["EXCLUDED", { state: { life_cycle_state: "TERMINATED", result_state: "EXCLUDED" } }],
    [
      "a result that is not documented",
      { state: { life_cycle_state: "TERMINATED", result_state: "DEDUPED" } },
    ],
    ["SKIPPED", { state: { life_cycle_state: "SKIPPED", result_state: "SUCCESS" } }],
    ["INTERNAL_ERROR", { state: { life_cycle_state: "INTERNAL_ERROR", result_state: "FAILED" } }],
    [
      "two forms that differ",
      {
        state: { life_cycle_state: "TERMINATED", result_state: "SUCCESS" },
        status: { state: "TERMINATED", termination_details: { code: "SUCCESS_WITH_FAILURES" } },
      },
    ],
  ];
  for (const [what, answer] of others)
    it(`does not call a run a success with ${what}`, () => assert.equal(runPhase(answer).succeeded, false));

  const success = { life_cycle_state: "TERMINATED", result_state: "SUCCESS" };
  const terminated = { code: "SUCCESS", type: "SUCCESS" };
  it("calls a run a success if both forms of its state say so", () => {
    const phase = runPhase({
      state: success,
      status: { state: "TERMINATED", termination_details: terminated },
    });
    assert.deepEqual([phase.succeeded, phase.ended, phase.contradiction], [true, true, undefined]);
  });

  const failed: [what: string, answer: Answer, name: string][] = [
    [
      "code",
      {
        state: success,
        status: { state: "TERMINATED", termination_details: { code: "DRIVER_ERROR", type: "SUCCESS" } },
      },
      "DRIVER_ERROR",
    ],
    [
      "type",
      {
        state: success,
        status: { state: "TERMINATED", termination_details: { code: "SUCCESS", type: "INTERNAL_ERROR" } },
      },
      "INTERNAL_ERROR",
    ],
    [
      "older form",
      {
        state: { ...success, result_state: "FAILED" },
        status: { state: "TERMINATED", termination_details: terminated },
      },
      "FAILED",
    ],
    [
      "older life cycle",
      {
        state: { life_cycle_state: "SKIPPED" },
        status: { state: "TERMINATED", termination_details: terminated },
      },
      "SKIPPED",
    ],
  ];
  for (const [what, answer, name] of failed)
    it(`calls a run ended without success if only the ${what} of its state says so`, () => {
      const phase = runPhase(answer);
      assert.deepEqual([phase.ended, phase.succeeded, phase.contradiction], [true, false, undefined]);
      if (what !== "older life cycle") assert.equal(phase.name, name);
    });

  for (const [state, status] of [
    ["TERMINATED", "RUNNING"],
    ["TERMINATED", "TERMINATING"],
    ["TERMINATED", "NEW"],
    ["RUNNING", "TERMINATED"],
    ["INTERNAL_ERROR", "QUEUED"],
  ] as const)
    it(`calls a run's state a contradiction, not an end, with the state ${state} and the status ${status}`, () => {
      const phase = runPhase({
        state: { ...success, life_cycle_state: state },
        status: { state: status, termination_details: terminated },
      });
      assert.deepEqual([phase.ended, phase.succeeded], [false, false]);
      assert.equal(phase.contradiction, `its state is ${state} and its status ${status}`);
    });

  for (const life_cycle_state of [
    "QUEUED",
    "PENDING",
    "RUNNING",
    "TERMINATING",
    "BLOCKED",
    "WAITING_FOR_RETRY",
    "NEW",
  ])
    it(`does not call a run ended while it is ${life_cycle_state}`, () =>
      assert.equal(runPhase({ state: { life_cycle_state } }).ended, false));

  it("the state of a run distinguishes a cancellation from Databricks' time limit", () => {
    const canceled = runPhase({ state: { life_cycle_state: "TERMINATED", result_state: "CANCELED" } });
    const timedOut = runPhase({ state: { life_cycle_state: "TERMINATED", result_state: "TIMEDOUT" } });
    assert.deepEqual([canceled.canceled, canceled.timedOut], [true, false]);
    assert.deepEqual([timedOut.canceled, timedOut.timedOut], [false, true]);
  });
});

describe("the state of a run with a task", () => {
  const task = (result_state: string) => ({
    run_id: 2,
    task_key: "notebook",
    state: { life_cycle_state: "TERMINATED", result_state, state_message: `the task is ${result_state}` },
  });
  const run = (life_cycle_state: string, result_state: string, ofTask: string): Run => ({
    run_id: 1,
    state: { life_cycle_state, result_state },
    tasks: [task(ofTask)],
  });

  it("calls a run FAILED if its task failed, although the run itself is INTERNAL_ERROR", () => {
    const phase = wholeRunPhase(run("INTERNAL_ERROR", "FAILED", "FAILED"));
    assert.deepEqual([phase.name, phase.message], ["FAILED", "the task is FAILED"]);
  });

  it("does not call a run a success if the run is SUCCESS but its task is not", () => {
    assert.equal(wholeRunPhase(run("TERMINATED", "SUCCESS", "EXCLUDED")).succeeded, false);
  });

  it("does not call a run a success if the run has ended and its task has not", () => {
    const running = { ...task("SUCCESS"), state: { life_cycle_state: "RUNNING" } };
    const phase = wholeRunPhase({ ...run("TERMINATED", "SUCCESS", "SUCCESS"), tasks: [running] });
    assert.deepEqual([phase.succeeded, phase.name], [false, "SUCCESS, while its task is RUNNING"]);
  });

  it("does not call a run a success if its task is SUCCESS but the run is not", () => {
    assert.equal(wholeRunPhase(run("INTERNAL_ERROR", "FAILED", "SUCCESS")).succeeded, false);
  });

  it("calls a run cancelled or timed out if the run itself says so", () => {
    assert.equal(wholeRunPhase(run("TERMINATED", "CANCELED", "FAILED")).canceled, true);
    assert.equal(wholeRunPhase(run("TERMINATED", "TIMEDOUT", "CANCELED")).timedOut, true);
  });
});

describe("the attempts of a task", () => {
  const attempt = (run_id: number, result_state: string, attempt_number?: number, task_key = "notebook") => ({
    run_id,
    task_key,
    attempt_number,
    state: { life_cycle_state: "TERMINATED", result_state },
  });
  const first = attempt(2, "FAILED", 0);
  const second = attempt(3, "SUCCESS", 1);
  const success = { life_cycle_state: "TERMINATED", result_state: "SUCCESS" };

  for (const [order, tasks] of [
    ["first", [first, second]],
    ["last", [second, first]],
  ] as const) {
    it(`count as a success if only the last one is, with the first attempt listed ${order}`, () => {
      assert.equal(wholeRunPhase({ run_id: 1, state: success, tasks: [...tasks] }).succeeded, true);
    });

    it(`a task with several attempts has the output of the last one, with the first attempt listed ${order}`, () => {
      assert.deepEqual(
        lastAttempts({ tasks: [...tasks] }).map(({ run_id }) => run_id),
        [3],
      );
    });
  }

  it("do not count as a success if only an earlier one is", () => {
    const tasks = [attempt(2, "SUCCESS", 0), attempt(3, "FAILED", 1)];
    assert.equal(wholeRunPhase({ run_id: 1, state: success, tasks }).succeeded, false);
  });

  it("attempts are counted for each task apart", () => {
    const tasks = [attempt(2, "FAILED", 0, "other"), first, second];
    assert.equal(wholeRunPhase({ run_id: 1, state: success, tasks }).succeeded, false);
    assert.equal(lastAttempts({ tasks }).length, 2);
  });

  it("an attempt may have no number, as in a run that was not retried", () => {
    assert.deepEqual(lastAttempts({ tasks: [attempt(2, "SUCCESS")] }).length, 1);
    assert.deepEqual(lastAttempts({}), []);
  });
});
