import assert from "node:assert/strict";
import { toJUnit } from "../../../shared/results/junit.ts";
import { readJUnit } from "../../../shared/results/junit-reader.ts";
import type { CaseView, GroupView } from "../../../shared/results/report/case-view.ts";
import { exitValueChanges } from "../../../shared/results/report/exit-value-change.ts";
import { failuresFirst, foldCases, foldGroups, longestFirst } from "../../../shared/results/report/order.ts";
import { recordView } from "../../../shared/results/report/record-view.ts";
import { reportView } from "../../../shared/results/report/view.ts";
import { passRate, verdictText } from "../../../shared/results/report/words.ts";
import { detailsOf, resultsOfRecord } from "../../../shared/results/result-details.ts";
import { sumResults, sumsOf } from "../../../shared/results/result-sums.ts";
import { runOrigin } from "../../../shared/results/run-origin.ts";
import { statusRecord } from "../../../shared/results/status-record.ts";
import { parseStatusRecord } from "../../../shared/results/status-record-reader.ts";
import type { TestOutcome } from "../../../shared/results/test-outcome.ts";
import { resultsOfNotebooks } from "../../../shared/results/test-results.ts";
import { recordOf } from "./status-record-of.ts";
import { weatherRun } from "./weather-run.ts";

let count = 0;
function view(name: string, outcome: TestOutcome, more: Partial<CaseView> = {}): CaseView {
  return {
    id: `case-${++count}`,
    name,
    outcome,
    flaky: false,
    attempts: 0,
    quarantined: false,
    isPhase: false,
    durationSeconds: 1,
    failedAttempts: [],
    ...more,
  };
}

function group(title: string, cases: CaseView[]): GroupView {
  return { title, counts: { total: cases.length, passed: 0, failed: 0, skipped: 0 }, cases };
}

describe("the order of results", () => {
  it("the order of results is failures, quarantined failures, flaky, skipped, passed; else that of the run", () => {
    const cases = [
      view("passed", "passed"),
      view("skipped", "skipped"),
      view("flaky", "passed", { flaky: true }),
      view("quarantined", "failed", { quarantined: true }),
      view("failed 1", "failed"),
      view("failed 2", "failed"),
    ];
    const [first, second] = failuresFirst([group("passed only", [cases[0]!]), group("all", cases)]);
    assert.equal(second!.title, "passed only");
    assert.deepEqual(
      first!.cases.map(({ name }) => name),
      ["failed 1", "failed 2", "quarantined", "flaky", "skipped", "passed"],
    );
    const { shown, folded } = foldCases(first!.cases);
    assert.deepEqual([shown.length, folded.map(({ name }) => name)], [5, ["passed"]]);
  });

  it("the order of results by time is that of all groups together, with the group as the place", () => {
    const slow = view("slow", "passed", { durationSeconds: 9, place: "tests/a.py" });
    const shown = longestFirst([group("a", [view("quick", "failed")]), group("b", [slow])]);
    assert.deepEqual(
      shown.map(({ name, place }) => [name, place]),
      [
        ["slow", "b · tests/a.py"],
        ["quick", "a"],
      ],
    );
  });

  it("more than 20 groups in which all passed are folded together", () => {
    const passed = (count: number) =>
      Array.from({ length: count }, (_, at) => group(`${at}`, [view("a", "passed")]));
    const failed = group("failed", [view("b", "failed")]);
    assert.equal(foldGroups([failed, ...passed(20)]).folded.length, 0);
    const { shown, folded } = foldGroups([failed, ...passed(21)]);
    assert.deepEqual([shown.map(({ title }) => title), folded.length], [["failed"], 21]);
  });
});

describe("the verdict on results", () => {
  const of = (...outcomes: (TestOutcome | "flaky" | "quarantined")[]) =>
    outcomes.map((outcome) => ({
      outcome:
        { flaky: "passed" as const, quarantined: "failed" as const }[outcome as string] ??
        (outcome as TestOutcome),
      flaky: outcome === "flaky",
      quarantined: outcome === "quarantined",
    }));
  for (const [notebooks, tests, text] of [
    [
      of("failed", "failed", "failed", "passed"),
      of("failed", "passed"),
      "3 of 4 notebooks, 1 of 2 tests failed",
    ],
    [of("failed"), of("passed", "skipped"), "1 of 1 notebook failed, 1 test passed, 1 skipped"],
    [of("passed"), of("passed", "passed"), "1 notebook, 2 tests passed"],
    [of("passed", "flaky"), of("quarantined"), "2 notebooks passed, 1 flaky, 1 failed in quarantine"],
    [of("quarantined"), [], "Nothing that counts ran, 1 failed in quarantine"],
    [of("skipped"), of("skipped"), "1 notebook, 1 test skipped"],
    [[], of("failed", "passed"), "1 of 2 tests failed"],
    [[], [], "Nothing ran"],
  ] as const)
    it(`the verdict on results is "${text}"`, () =>
      assert.equal(verdictText(sumResults(notebooks, tests)), text));

  it("the pass rate is rounded down, and leaves out what was skipped or is quarantined", () => {
    const many = of(
      ...Array.from({ length: 2999 }, () => "passed" as const),
      "failed",
      "skipped",
      "quarantined",
    );
    assert.equal(
      passRate(sumResults(of("passed", "quarantined"), many)),
      "100 % of notebooks, 99.9 % of tests",
    );
    assert.equal(passRate(sumResults(of("skipped"), [])), undefined);
  });

  it("the verdict on results is the same for a run and for its record", () => {
    const words = [
      sumsOf(weatherRun()),
      reportView(weatherRun()).sums,
      recordView(recordOf(), "a-").sums,
    ].map(verdictText);
    assert.deepEqual([...new Set(words)], ["1 of 3 notebooks, 1 of 3 tests failed, 1 skipped"]);
  });
});

