import assert from "node:assert/strict";
import { countScenarios, scenariosOf } from "../../../shared/results/scenario-counts.ts";
import type { StatusResult } from "../../../shared/results/status-record.ts";

const result = (name: string, changes: Partial<StatusResult> = {}): StatusResult => ({
  name,
  outcome: "passed",
  durationSeconds: 1,
  ...changes,
});

describe("counts of scenarios", () => {
  it("counts the tests that a scenario reported as part of it", () => {
    const results = [
      result("load"),
      result("load / rows", { reportedBy: "load" }),
      result("load / days", { reportedBy: "load", outcome: "skipped" }),
      result("clean", { outcome: "failed" }),
    ];
    assert.deepEqual(countScenarios(results), {
      ...{ total: 2, passed: 1, failed: 1, notRun: 0, flaky: 0, quarantined: 0 },
    });
  });

  it("counts a scenario as failed if it reported a test that failed, whatever its own result is", () => {
    const results = [result("load"), result("load / rows", { reportedBy: "load", outcome: "failed" })];
    assert.deepEqual(
      scenariosOf(results).map(({ name, outcome }) => [name, outcome]),
      [["load", "failed"]],
    );
  });

  it("counts a test as a scenario if the scenario that it names is missing", () => {
    const counts = countScenarios([result("rows", { reportedBy: "load", outcome: "failed" })]);
    assert.equal(counts.failed, 1);
  });

  it("never counts a scenario that did not run as passed", () => {
    const counts = countScenarios([result("load", { outcome: "skipped" })]);
    assert.deepEqual([counts.total, counts.passed, counts.notRun], [1, 0, 1]);
  });

  it("counts a quarantined scenario neither as passed nor as failed", () => {
    const counts = countScenarios([
      result("a", { quarantined: true, outcome: "failed" }),
      result("b", { quarantined: true }),
      result("c"),
    ]);
    assert.deepEqual(counts, { total: 1, passed: 1, failed: 0, notRun: 0, flaky: 0, quarantined: 2 });
  });

  it("counts a scenario that passed after a failed attempt as passed and flaky", () => {
    const counts = countScenarios([
      result("a", { failedAttempts: 1 }),
      result("b", { failedAttempts: 1, outcome: "failed" }),
    ]);
    assert.deepEqual([counts.passed, counts.failed, counts.flaky], [1, 1, 1]);
  });
});
