import assert from "node:assert/strict";
import { recordThatFits } from "../../../shared/results/record-size.ts";
import type { StatusRecord, StatusResult } from "../../../shared/results/status-record.ts";
import { parseStatusRecord } from "../../../shared/results/status-record-reader.ts";
import { countOutcomes } from "../../../shared/results/test-case.ts";

describe("a status record that is too large", () => {
  const test = (name: string, outcome: StatusResult["outcome"], message = ""): StatusResult => ({
    name: `Rain / ${name}`,
    outcome,
    durationSeconds: 1,
    ...(message ? { message } : {}),
    reportedBy: "Rain",
  });
  const recordOf = (results: StatusResult[]): StatusRecord => ({
    schema: "notebook-ops/test-status/1",
    platform: "databricks",
    workspace: "https://adb-1.azuredatabricks.net",
    run: { buildId: "345" },
    startedOn: "2026-11-22T10:00:00.000Z",
    finishedOn: "2026-11-22T10:01:00.000Z",
    counts: countOutcomes(results),
    results,
  });
  const rain: StatusResult = { name: "Rain", outcome: "failed", durationSeconds: 1, message: "wet" };
  const sizeOf = (record: StatusRecord) => JSON.stringify(record, undefined, 2).length;

  it("a record that fits stays as it is", () => {
    const record = recordOf([rain, test("a", "failed", "x".repeat(1_000))]);
    const { record: same, left } = recordThatFits(record, sizeOf(record));
    assert.equal(same, record);
    assert.equal(left, undefined);
  });

  it("a record has its messages cut before any result is left out", () => {
    const record = recordOf([rain, test("a", "failed", "x".repeat(1_000))]);
    const { record: smaller, left } = recordThatFits(record, sizeOf(record) - 1);
    assert.deepEqual(
      smaller.results.map(({ message }) => message?.length),
      [3, 201],
    );
    assert.match(left!, /so its messages were cut\.$/);
  });

  it("a record loses tests that scenarios reported, passed ones first, but no scenario, and is still read", () => {
    const tests = Array.from({ length: 50 }, (_, index) =>
      test(`t${index}`, index % 10 === 0 ? "failed" : "passed"),
    );
    const record = recordOf([rain, ...tests, { ...rain, name: "Sun", outcome: "passed" }]);
    const limit = Math.round(sizeOf(record) / 2);
    const { record: smaller, left } = recordThatFits(record, limit);
    assert.ok(sizeOf(smaller) <= limit);
    const names = smaller.results
      .filter(({ reportedBy }) => reportedBy === undefined)
      .map(({ name }) => name);
    assert.deepEqual(names, ["Rain", "Sun"]);
    assert.equal(
      smaller.results.filter(({ outcome, reportedBy }) => reportedBy && outcome === "failed").length,
      5,
    );
    assert.match(left!, /and \d+ of its 52 results were left out: tests that scenarios reported/);
    const read = parseStatusRecord(JSON.stringify(smaller), "the record");
    assert.equal(read.counts.total, smaller.results.length);
    const least = recordThatFits(record, 1).record;
    assert.deepEqual(
      least.results.map(({ name }) => name),
      ["Rain", "Sun"],
    );
  });
});
