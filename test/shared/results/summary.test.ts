import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { clusterUse } from "../../../shared/results/cluster-use.ts";
import { readJUnit } from "../../../shared/results/junit-reader.ts";
import { summaryMarkdown } from "../../../shared/results/summary.ts";
import { resultsOfNotebooks } from "../../../shared/results/test-results.ts";
import { duration } from "../../../shared/text/duration.ts";
import { hostileMarkup, hugeLine } from "../../fixtures/hostile-markup.ts";
import { matchesGolden } from "./golden.ts";
import { weatherCluster, weatherRun } from "./weather-run.ts";

/** What is left of markdown when its code is taken out: where markup would act. */
function withoutCode(markdown: string): string {
  return markdown
    .replace(/^(`{3,})[^`\n]*\n[\s\S]*?\n\1$/gm, "BLOCK")
    .replace(/(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, "CODE");
}

function runOf(text: string) {
  const [etl] = weatherRun().notebooks!;
  return resultsOfNotebooks(text, [
    {
      ...etl!,
      name: text,
      outcome: "failed",
      exitValue: text,
      message: text,
      trace: text,
      failingCell: { number: 1, language: text, source: text },
      url: text,
      cases: [],
    },
  ]);
}

describe("Markdown summary", () => {
  it("the Markdown summary is as in its golden file for a run of notebooks", () => {
    const cluster = weatherCluster();
    const links = [
      {
        words: "Report",
        url: "https://dev.azure.com/contoso/weather/_build/results?buildId=20417&view=artifacts",
      },
    ];
    matchesGolden(summaryMarkdown(weatherRun(), { cluster, links }), "weather-summary.md");
  });

  it("the Markdown summary is as in its golden file for JUnit files", () => {
    const file = path.join(import.meta.dirname, "fixtures", "pytest-xunit2.xml");
    matchesGolden(summaryMarkdown(readJUnit(readFileSync(file), { file })), "pytest-summary.md");
  });

  it("the Markdown summary marks flaky, retried and quarantined notebooks, and does not fail for a quarantined one", () => {
    const [etl, quality] = weatherRun().notebooks!;
    const failedAttempts = [{ message: "lost its cluster" }];
    const summary = summaryMarkdown(
      resultsOfNotebooks("weather", [
        { ...etl!, failedAttempts },
        { ...quality!, cases: [], failedAttempts, marks: { quarantined: true } },
      ]),
    );
    assert.match(summary, /^## ✅ `weather`: 1 notebook passed, 1 flaky, 1 failed in quarantine$/m);
    assert.match(summary, /^\| ✅ passed, flaky \| `notebooks\/weather-etl`/m);
    assert.match(summary, /^\| ❌ failed, retried, quarantined \| `notebooks\/weather-quality`/m);
  });

  it("the Markdown summary says that nothing ran instead of counting nothing", () => {
    assert.equal(summaryMarkdown({ name: "weather", cases: [] }), "## ⚠️ `weather`: nothing ran\n");
  });

  for (const { name, text } of hostileMarkup)
    it(`the Markdown summary shows outside text as code only: ${name}`, () => {
      const harmless = withoutCode(summaryMarkdown(runOf("harmless"))).replaceAll(/\[run\]\([^)]*\)/g, "");
      // Links differ: only a web address becomes one, and it stays within its parentheses.
      const links = /\[(run|Open the run)\]\(https:[^\s()<>|`]*\)/g;
      const rest = withoutCode(summaryMarkdown(runOf(text))).replaceAll(links, "");
      assert.equal(rest.replaceAll(/\s+/g, " "), harmless.replaceAll(/\s+/g, " "));
    });

  it("the Markdown summary keeps outside text within its table cell, however a dialect reads backslashes", () => {
    for (const { name, text } of hostileMarkup) {
      const row =
        summaryMarkdown(runOf(text))
          .split("\n")
          .find((line) => line.startsWith("| ❌")) ?? "";
      const anyBackslashEscapes = row.replaceAll("\\|", "");
      const backslashesEscapeEachOther = row.replaceAll(/\\[\\|]/g, "");
      for (const cells of [anyBackslashEscapes, backslashesEscapeEachOther])
        assert.equal(cells.split("|").length, 8, `${name}: ${row}`);
    }
  });

  it("the Markdown summary stays small and quick with lines of 10 MB", () => {
    assert.ok(summaryMarkdown(runOf(hugeLine())).length < 60_000);
  });

  it("the Markdown summary stays small with thousands of failures", () => {
    const cases = Array.from({ length: 5000 }, (_, index) => ({
      name: `case ${index}`,
      className: `class ${index}`,
      outcome: "failed" as const,
      durationSeconds: 1,
    }));
    const markdown = summaryMarkdown({ name: "many", cases });
    assert.match(markdown, /… and 4950 more in the report\.[\s\S]*… and 4990 more failures in the report\./);
    assert.ok(markdown.length < 20_000);
  });
});

describe("cluster time", () => {
  const at = (second: number) => new Date(second * 1000);
  const use = (...spans: [from: number, seconds: number][]) => {
    const notebooks = spans.map(([from, durationSeconds]) => ({ startedOn: at(from), durationSeconds }));
    const { usedSeconds, idleSeconds } = clusterUse(
      { name: "c", runningSince: at(100), until: at(200) },
      notebooks,
    );
    return [usedSeconds, idleSeconds];
  };

  it("counts cluster time as idle while no notebook runs", () => {
    assert.deepEqual(use(), [0, 100]);
    assert.deepEqual(use([110, 10], [150, 20]), [30, 70]);
  });
  it("counts cluster time once while several notebooks run", () => {
    assert.deepEqual(use([110, 50], [120, 10], [150, 20]), [60, 40]);
  });
  it("cluster time ends when the cluster ends", () => {
    assert.deepEqual(use([50, 60], [190, 50]), [20, 80]);
  });
});

describe("duration", () => {
  for (const [seconds, text] of [
    [0, "0 s"],
    [0.0004, "1 ms"],
    [0.04, "40 ms"],
    [0.0996, "0.1 s"],
    [0.84, "0.8 s"],
    [9.96, "10 s"],
    [59.6, "1 min"],
    [125, "2 min 5 s"],
    [3599.7, "1 h"],
    [3720, "1 h 2 min"],
  ] as const)
    it(`writes a duration of ${seconds} seconds as ${text}`, () => assert.equal(duration(seconds), text));
});
