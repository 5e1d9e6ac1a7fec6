import assert from "node:assert/strict";
import { readExitValue, readJUnitOfNotebook } from "../../../shared/results/exit-value.ts";
import { testRunOfNotebooks, withReportedCases } from "../../../shared/results/notebook-run.ts";

const notebook = { name: "notebooks/quality" };
const read = (exitValue: string | undefined) => readExitValue(exitValue, notebook);
const readObject = (value: unknown) => read(JSON.stringify(value));

/** The sentence that reading ends with. */
function problemOf(exitValue: string): string {
  const reading = read(exitValue);
  return reading.kind === "unreadable" ? reading.problem : assert.fail(`it was read as ${reading.kind}`);
}

function outcomes(exitValue: string) {
  const reading = read(exitValue);
  return reading.kind === "cases"
    ? reading.cases.map(({ name, outcome }) => `${name}: ${outcome}`)
    : reading.kind;
}

describe("exit value of a notebook", () => {
  it("reports test cases as JSON", () => {
    const reading = readObject({
      tests: [
        { name: "rows", outcome: "passed", durationSeconds: 1.5 },
        { name: "temperatures", outcome: "failed", message: "-90 is below -60", durationSeconds: 0 },
        { name: "gpu", outcome: "skipped", message: null },
      ],
    });
    const group = { className: "notebooks/quality", suite: ["notebooks/quality"] };
    assert.deepEqual(reading, {
      kind: "cases",
      cases: [
        { ...group, name: "rows", outcome: "passed", durationSeconds: 1.5 },
        {
          ...group,
          name: "temperatures",
          outcome: "failed",
          message: "-90 is below -60",
          durationSeconds: 0,
        },
        { ...group, name: "gpu", outcome: "skipped", durationSeconds: 0 },
      ],
    });
  });

  it("fails a case whose outcome is unknown or missing, and says so", () => {
    const reading = readObject({
      tests: [
        { name: "a", outcome: "PASSED" },
        { name: "b", message: "hm" },
        { name: "c", outcome: true },
      ],
    });
    assert.ok(reading.kind === "cases");
    assert.deepEqual(
      reading.cases.map(({ outcome, message }) => [outcome, message]),
      [
        ["failed", 'The outcome "PASSED" is none of passed, failed and skipped.'],
        ["failed", "hm The notebook gave no outcome."],
        ["failed", "The outcome true is none of passed, failed and skipped."],
      ],
    );
  });

  it("reports test cases as JUnit XML", () => {
    const xml =
      '<testsuite name="s"><testcase name="a"/><testcase name="b"><failure/></testcase></testsuite>';
    assert.deepEqual(outcomes(xml), ["a: passed", "b: failed"]);
    assert.deepEqual(outcomes(`\uFEFF <?xml version="1.0"?>${xml}`), ["a: passed", "b: failed"]);
  });

  it("asks for the download of a JUnit file that it names", () => {
    for (const path of ["/Volumes/main/tests/results.xml", "/Workspace/Shared/r.xml", "dbfs:/tmp/r.xml"])
      assert.deepEqual(readObject({ junit: path }), { kind: "download", path });
    const reading = readJUnitOfNotebook(
      '<testsuite name="s"><testcase name="a"/></testsuite>',
      notebook,
      "dbfs:/tmp/r.xml",
    );
    assert.deepEqual(reading.kind === "cases" && reading.cases[0]?.suite, ["notebooks/quality", "s"]);
  });

  it("is any text else", () => {
    for (const exitValue of [
      undefined,
      "",
      "ok",
      "{",
      "{}",
      "[]",
      "null",
      '{"rows": 3}',
      "<b>done</b>",
      "{'tests': 1}",
    ])
      assert.deepEqual(read(exitValue), { kind: "none" }, exitValue);
  });

  describe("that means tests but cannot be read", () => {
    const advice = ': exit with {"tests": [{"name", "outcome": "passed", "message", "durationSeconds"}]}.';
    const sentences: [string, string][] = [
      ['{"tests": "none"}', 'reports tests but has "tests" that are not a list'],
      ['{"tests": [{"outcome": "passed"}]}', 'reports tests but has tests[0] without a "name"'],
      [
        '{"tests": [{"name": "a", "outcome": "passed"}, 7]}',
        "reports tests but has tests[1] that is not an object",
      ],
      [
        '{"tests": [{"name": "a", "outcome": "passed", "durationSeconds": "3"}]}',
        'reports tests but has tests[0] whose "durationSeconds" is not a number of seconds',
      ],
      [
        '{"tests": [{"name": "a", "outcome": "passed", "message": {}}]}',
        'reports tests but has tests[0] whose "message" is not a text',
      ],
      [
        '{"junit": "results.xml"}',
        'reports tests but has a "junit" that is not the path of a file, such as "/Volumes/…/results.xml"',
      ],
    ];
    for (const [exitValue, problem] of sentences)
      it(problem, () =>
        assert.equal(problemOf(exitValue), `The exit value of notebooks/quality ${problem}${advice}`),
      );

    it("because the platform cut it off", () => {
      assert.match(problemOf('{"tests": [{"name": "a", "outc'), /reports tests but is not valid JSON \(/);
      assert.match(
        problemOf('<testsuite><testcase name="a"'),
        /^the exit value of notebooks\/quality, line 1: the file ends in the middle/,
      );
    });

    it("fails the notebook, though its run succeeded", () => {
      const succeeded = {
        ...notebook,
        outcome: "passed" as const,
        startedOn: new Date(0),
        durationSeconds: 1,
        cases: [],
      };
      const [testCase] = testRunOfNotebooks("run", [
        withReportedCases(succeeded, read('{"tests": 1}')),
      ]).cases;
      assert.equal(testCase?.outcome, "failed");
      assert.match(testCase?.message ?? "", /not a list/);
    });
  });
});
