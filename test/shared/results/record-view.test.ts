import assert from "node:assert/strict";
import { recordView } from "../../../shared/results/report/record-view.ts";
import type { StatusResult } from "../../../shared/results/status-record.ts";
import { resultsOfNotebooks } from "../../../shared/results/test-results.ts";
import { recordOf } from "./status-record-of.ts";
import { weatherRun } from "./weather-run.ts";

function viewOf(results: (Partial<StatusResult> & { name: string })[]) {
  const whole = results.map((each) => ({ outcome: "passed" as const, durationSeconds: 1, ...each }));
  return recordView({ ...recordOf(), results: whole }, "a-").groups;
}

describe("the view of a status record", () => {
  it("the view of a status record groups test cases below the notebook that reported them, as the HTML report does", () => {
    const notebooks = weatherRun().notebooks!;
    const groups = recordView(recordOf(), "a-").groups;
    assert.deepEqual(
      groups.map(({ notebook, cases }) => [notebook?.source, cases.map(({ name }) => name).sort()]).sort(),
      notebooks.map(({ file, cases }) => [file, cases.map(({ name }) => name).sort()]).sort(),
    );
  });

  it("the view of a status record gives each case an id that is unique among several records", () => {
    const ids = ["a-", "b-"].flatMap((prefix) =>
      recordView(recordOf(), prefix).groups.flatMap(({ notebook, cases }) => [
        notebook?.id,
        ...cases.map(({ id }) => id),
      ]),
    );
    assert.equal(new Set(ids).size, ids.length);
  });

  it("the view of a status record separates notebooks of the same name in two folders", () => {
    const groups = viewOf([
      { name: "a/etl" },
      { name: "b/etl" },
      { name: "a/etl / rows", reportedBy: "a/etl" },
      { name: "b/etl / rows", reportedBy: "b/etl" },
      { name: "quality / columns", reportedBy: "b/etl" },
    ]);
    assert.deepEqual(
      groups.map(({ cases }) => cases.map(({ name }) => name)),
      [["rows"], ["rows", "columns"]],
    );
  });

  it("the view of a status record shows cases of a suite that no notebook reported below the suite's name", () => {
    const [group] = viewOf([{ name: "tests.test_days / leap / 2024", outcome: "failed" }]);
    assert.equal(group!.title, "tests.test_days / leap");
    assert.equal(group!.notebook, undefined);
    assert.equal(group!.counts.failed, 1);
  });

  it("the view of a status record has a title of package, version and environment", () => {
    const artifact = { name: "weather", version: "1.4.0", digest: `sha256:${"a".repeat(64)}` };
    const view = recordView(recordOf({ artifact, environment: "staging" }), "a-");
    assert.equal(view.title, "weather 1.4.0");
    assert.equal(view.environment, "staging");
    assert.equal(view.durationSeconds, 60);
  });

  it("the view of a status record says that nothing ran if the record has no results", () => {
    assert.equal(recordView(recordOf({ testRun: resultsOfNotebooks("none", []) }), "a-").outcome, "skipped");
  });
});
