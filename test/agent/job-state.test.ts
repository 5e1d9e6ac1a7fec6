import assert from "node:assert/strict";
import { JobState } from "../../local/agent/run/job-state.ts";
import type { StepOutcome } from "../../local/agent/run/run-types.ts";
import { VariableStore } from "../../local/agent/variables.ts";

describe("the status of a job", () => {
  for (const [results, status] of [
    [[], "Succeeded"],
    [["succeeded", "skipped"], "Succeeded"],
    [["succeededWithIssues"], "SucceededWithIssues"],
    [["succeededWithIssues", "succeeded"], "SucceededWithIssues"],
    [["failed"], "Failed"],
    [["failed", "succeeded"], "Failed"],
    [["failed", "succeededWithIssues"], "Failed"],
    [["succeededWithIssues", "failed"], "Failed"],
    [["canceled"], "Canceled"],
    [["failed", "canceled"], "Canceled"],
    [["canceled", "failed"], "Canceled"],
    [["canceled", "succeededWithIssues"], "Canceled"],
    [["canceled", "succeeded"], "Canceled"],
  ] as [StepOutcome[], string][])
    it(`is ${status} after ${results.join(" and then ") || "no step"}, and in Agent.JobStatus`, () => {
      const state = new JobState(new VariableStore(), []);
      for (const result of results) state.finish(result);
      assert.equal(state.status, status);
      assert.equal(state.variables.get("Agent.JobStatus"), status);
    });

  it("stays Canceled, whatever its steps come to after the cancel", () => {
    const state = new JobState(new VariableStore(), []);
    state.finish("failed");
    state.cancel();
    assert.equal(state.variables.get("Agent.JobStatus"), "Canceled");
    for (const result of ["failed", "succeededWithIssues", "succeeded", "skipped"] as const) {
      state.finish(result);
      assert.equal(state.status, "Canceled");
    }
  });
});
