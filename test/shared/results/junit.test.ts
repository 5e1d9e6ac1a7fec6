import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { toJUnit } from "../../../shared/results/junit.ts";
import { readJUnit } from "../../../shared/results/junit-reader.ts";
import type { TestCase } from "../../../shared/results/test-case.ts";
import type { TestResults } from "../../../shared/results/test-results.ts";
import { walkXml } from "../../../shared/results/xml-source.ts";
import { hostileMarkup } from "../../fixtures/hostile-markup.ts";
import { matchesGolden } from "./golden.ts";
import { weatherRun } from "./weather-run.ts";

const fixtures = path.join(import.meta.dirname, "fixtures");
const read = (xml: string) => readJUnit(xml, { file: "results.xml" });

function writtenAndRead(testCase: Partial<TestCase>): TestCase {
  const whole: TestCase = { name: "a", className: "c", outcome: "passed", durationSeconds: 1, ...testCase };
  return read(toJUnit({ name: "run", cases: [whole] })).cases[0]!;
}

describe("JUnit writer", () => {
  it("the JUnit writer writes notebooks and their cases as in its golden file", () => {
    matchesGolden(toJUnit(weatherRun()), "weather-run.xml");
  });

  it("the JUnit writer writes the results of every producer so that they are read back unchanged", () => {
    for (const file of readdirSync(fixtures)) {
      const run = readJUnit(readFileSync(path.join(fixtures, file)), { file });
      const again = read(toJUnit(run));
      const outcomes = ({ cases }: TestResults) =>
        cases.map(({ name, className, outcome, message, trace }) => ({
          name,
          className,
          outcome,
          message,
          trace,
        }));
      // Its cases are grouped by suite, which may change their order.
      const sorted = (run: TestResults) =>
        outcomes(run)
          .map((one) => JSON.stringify(one))
          .sort();
      if (file !== "nested-suites.xml") assert.deepEqual(sorted(again), sorted(run), file);
      assert.equal(again.cases.length, run.cases.length);
    }
  });

  it("the JUnit writer writes any text so that it neither ends its element nor adds one", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), (name, trace) => {
        const run = {
          name,
          cases: [
            {
              name: `n${name}`,
              className: name,
              outcome: "failed",
              durationSeconds: 0,
              message: name,
              trace,
            },
          ],
        };
        const { cases } = read(toJUnit(run as TestResults));
        assert.equal(cases.length, 1);
        assert.equal(cases[0]!.outcome, "failed");
      }),
    );
  });

  it("the JUnit writer writes the link to the run as a property, and below the trace for the Tests tab", () => {
    const url = "https://adb-1.azuredatabricks.net/#job/1/run/2";
    const testCase: TestCase = {
      name: "a",
      className: "c",
      outcome: "failed",
      durationSeconds: 1,
      trace: "Traceback",
      url,
    };
    assert.match(
      toJUnit({ name: "run", cases: [testCase] }),
      /Traceback\n\nRun: https:\/\/adb-1[^<]+<\/failure>/,
    );
    assert.deepEqual(read(toJUnit({ name: "run", cases: [testCase] })).cases[0], {
      ...testCase,
      suite: ["run"],
      message: "Traceback",
    });
  });

  /** Anything that a reader could take for the opening of an attachment, whatever it skips and however it compares. */
  const opening = (text: string) =>
    /\[\[attachment/i.test(text.replace(/[\s\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}]/gu, ""));
  const everywhere = (text: string): TestResults => ({
    name: text,
    cases: (["passed", "failed", "skipped"] as const).map((outcome) => ({
      name: text,
      className: text,
      suite: [text, text],
      file: text,
      outcome,
      durationSeconds: 1,
      message: text,
      trace: text,
      failingCell: { number: 1, language: text, source: text },
      output: text,
      url: text,
      failedAttempts: [{ message: text, trace: text }],
      properties: { [text]: text },
    })),
    suiteOutputs: [{ suite: [text], output: text }],
  });

  for (const { name, text } of hostileMarkup)
    it(`the JUnit writer writes no attachment marker for ${name}`, () => {
      const written = toJUnit(everywhere(text));
      assert.equal(opening(written), false);
      assert.equal(opening(toJUnit(read(written))), false);
    });

  it("the JUnit writer writes no attachment marker for any sequence of marker parts", () => {
    const piece = fc.constantFrom(
      ...[
        "[",
        "[[",
        "ATTACHMENT",
        "attach",
        "ment",
        "|",
        "]]",
        " ",
        "\n",
        "\u200B",
        "\u200D",
        "\u034F",
        "\u0000",
        "\u001b[m",
        "(",
      ],
      ...["&#91;", "<![CDATA[", "]]>", "a"],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const written = toJUnit(everywhere(pieces.join("")));
        walkXml(written, "results.xml", {
          open: (_, attributes) => assert.equal(Object.entries(attributes).flat().some(opening), false),
          text: (part) => assert.equal(opening(part), false),
          close: () => {},
        });
      }),
    );
  });

  it("the JUnit writer removes colours from a traceback, and characters that XML cannot contain", () => {
    const trace = "\u001b[0;31mAssertionError\u001b[0m\u0000: -90 \uD800\uFFFF";
    const junit = toJUnit({
      name: "run",
      cases: [{ name: "a", className: "c", outcome: "failed", durationSeconds: 1, message: "m", trace }],
    });
    assert.match(junit, /<failure message="m">AssertionError: -90 \uFFFD<\/failure>/);
  });

  it("the JUnit writer writes earlier attempts of a test", () => {
    const failedAttempts = [{ message: "too early", trace: "line 1\nline 2" }];
    assert.deepEqual(writtenAndRead({ failedAttempts }).failedAttempts, failedAttempts);
    assert.equal(writtenAndRead({ failedAttempts }).outcome, "passed");
  });
});