describe("an exit value compared with another", () => {
  for (const [before, after, changes] of [
    ['{"rows": 1461, "a": [1]}', '{"rows": 1502, "a": [1]}', ["rows: 1461 → 1502"]],
    ['{"a": 1}', '{"b": "x"}', ["a: 1 → not there", 'b: not there → "x"']],
    ['{"a": 1}', "[1]", undefined],
    ["ok", "failed", undefined],
    [
      "{}",
      JSON.stringify(Object.fromEntries(Array.from({ length: 13 }, (_, at) => [`k${at}`, at]))),
      undefined,
    ],
  ] as const)
    it(`an exit value of ${before} compared with ${after.slice(0, 30)}`, () =>
      assert.deepEqual(exitValueChanges(before, after), changes));
});

describe("an exit value in a status record", () => {
  const [etl] = weatherRun().notebooks!;
  const recorded = (exitValue: string, cases = etl!.cases) => {
    const { startedOn, finishedOn, platform, workspace, run } = recordOf();
    return statusRecord(resultsOfNotebooks("r", [{ ...etl!, exitValue, cases }]), {
      startedOn,
      finishedOn,
      platform,
      workspace,
      run,
    });
  };

  it("an exit value in a status record is in one line, and at most 1,000 characters long", () => {
    const { exitValue } = recorded(`a\n${"b".repeat(5_000)}`).results[0]!;
    assert.match(exitValue!, /^a b+…$/);
    assert.equal(exitValue!.length, 1_000);
  });

  it("an exit value in a status record is left out if it is blank, so that the record can be read, or reports tests", () => {
    const blank = recorded(" \u200b\n");
    assert.equal(blank.results[0]!.exitValue, undefined);
    parseStatusRecord(JSON.stringify(blank), "r");
    const [test] = weatherRun().notebooks![1]!.cases;
    assert.equal(recorded('{"tests": []}', [test!]).results[0]!.exitValue, undefined);
    assert.equal(recorded("x").results[0]!.exitValue, "x");
  });
});

describe("the details of a record's results", () => {
  const junit = () => readJUnit(toJUnit(weatherRun()), { file: "f" });

  it("the details of a record's results are found in the JUnit file of their step", () => {
    const record = recordOf();
    const details = detailsOf(record, junit());
    const [etl, quality] = record.results;
    assert.deepEqual(details.get(etl!), { exitValue: '{"rows": 1461}' });
    const { failingCell, trace } = weatherRun().notebooks![1]!;
    assert.deepEqual(details.get(quality!), { failingCell, trace });
  });

  it("the details of a record's results are not used if outcome or file differ", () => {
    const record = recordOf();
    const run = junit();
    run.cases[0]!.outcome = "failed";
    run.cases.find(({ failingCell }) => failingCell)!.file = "another.py";
    const details = detailsOf(record, run);
    assert.equal(details.get(record.results[0]!), undefined);
    assert.equal(details.get(record.results[1]!), undefined);
  });

  it("the details of a record's results make the same JUnit cases again", () => {
    const record = recordOf();
    const again = readJUnit(toJUnit(resultsOfRecord(record, detailsOf(record, junit()))), { file: "f" });
    const essence = ({ cases }: ReturnType<typeof junit>) =>
      cases.map(({ name, outcome, message, trace, failingCell, output }) => ({
        name,
        outcome,
        message,
        trace,
        failingCell,
        output,
      }));
    assert.deepEqual(essence(again), essence(junit()));
  });

  it("the details of a record's results keep a failing cell with empty lines and indentation", () => {
    const [, quality] = weatherRun().notebooks!;
    for (const source of ["a\n\nb", "  indented\n    more", "one"]) {
      const failingCell = { number: 12, language: "sql", source };
      for (const trace of ["Traceback\n    line", undefined]) {
        const { trace: _, ...rest } = quality!;
        const run = resultsOfNotebooks("r", [
          { ...rest, failingCell, ...(trace ? { trace } : {}), cases: [] },
        ]);
        const [read] = readJUnit(toJUnit(run), { file: "f" }).cases;
        assert.deepEqual([read!.failingCell, read!.trace], [failingCell, trace]);
      }
    }
  });
});

describe("what a run was made of", () => {
  it("what a run was made of has the branch without its prefix, and who began it and why", () => {
    assert.deepEqual(
      runOrigin({
        sourceBranch: "refs/heads/main",
        sourceVersion: "abc",
        requestedFor: "Ada",
        reason: "IndividualCI",
      }),
      { branch: "main", commit: "abc", startedBy: "Ada (a push)" },
    );
    assert.deepEqual(runOrigin({ sourceBranch: "refs/pull/7/merge", reason: "schedule", number: "1" }), {
      number: "1",
      branch: "pull/7/merge",
      startedBy: "a schedule",
    });
    assert.deepEqual(runOrigin({ requestedFor: "Ada", reason: "manual" }), { startedBy: "Ada" });
  });
});
