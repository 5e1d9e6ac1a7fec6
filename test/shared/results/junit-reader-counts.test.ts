import assert from "node:assert/strict";
import { readJUnit } from "../../../shared/results/junit-reader.ts";

function read(content: string | Uint8Array) {
  return readJUnit(content, { file: "results.xml" });
}

describe("JUnit reader and the counts of a suite", () => {
  /** The messages of the cases that were added for a suite or for the run. */
  const problems = (xml: string) =>
    read(xml)
      .cases.filter(({ name }) => name.endsWith(" itself"))
      .map(({ outcome, message }) => `${outcome}: ${message?.replace(/; run the tests again.*$/, "")}`);
  const suite = (attributes: string, inner: string) =>
    `<testsuite name="s" ${attributes}>${inner}</testsuite>`;
  const one = '<testcase name="a"/>';

  it("the JUnit reader accepts a suite that lists as many tests as it counts, or more", () => {
    for (const xml of [
      suite('tests="1" failures="0" errors="0"', one),
      suite('tests=""', one),
      suite('tests="0"', one),
      suite('tests="1" failures="1"', '<testcase name="a"><failure/></testcase>'),
      suite('tests="1" failures="1" errors="1"', '<testcase name="a"><failure/><error/></testcase>'),
      suite('tests="1" failures="1"', '<testcase name="a" status="failed"/>'),
      suite('tests="1" failures="1"', '<testcase name="a"><flakyFailure/></testcase>'),
      suite('tests="2"', suite('tests="2"', one + one)),
      suite('tests="3" skipped="2"', one),
      `<testsuites tests="3" skipped="2">${suite('tests="2"', one)}${suite('tests="1"', "")}</testsuites>`,
    ])
      assert.deepEqual(problems(xml), [], xml);
  });
  const wrong: [what: string, xml: string, ...expected: string[]][] = [
    [
      "fails a suite that lists fewer tests",
      suite('tests="3"', one),
      "failed: Could not read all results of results.xml: the suite s counts 3 tests but lists 1",
    ],
    [
      "fails a run that lists fewer tests",
      `<testsuites tests="3">${suite("", one)}</testsuites>`,
      "failed: Could not read all results of results.xml: the run counts 3 tests but lists 1",
    ],
    [
      "fails a nested suite that lists fewer tests, with one message",
      `<testsuites tests="3">${suite('tests="3"', suite('tests="3"', one))}</testsuites>`,
      "failed: Could not read all results of results.xml: the suite s counts 3 tests but lists 1",
    ],
    [
      "does not count the failure of a suite itself as one of its tests",
      suite('tests="1" errors="1"', '<error message="set-up"/>'),
      "failed: set-up",
      "failed: Could not read all results of results.xml: the suite s counts 1 test but lists 0",
    ],
    [
      "fails a suite that shows fewer failures",
      suite(
        'tests="2" failures="1" errors="1"',
        '<testcase name="a"><failure/></testcase><testcase name="b"/>',
      ),
      "failed: Could not read all results of results.xml: the suite s counts 2 failures but lists 1",
    ],
    [
      "fails a suite of which more are missing than were skipped",
      suite('tests="3" skipped="1"', one),
      "failed: Could not read all results of results.xml: the suite s counts 3 tests but lists 1",
    ],
    [
      "fails a suite if more are missing in all of them than were skipped",
      `<testsuites skipped="1">${suite('tests="2"', one)}<testsuite name="t" tests="2">${one}</testsuite></testsuites>`,
      "failed: Could not read all results of results.xml: the suite t counts 2 tests but lists 1",
    ],
    [
      "fails a nested suite that shows fewer failures, with one message",
      `<testsuites failures="1">${suite('failures="1"', suite('failures="1"', one))}</testsuites>`,
      "failed: Could not read all results of results.xml: the suite s counts 1 failure but lists 0",
    ],
    [
      "fails a suite whose skipped tests are listed and others are not",
      suite('tests="3" skipped="1"', `${one}<testcase name="b"><skipped/></testcase>`),
      "failed: Could not read all results of results.xml: the suite s counts 3 tests but lists 2",
    ],
    [
      "fails a suite whose counts are not numbers",
      suite('tests="many" failures="-1" errors="1e3"', one),
      'failed: Could not read all results of results.xml: the suite s counts tests="many", which is not a number',
      'failed: Could not read all results of results.xml: the suite s counts failures="-1", which is not a number',
      'failed: Could not read all results of results.xml: the suite s counts errors="1e3", which is not a number',
    ],
    [
      "fails a run of pytest that lists no test",
      `<testsuites name="pytest tests"><testsuite name="pytest" tests="3" hostname="h" timestamp="2026-03-02T09:14:00"></testsuite></testsuites>`,
      "failed: Could not read all results of results.xml: the suite pytest counts 1 test but lists 0",
    ],
  ];

  for (const [what, xml, ...expected] of wrong)
    it(`the JUnit reader ${what}`, () => assert.deepEqual(problems(xml), expected));
});
