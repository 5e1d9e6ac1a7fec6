import assert from "node:assert/strict";
import { htmlReport } from "../../../shared/results/report/html-report.ts";
import type { TestOutcome } from "../../../shared/results/test-outcome.ts";
import type { TestResults } from "../../../shared/results/test-results.ts";
import { resultsOfNotebooks } from "../../../shared/results/test-results.ts";
import { weatherCluster, weatherRun } from "./weather-run.ts";

const runOf = (...outcomes: TestOutcome[]): TestResults => ({
  name: "weather",
  cases: outcomes.map((outcome, index) => ({
    name: `test ${index + 1}`,
    className: "weather",
    outcome,
    durationSeconds: 1.5,
  })),
});

/** The facts below the report's title. */
const factsOf = (report: string) =>
  Object.fromEntries(
    [...report.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/g)].map(([, label, value]) => [
      label,
      value!.replace(/<[^>]*>/g, ""),
    ]),
  );
const sentenceOf = (report: string) =>
  /<p class="sentence">(.*?)<\/p>/.exec(report)![1]!.replace(/<[^>]*>/g, "");
const navigationOf = (report: string) => /<nav .*?<\/nav>/.exec(report)?.[0];

describe("the head of the HTML report", () => {
  it("the head of the HTML report shows environment, start, time and the use of the cluster", () => {
    const report = htmlReport(weatherRun(), { cluster: weatherCluster(), environment: "staging" });
    const { Started: started, ...facts } = factsOf(report);
    assert.deepEqual(facts, {
      "Pass rate": "66.6 % of notebooks, 50 % of tests",
      Environment: "staging",
      Duration: "42 s",
      "Cluster time": "42 s used, 24 s idle",
    });
    assert.match(report, /<time datetime="2026-03-02T09:14:06.000Z" title="2026-03-02 09:14 UTC">/);
    assert.notEqual(started, undefined);
  });

  it("the head of the HTML report leaves out unknown facts", () => {
    assert.deepEqual(factsOf(htmlReport(runOf("skipped"))), { "Total test time": "1.5 s" });
  });

  for (const [outcomes, sentence] of [
    [[], "Nothing ran"],
    [["passed", "passed"], "2 tests passed"],
    [["passed", "skipped"], "1 test passed, 1 skipped"],
    [["passed", "failed", "skipped"], "1 of 3 tests failed, 1 skipped"],
    [["skipped", "skipped"], "2 tests skipped"],
  ] as [TestOutcome[], string][])
    it(`the head of the HTML report says "${sentence}" for the outcomes ${outcomes.join(", ") || "of no test"}`, () =>
      assert.equal(sentenceOf(htmlReport(runOf(...outcomes))), sentence));

  it("the head of the HTML report shows links that are web addresses, and no list if there are none", () => {
    const link = { words: "Pipeline run", url: "https://dev.azure.com/contoso/run" };
    const script = { words: "Script", url: "javascript:alert(1)" };
    assert.equal(
      navigationOf(htmlReport(runOf("passed"), { links: [link, script] })),
      '<nav aria-label="Links"><a href="https://dev.azure.com/contoso/run" rel="noopener noreferrer">Pipeline run</a> </nav>',
    );
    assert.equal(navigationOf(htmlReport(runOf("passed"), { links: [script] })), undefined);
  });
});

describe("the list of results in the HTML report", () => {
  it("the list of results in the HTML report has a filter with a count for each outcome", () => {
    const report = htmlReport(runOf("passed", "failed", "failed", "skipped"));
    assert.deepEqual(
      [...report.matchAll(/<span>(\w+) <b>(\d+)<\/b>/g)].map(([, words, count]) => `${words} ${count}`),
      ["All 4", "Failed 2", "Passed 1", "Skipped 1"],
    );
  });
});

describe("a result in the HTML report", () => {
  it("a result in the HTML report is marked as flaky, retried or quarantined, and names whom to ask", () => {
    const [etl, quality] = weatherRun().notebooks!;
    const failedAttempts = [{ message: "lost its cluster" }];
    const marks = { quarantined: true as const, owner: "data team" };
    const report = htmlReport(
      resultsOfNotebooks("weather", [
        { ...etl!, failedAttempts },
        { ...quality!, cases: [], failedAttempts: [...failedAttempts, ...failedAttempts], marks },
      ]),
    );
    const tags = [...report.matchAll(/<span class="tag">(.*?)<\/span>/g)].map(([, tag]) => tag);
    assert.deepEqual(tags, ["2 retries", "quarantined", "flaky: 1 retry"]);
    assert.match(report, /<small>owner: data team<\/small>/);
    assert.match(report, /<header class="page passed">/);
    assert.equal(sentenceOf(report), "1 notebook passed, 1 flaky, 1 failed in quarantine");
  });

  const placesOf = (...[className, suite]: [className: string, suite: string[]]) => {
    const [testCase] = runOf("passed").cases;
    const report = htmlReport({ name: "weather", cases: [{ ...testCase!, className, suite }] });
    return [...report.matchAll(/<small>(.*?)<\/small>/g)].map(([, place]) => place);
  };

  it("a result in the HTML report shows its file and suite unless its group does", () => {
    assert.deepEqual(placesOf("tests.test_rows", ["pytest"]), ["tests.test_rows"]);
    assert.deepEqual(placesOf("test_rows", ["pytest", "tests.test_rows"]), []);
  });
});
