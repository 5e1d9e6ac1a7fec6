import assert from "node:assert/strict";
import { parseStringPromise } from "xml2js";
import { toJUnit } from "../../../shared/results/junit.ts";

const startedOn = new Date("2026-11-21T00:22:00Z");

describe("JUnit file", () => {
  it("holds a case for each notebook, with message, trace, output and link", async () => {
    const xml = await parseStringPromise(
      toJUnit({
        name: "notebooks",
        startedOn,
        cases: [
          {
            name: "etl",
            className: "a",
            outcome: "passed",
            durationSeconds: 1.5,
            output: "ok",
            url: "https://x/1",
          },
          {
            name: "checks",
            className: "a",
            outcome: "failed",
            durationSeconds: 0,
            message: "it broke",
            trace: "line 1",
          },
          { name: "late", className: "a", outcome: "skipped", durationSeconds: 0, message: "cancelled" },
        ],
      }),
    );
    const [suite] = xml.testsuites.testsuite;
    assert.deepEqual(suite.$, {
      name: "notebooks",
      tests: "3",
      failures: "1",
      errors: "0",
      skipped: "1",
      time: "1.500",
      timestamp: "2026-11-21T00:22:00",
    });
    const [etl, checks, late] = suite.testcase;
    assert.equal(etl["system-out"][0], "ok");
    assert.equal(etl.properties[0].property[0].$.value, "https://x/1");
    assert.deepEqual(checks.failure[0], { _: "line 1", $: { message: "it broke" } });
    assert.equal(late.skipped[0].$.message, "cancelled");
  });

  it("stays XML whatever a notebook says", async () => {
    const text = `<b>&amp; "quoted" ]]> \u0000\u001b[31m\ud800 ü 😀\n\t`;
    const xml = await parseStringPromise(
      toJUnit({
        name: text,
        startedOn,
        cases: [
          { name: text, className: "", outcome: "failed", durationSeconds: 0, message: text, trace: text },
        ],
      }),
    );
    const [testCase] = xml.testsuites.testsuite[0].testcase;
    const legal = '<b>&amp; "quoted" ]]> \uFFFD\uFFFD[31m\uFFFD ü 😀\n\t';
    assert.equal(testCase.$.name, legal);
    assert.equal(testCase.failure[0].$.message, legal);
    assert.equal(testCase.failure[0]._, legal);
  });
});
