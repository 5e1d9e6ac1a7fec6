import assert from "node:assert/strict";
import { runOutcome } from "../../../../shared/databricks/runs/run-outcome.ts";
import { scriptedWorkspace } from "../scripted-workspace.ts";

describe("the outcome of a run whose task was retried", () => {
  it("the outcome of a run has the output and the times of the last attempt", async () => {
    await using workspace = await scriptedWorkspace({});
    const attempt = (attempt_number: number, result_state: string, start_time: number) => ({
      run_id: 10 + attempt_number,
      task_key: "notebook",
      attempt_number,
      state: { life_cycle_state: "TERMINATED", result_state },
      start_time,
      execution_duration: 7_000,
    });
    const run = {
      run_id: 1,
      state: { life_cycle_state: "TERMINATED", result_state: "SUCCESS" },
      tasks: [attempt(0, "FAILED", 1_000), attempt(1, "SUCCESS", 50_000)],
    };
    const compute = { kind: "serverless" } as const;
    const planned = { work: { kind: "notebook", path: "/a", compute }, timeoutMs: 60_000 } as const;
    const read: number[] = [];
    const outcome = await runOutcome(
      workspace.databricks,
      { state: "ended", url: "https://page", durationMs: 1, run },
      planned,
      async (taskRunId) => {
        read.push(taskRunId);
        return { exited: true, reading: { kind: "none" } as never };
      },
    );
    assert.equal(outcome.state, "succeeded");
    assert.deepEqual(read, [11]);
    assert.deepEqual(outcome.execution, { startedOn: new Date(50_000), durationMs: 7_000 });
  });
});
