import assert from "node:assert/strict";
import { readJUnit } from "../../../shared/results/junit-reader.ts";

function read(content: string | Uint8Array) {
  return readJUnit(content, { file: "results.xml" });
}

describe("JUnit reader and the outcome of a case", () => {
  const outcomeOf = (attributes: string, inner = "") => {
    const [testCase] = read(
      `<testsuite><testcase name="a" ${attributes}>${inner}</testcase></testsuite>`,
    ).cases;
    return [testCase!.outcome, testCase!.message] as const;
  };
  const known: [outcome: string, ...attributes: string[]][] = [
    [
      "passed",
      "",
      'status=""',
      'status="passed"',
      'status="PASSED"',
      'result="pass"',
      'status="run"',
      'status="run" result="completed"',
    ],
    ["passed", 'executed="True" result="Success" success="True"', 'outcome="OK"', 'Status="Run"'],
    [
      "skipped",
      'status="notrun"',
      'status="notrun" result="suppressed"',
      'status="run" result="skipped"',
      'status="not_run"',
    ],
    [
      "skipped",
      'status="disabled"',
      'executed="False" result="Ignored"',
      'status="pending"',
      'result="filtered"',
    ],
    [
      "failed",
      'status="fail"',
      'status="FAILED"',
      'result="Error"',
      'status="run" result="failure"',
      'status="passed" result="failed"',
    ],
  ];

  for (const [outcome, ...all] of known)
    for (const attributes of all)
      it(`reads a case with ${attributes || "no attributes"} as ${outcome}`, () =>
        assert.equal(outcomeOf(attributes)[0], outcome));

  for (const attributes of [
    ...[
      "timeout",
      "aborted",
      "crashed",
      "interrupted",
      "cancelled",
      "unknown",
      "passed?",
      "no",
      "1",
      "__proto__",
      "constructor",
    ].map((word) => `status="${word}"`),
    'status="run" result="timeout"',
    'RESULT="aborted"',
    'outcome="timeout"',
    'x:status="timeout"',
  ])
    it(`reads a case with ${attributes} as failed, and says why`, () => {
      const [outcome, message] = outcomeOf(attributes);
      assert.equal(outcome, "failed");
      assert.match(message!, /^The results give [a-z]+="[^"]+", which is not a known success\.$/);
    });

  for (const attributes of ['success="False"', 'passed="false"', 'success="0"'])
    it(`reads a case with ${attributes} as failed`, () => assert.equal(outcomeOf(attributes)[0], "failed"));

  for (const element of ["failure", "FAILURE", "Error", "ns:failure", "NS:Error"])
    it(`reads a case with the element ${element} as failed, with its message`, () =>
      assert.deepEqual(outcomeOf("", `<${element} message="2 days">trace</${element}>`), [
        "failed",
        "2 days",
      ]));

  for (const element of [
    "timeout",
    "aborted",
    "crash",
    "Timeout",
    "ns:crash",
    "warning",
    "a:b:failure",
    "fail",
    "constructor",
  ])
    it(`reads a case with the unknown element ${element} as failed, and says so`, () =>
      assert.deepEqual(outcomeOf("", `<${element} message="after 5 s"/>`), [
        "failed",
        `The results contain the unknown element <${element}>, which may mean a failure: after 5 s`,
      ]));

  it("reads a case with describing elements as passed", () => {
    const inner = `<properties><property name="a" value="b"><![CDATA[c]]></property></properties><system-out>d</system-out><traits/>`;
    assert.deepEqual(outcomeOf("", inner), ["passed", undefined]);
  });

  for (const [what, xml] of Object.entries({
    "an unknown element of the suite": "<testsuite name='s'><crash/><testcase name='a'/></testsuite>",
    "the suite's own status": "<testsuite name='s' status='aborted'><testcase name='a'/></testsuite>",
    "a failure of the whole run":
      "<testsuites><error/><testsuite name='s'><testcase name='a'/></testsuite></testsuites>",
  }))
    it(`adds a failed case for ${what}`, () =>
      assert.equal(read(xml).cases.filter(({ outcome }) => outcome === "failed").length, 1));
});
