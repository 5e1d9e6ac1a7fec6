import assert from "node:assert/strict";
import { mergeBySubject, type StatusRecord, statusRecord } from "../../../shared/results/status-record.ts";
import { parseStatusRecord } from "../../../shared/results/status-record-reader.ts";
import { matchesGolden } from "./golden.ts";
import { weatherRun } from "./weather-run.ts";

function weatherRecord(changes: Partial<StatusRecord> = {}): StatusRecord {
  const record = statusRecord(weatherRun(), {
    artifact: { name: "weather-notebooks", version: "1.4.0", digest: `sha256:${"ab".repeat(32)}` },
    environment: "staging",
    platform: "databricks",
    workspace: "https://adb-4711.7.azuredatabricks.net",
    run: { buildId: "20417", url: "https://dev.azure.com/contoso/weather/_build/results?buildId=20417" },
    startedOn: "2026-03-02T09:14:06.000Z",
    finishedOn: "2026-03-02T09:15:00.000Z",
  });
  return { ...record, ...changes };
}

/** A record that lasted from minute to minute, with results given as `name: outcome`. */
function recordOf(from: number, to: number, results: Record<string, "passed" | "failed">): StatusRecord {
  const time = (minute: number) => new Date(Date.UTC(2026, 2, 2, 9, minute)).toISOString();
  const cases = Object.entries(results).map(([name, outcome]) => ({
    name,
    className: "c",
    outcome,
    durationSeconds: 1,
  }));
  const { counts, results: list } = statusRecord({ name: "r", cases }, weatherRecord());
  return weatherRecord({ startedOn: time(from), finishedOn: time(to), counts, results: list });
}

const merged = (...records: StatusRecord[]) =>
  mergeBySubject(records)[0]!.results.map(({ name, outcome }) => `${name}: ${outcome}`);

