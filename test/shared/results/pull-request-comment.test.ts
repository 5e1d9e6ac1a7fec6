import assert from "node:assert/strict";
import { pullRequestComment } from "../../../shared/results/pull-request-comment.ts";
import { summaryMarkdown } from "../../../shared/results/summary.ts";
import type { TestCase } from "../../../shared/results/test-case.ts";
import { resultsOfNotebooks } from "../../../shared/results/test-results.ts";
import { weatherRun } from "./weather-run.ts";

/** The headings of the failures that the comment explains. */
const explained = (comment: string) => [...comment.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);

describe("the comment on a pull request", () => {
  it("the comment on a pull request explains a failed notebook by its traceback, and each of its failed tests", () => {
    assert.deepEqual(explained(pullRequestComment(weatherRun(), [])), [
      "`notebooks/weather-quality`",
      "`notebooks/weather-quality / minimum is below maximum`",
    ]);
  });

  it("the comment on a pull request explains a notebook that failed because of its tests by these tests only", () => {
    const [, { trace: _, ...quality }] = weatherRun().notebooks! as [unknown, { trace?: string }];
    const run = resultsOfNotebooks("weather", [quality as never]);
    assert.deepEqual(explained(pullRequestComment(run, [])), [
      "`notebooks/weather-quality / minimum is below maximum`",
    ]);
  });

  it("the comment on a pull request explains a notebook that failed without a traceback, also beside failed tests", () => {
    const [, { trace: _, ...quality }] = weatherRun().notebooks! as [unknown, { trace?: string }];
    const silent = { ...quality, name: "silent", message: "it ended without an exit value", cases: [] };
    const comment = pullRequestComment(resultsOfNotebooks("weather", [quality, silent] as never), []);
    assert.deepEqual(explained(comment), [
      "`notebooks/weather-quality / minimum is below maximum`",
      "`notebooks/silent`",
    ]);
    assert.match(comment, /^`it ended without an exit value`$/m);
  });

  const failures = (count: number) =>
    Array.from(
      { length: count },
      (_, index): TestCase => ({
        name: `test ${index + 1}`,
        className: "",
        outcome: "failed",
        durationSeconds: 1,
      }),
    );

  it("the comment on a pull request explains the first three failures, and says how many more there are", () => {
    const three = pullRequestComment({ name: "weather", cases: failures(3) }, []);
    assert.deepEqual(explained(three), ["`test 1`", "`test 2`", "`test 3`"]);
    assert.doesNotMatch(three, /more failures/);
    const five = pullRequestComment({ name: "weather", cases: failures(5) }, []);
    assert.deepEqual(explained(five), ["`test 1`", "`test 2`", "`test 3`"]);
    assert.match(five, /\n\n… and 2 more failures on the page of the run\./);
  });

  it("the comment on a pull request has one empty line between its paragraphs", () => {
    assert.doesNotMatch(pullRequestComment(weatherRun(), []), /\n{3}|\n$/);
    assert.doesNotMatch(pullRequestComment({ name: "weather", cases: [] }, []), /\n/);
  });

  it("the comment on a pull request has the links that are web addresses", () => {
    const links = [
      { words: "Run", url: "https://dev.azure.com/contoso/run" },
      { words: "Script", url: "javascript:alert(1)" },
      { words: "Tests", url: "https://dev.azure.com/contoso/tests" },
    ];
    assert.match(
      pullRequestComment(weatherRun(), links),
      /\n\n\[Run\]\(https:\/\/dev\.azure\.com\/contoso\/run\) · \[Tests\]\(https:\/\/dev\.azure\.com\/contoso\/tests\)\n\n/,
    );
  });

  it("the comment on a pull request says the same as the summary, in the same order", () => {
    const links = [{ words: "Run", url: "https://dev.azure.com/contoso/run" }];
    const origin = {
      number: "20260302.4",
      branch: "main",
      commit: "1f0c9e2a77aa",
      startedBy: "Ada (a push)",
    };
    const run = weatherRun();
    assert.equal(`${pullRequestComment(run, links, origin)}\n`, summaryMarkdown(run, { links, origin }));
    const [heading, sentence] = pullRequestComment(run, links, origin).split("\n\n");
    assert.equal(heading, "## ❌ `weather`: 1 of 3 notebooks, 1 of 3 tests failed, 1 skipped");
    assert.equal(sentence, "Run `20260302.4` of `main` at `1f0c9e2a`, begun by `Ada (a push)`.");
  });
});
