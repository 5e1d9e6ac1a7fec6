import assert from "node:assert/strict";
import { readExitValue, readJUnitOfNotebook } from "../../../shared/results/exit-value.ts";

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
  it("an exit value reports test cases as JSON", () => {
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

  it("an exit value fails a case whose outcome is unknown or missing, and says so", () => {
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
        ["failed", 'The outcome "PASSED" is not passed, failed or skipped.'],
        ["failed", "hm The notebook gave no outcome."],
        ["failed", "The outcome true is not passed, failed or skipped."],
      ],
    );
  });

  it("an exit value reports test cases as JUnit XML", () => {
    const xml =
      '<testsuite name="s"><testcase name="a"/><testcase name="b"><failure/></testcase></testsuite>';
    assert.deepEqual(outcomes(xml), ["a: passed", "b: failed"]);
    assert.deepEqual(outcomes(`\uFEFF <?xml version="1.0"?>${xml}`), ["a: passed", "b: failed"]);
  });

  for (const [start, what] of [
    ["<!-- made by a tool -->\n", "a comment"],
    ["<?xml-stylesheet href='a.xsl'?>", "an instruction"],
    ["\uFEFF", "a byte order mark"],
    [" \n\t", "white space"],
    ['<?xml version="1.0"?><!-- a --><?b c?>\n', "all of them"],
  ] as const)
    it(`an exit value reports test cases as JUnit XML that begins with ${what}`, () =>
      assert.deepEqual(outcomes(`${start}<testsuite><testcase name="a"><failure/></testcase></testsuite>`), [
        "a: failed",
      ]));

  it("an exit value reports test cases as JUnit XML with a namespace, in any case", () => {
    const xml =
      '<ns:TestSuites xmlns:ns="urn:x"><ns:TestSuite><ns:TestCase name="a"><ns:Failure/></ns:TestCase></ns:TestSuite></ns:TestSuites>';
    assert.deepEqual(outcomes(xml), ["a: failed"]);
  });

  it("an exit value reports two tests of the same name", () => {
    const tests = ["passed", "failed"].map((outcome) => ({ name: "a", outcome }));
    assert.deepEqual(outcomes(JSON.stringify({ tests })), ["a: passed", "a: failed"]);
  });

  it("an exit value fails a case whose outcome is nested deeper than the stack", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    assert.deepEqual(outcomes(`{"tests": [{"name": "a", "outcome": ${deep}}]}`), ["a: failed"]);
  });

  it("an exit value names a JUnit file to download", () => {
    for (const path of ["/Volumes/main/tests/results.xml", "/Workspace/Shared/r.xml", "dbfs:/tmp/r.xml"])
      assert.deepEqual(readObject({ junit: path }), { kind: "download", path });
    const reading = readJUnitOfNotebook(
      '<testsuite name="s"><testcase name="a"/></testsuite>',
      notebook,
      "dbfs:/tmp/r.xml",
    );
    assert.deepEqual(reading.kind === "cases" && reading.cases[0]?.suite, ["notebooks/quality", "s"]);
  });

  it("an exit value reports no tests if it is any other text", () => {
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
      "<!DOCTYPE html><p>done</p>",
      '{"Tests": 12, "rows": {"tests": [1]}, "a": "\\"tests\\": ["}',
      '{"rows": 3, "names": ["tests", "junit"',
      '{"rows": {"tests": [1]}, "a',
      '{"a": 1, "a": 2}',
      "[".repeat(100_000),
    ])
      assert.deepEqual(read(exitValue), { kind: "none" }, exitValue);
  });

  describe("that means tests but cannot be read", () => {
    const advice = '; exit with {"tests": [{"name", "outcome": "passed", "message", "durationSeconds"}]}.';
    const sentences: [string, string][] = [
      ['{"tests": "none"}', 'its "tests" are not a list'],
      ['{"tests": [{"outcome": "passed"}]}', 'tests[0] has no "name"'],
      ['{"tests": [{"name": "a", "outcome": "passed"}, 7]}', "tests[1] is not an object"],
      [
        '{"tests": [{"name": "a", "outcome": "passed", "durationSeconds": "3"}]}',
        'the "durationSeconds" of tests[0] is not a number of seconds',
      ],
      [
        '{"tests": [{"name": "a", "outcome": "passed", "message": {}}]}',
        'the "message" of tests[0] is not a text',
      ],
      [
        '{"junit": "out/results.xml"}',
        'its "junit" is not the path of a file, such as "/Volumes/…/results.xml"',
      ],
    ];
    for (const [exitValue, problem] of sentences)
      it(`fails the notebook if its exit value is wrong: ${problem}`, () =>
        assert.equal(
          problemOf(exitValue),
          `Could not read the tests in the exit value of notebooks/quality: ${problem}${advice}`,
        ));

    const meant: [what: string, exitValue: string, problem: RegExp][] = [
      [
        "that are cut off after another key",
        '{"rows": 3, "tests": [{"name": "a", "outc',
        /is not valid JSON/,
      ],
      ["by a file name that is cut off after another key", '{"rows": 3, "junit": "/Vol', /is not valid JSON/],
      ["that are cut off after a nested object", '{"a": {"b": ["}"]}, "tests" : [', /is not valid JSON/],
      [
        "that are cut off after a text with a quote",
        '{"a": "\\"", "tests": [{"name": "a", "outc',
        /is not valid JSON/,
      ],
      ["with an escaped key that are cut off", '{"rows": 3, "te\\u0073ts": [', /is not valid JSON/],
      ["followed by something else", '{"rows": 3, "tests": []} done', /is not valid JSON/],
      ["in a second object", '{"rows": 3}\n{"tests": []}', /is not valid JSON/],
      [
        "as Python writes a dictionary",
        "{'rows': 3, 'tests': [{'name': 'a', 'outcome': 'failed'}]}",
        /is not valid JSON/,
      ],
      [
        "with a time that is not a number",
        '{"tests": [{"name": "a", "outcome": "passed", "durationSeconds": NaN}]}',
        /is not valid JSON/,
      ],
      [
        "with an infinite time",
        '{"tests": [{"name": "a", "outcome": "passed", "durationSeconds": 1e999}]}',
        /"durationSeconds" of tests\[0\] is not a number/,
      ],
      ["that are nested too deeply", `{"tests": ${"[".repeat(100_000)}`, /is not valid JSON/],
      [
        "with two lists",
        '{"tests": [{"name": "a", "outcome": "failed"}], "tests": []}',
        /has the key "tests" twice in one object/,
      ],
      [
        "with two outcomes",
        '{"tests": [{"name": "a", "outcome": "failed", "outcome": "passed"}]}',
        /has the key "outcome" twice/,
      ],
      ["with a list and a file", '{"tests": [], "junit": "/Volumes/r.xml"}', /has both "tests" and "junit"/],
      [
        "with a key in upper case",
        '{"Tests": [{"name": "a", "outcome": "failed"}]}',
        /has the unknown key "Tests"; did you mean "tests"\?$/,
      ],
      [
        "as JUnit XML in quotes",
        JSON.stringify('<testsuite><testcase name="a"/></testsuite>'),
        /it is not valid XML/,
      ],
      [
        "as JUnit XML after words",
        'Results: <testsuite><testcase name="a"/></testsuite>',
        /it is not valid XML/,
      ],
      [
        "as JUnit XML in another root element",
        '<results><testsuite><testcase name="a"/></testsuite></results>',
        /the root element is <results>/,
      ],
      [
        "as JUnit XML with a document type",
        '<!DOCTYPE testsuites SYSTEM "junit.dtd"><testsuites/>',
        /document type \(DOCTYPE\) is refused/,
      ],
      [
        "as JUnit XML that is cut off in a comment",
        "<!-- made by",
        /ends in the middle of its XML|not valid XML/,
      ],
      [
        "as JUnit XML that is cut off after its comment",
        "<!-- made by a tool -->\n",
        /is not valid XML|ends in the middle|has no element/,
      ],
    ];
    for (const [what, exitValue, problem] of meant)
      it(`fails the notebook if its exit value reports tests ${what}`, () =>
        assert.match(problemOf(exitValue), problem));

    it("fails the notebook if the platform kept only the beginning of a JSON object as its exit value", () => {
      const reading = readExitValue('{"rows": [1, 2', notebook, { truncated: true });
      assert.match(
        reading.kind === "unreadable" ? reading.problem : "",
        /was cut off and may have reported tests; exit with a shorter value/,
      );
      assert.deepEqual(readExitValue("1, 2", notebook, { truncated: true }), { kind: "none" });
    });

    it("fails the notebook and says so if the platform cut off the tests in its exit value", () => {
      assert.match(
        problemOf('{"tests": [{"name": "a", "outc'),
        /^Could not read the tests in the exit value of notebooks\/quality: it is not valid JSON \(/,
      );
      assert.match(
        problemOf('<testsuite><testcase name="a"'),
        /^Could not read the exit value of notebooks\/quality, line 1: the file ends in the middle/,
      );
    });
  });
});