describe("status record", () => {
  it("a status record has the fields of its golden file", () => {
    matchesGolden(`${JSON.stringify(weatherRecord(), null, 2)}\n`, "weather-status.json");
  });

  it("a status record is read back unchanged", () => {
    assert.deepEqual(parseStatusRecord(JSON.stringify(weatherRecord()), "record"), weatherRecord());
    const { artifact: _, environment: __, ...pullRequest } = weatherRecord();
    assert.deepEqual(parseStatusRecord(JSON.stringify(pullRequest), "record"), pullRequest);
  });

  it("a status record keeps who reported a test, its failed attempts and its marks", () => {
    const cases = [
      {
        ...{
          name: "rows",
          className: "c",
          outcome: "passed" as const,
          durationSeconds: 1,
          reportedBy: "load",
        },
        failedAttempts: [{ message: "too early" }],
        marks: { quarantined: true as const, owner: "Ada", tags: ["smoke"] },
      },
    ];
    const record = { ...weatherRecord(), ...statusRecord({ name: "r", cases }, weatherRecord()) };
    const [result] = parseStatusRecord(JSON.stringify(record), "record").results;
    assert.deepEqual(result, {
      ...{ name: "rows", outcome: "passed", durationSeconds: 1, reportedBy: "load" },
      ...{ failedAttempts: 1, quarantined: true, owner: "Ada", tags: ["smoke"] },
    });
  });

  describe("read back", () => {
    const refusals: [string, object | string][] = [
      ["it is not valid JSON", "<html>"],
      ["it is empty", "\n"],
      [
        "it has the key outcome twice in one object",
        JSON.stringify(weatherRecord()).replace(
          '"outcome":"failed"',
          '"outcome":"failed","outcome":"passed"',
        ),
      ],
      [
        "it has the key results twice in one object",
        JSON.stringify(weatherRecord()).replace('"results":', '"results":[],"results":'),
      ],
      [
        "results[0].durationSeconds is not a number of seconds",
        JSON.stringify(weatherRecord()).replace(/"durationSeconds":[\d.]+/, '"durationSeconds":1e999'),
      ],
      ["it is larger than 64 MB", " ".repeat(64 * 1024 * 1024 + 1)],
      ["it is not an object", "[]"],
      [
        'its schema is "notebook-ops/test-status/2" and not "notebook-ops/test-status/1"',
        { schema: "notebook-ops/test-status/2" },
      ],
      ["counts.failed differs from the results", { counts: { total: 6, passed: 3, failed: 0, skipped: 1 } }],
      ["counts.total differs from the results", { results: [] }],
      ["results is not a list", { results: {} }],
      [
        "results[0].outcome is not one of passed, failed, skipped",
        { results: [{ name: "a", outcome: "green", durationSeconds: 1 }] },
      ],
      [
        "results[0].durationSeconds is not a number of seconds",
        { results: [{ name: "a", outcome: "passed" }] },
      ],
      [
        "results[0].durationSeconds is not a number of seconds",
        { results: [{ name: "a", outcome: "passed", durationSeconds: -1 }] },
      ],
      ["it has no results[0].name", { results: [{ outcome: "passed", durationSeconds: 1 }] }],
      [
        "artifact.digest is not a SHA-256 digest",
        { artifact: { name: "a", version: "1", digest: "sha256:12" } },
      ],
      ...[0, 1.5, "2"].map((failedAttempts): [string, object] => [
        "results[0].failedAttempts is not a whole number above 0",
        { results: [{ name: "a", outcome: "passed", durationSeconds: 1, failedAttempts }] },
      ]),
      [
        "results[0].quarantined is not true or false",
        { results: [{ name: "a", outcome: "passed", durationSeconds: 1, quarantined: "yes" }] },
      ],
      [
        "results[0].tags is not a list of texts",
        { results: [{ name: "a", outcome: "passed", durationSeconds: 1, tags: [7] }] },
      ],
      [
        "it has no results[0].reportedBy",
        { results: [{ name: "a", outcome: "passed", durationSeconds: 1, reportedBy: "" }] },
      ],
      ["run is not an object", { run: 7 }],
      ["it has no run.buildId", { run: {} }],
      ["startedOn is not an ISO 8601 time", { startedOn: "yesterday" }],
      ["its finishedOn is before its startedOn", { finishedOn: "2026-03-02T09:14:05Z" }],
      ["platform is not one of databricks, fabric", { platform: "emr" }],
    ];
    for (const [refusal, changes] of refusals)
      it(`refuses a status record in one sentence: ${refusal}`, () => {
        const text =
          typeof changes === "string" ? changes : JSON.stringify({ ...weatherRecord(), ...changes });
        assert.throws(() => parseStatusRecord(text, "test status of build 20417"), {
          name: "ResultsError",
          message: `Could not read the test status of build 20417: ${refusal}; run the tests again with a task that attaches a whole record.`,
        });
      });
  });

  it("a status record may have an empty message and file, as one has that always writes all fields", () => {
    const result = { name: "a", outcome: "passed", durationSeconds: 1 };
    for (const nothing of ["", null]) {
      const record = {
        ...weatherRecord(),
        results: [{ ...result, file: nothing, message: nothing, runUrl: nothing }],
        counts: { total: 1, passed: 1, failed: 0, skipped: 0 },
      };
      assert.deepEqual(parseStatusRecord(JSON.stringify(record), "record").results, [result]);
    }
  });

  it("a status record loses unknown fields, and links that are not web addresses", () => {
    const [first] = weatherRecord().results;
    const text = JSON.stringify({
      ...weatherRecord({
        results: [{ ...first!, runUrl: "javascript:alert(1)" }],
        counts: { total: 1, passed: 1, failed: 0, skipped: 0 },
      }),
      run: { buildId: "1", url: "data:text/html,x" },
      approvedBy: "nobody",
    });
    const record = parseStatusRecord(text, "record");
    assert.deepEqual(record.run, { buildId: "1" });
    assert.equal("runUrl" in record.results[0]!, false);
    assert.equal("approvedBy" in record, false);
  });

  describe("merged with others", () => {
    it("a merged status record contains the results of all its records, with their counts and their time from first to last", () => {
      const record = mergeBySubject([recordOf(3, 5, { b: "failed" }), recordOf(0, 4, { a: "passed" })])[0]!;
      assert.deepEqual(record.counts, { total: 2, passed: 1, failed: 1, skipped: 0 });
      assert.equal(record.startedOn, "2026-03-02T09:00:00.000Z");
      assert.equal(record.finishedOn, "2026-03-02T09:05:00.000Z");
    });
    it("a merged status record contains the result of a rerun", () => {
      assert.deepEqual(
        merged(recordOf(0, 4, { a: "failed", b: "passed" }), recordOf(5, 6, { a: "passed" })),
        ["b: passed", "a: passed"],
      );
      assert.deepEqual(merged(recordOf(5, 6, { a: "failed" }), recordOf(0, 4, { a: "passed" })), [
        "a: failed",
      ]);
    });
    it("a merged status record keeps the failure of a run that overlaps one that passed", () => {
      assert.deepEqual(merged(recordOf(0, 4, { a: "failed" }), recordOf(1, 5, { a: "passed" })), [
        "a: failed",
        "a: passed",
      ]);
    });
    it("a merged status record keeps the failure of a run that began at the moment in which another one passed", () => {
      assert.deepEqual(merged(recordOf(4, 4, { a: "failed" }), recordOf(4, 4, { a: "passed" })), [
        "a: failed",
        "a: passed",
      ]);
    });
    it("a status record is not merged with a record about another subject", () => {
      const records = mergeBySubject([
        weatherRecord({ environment: "production", startedOn: "2026-03-02T09:14:07Z" }),
        weatherRecord({ startedOn: "2026-03-02T09:14:06Z" }),
      ]);
      assert.deepEqual(
        records.map(({ environment }) => environment),
        [weatherRecord().environment, "production"],
      );
      assert.deepEqual(mergeBySubject([]), []);
    });
  });
});
