import { duration } from "../text/duration.ts";
import type { ClusterUse } from "./cluster-use.ts";
import { latencyTable } from "./latency-markdown.ts";
import { cellCode, code, codeBlock, link } from "./markdown.ts";
import type { NotebookResult } from "./notebook-result.ts";
import { countsText, verdictText } from "./report/words.ts";
import { outcomeOf, sumsOf } from "./result-sums.ts";
import type { RunOrigin } from "./run-origin.ts";
import { countOutcomes, groupBySuite, overallOutcome, type TestCase } from "./test-case.ts";
import type { TestOutcome } from "./test-outcome.ts";
import type { TestResults } from "./test-results.ts";

interface Context {
  links?: readonly { words: string; url: string }[];
  origin?: RunOrigin;
}

interface SummaryOptions extends Context {
  cluster?: ClusterUse;
}

/** The page of a run should be short; the report shows everything. */
const shownRows = 50;
const shownFailures = 10;

const marks: Record<TestOutcome, string> = {
  passed: "✅ passed",
  failed: "❌ failed",
  skipped: "⚪ skipped",
};

/** The results as markdown for the page of a pipeline run: notebooks, outcomes, times, exit values, links and cluster time. */
export function summaryMarkdown(run: TestResults, { cluster, ...context }: SummaryOptions = {}): string {
  const paragraphs = [
    ...resultParagraphs(run, {
      ...context,
      latencies: latencyTable(run, marks),
      shownFailures,
      rest: "in the report",
    }),
    cluster ? clusterSentence(cluster) : "",
  ];
  return `${paragraphs.filter(Boolean).join("\n\n")}\n`;
}

/**
 * What the summary and the comment on a pull request say, in the same order: the verdict, what was run, links, the notebooks and the failures.
 * @param latencies those of a streaming test, as markdown
 * @param rest where the other failures are, such as `in the report`
 */
export function resultParagraphs(
  run: TestResults,
  {
    links = [],
    origin = {},
    latencies,
    shownFailures,
    rest,
  }: Context & { latencies: string; shownFailures: number; rest: string },
): string[] {
  return [
    `## ${headline(run)}`,
    originSentence(origin),
    links
      .map(({ words, url }) => link(words, url))
      .filter(Boolean)
      .join(" · "),
    notebookTable(run),
    latencies,
    ...failureParagraphs(run, shownFailures, rest),
  ].filter(Boolean);
}

/** Such as `❌ weather: 1 of 3 notebooks, 2 of 6 tests failed, 1 skipped`. */
function headline(run: TestResults): string {
  const sums = sumsOf(run);
  const icon = run.cases.length === 0 ? "⚠️" : marks[outcomeOf(sums)].split(" ")[0];
  const words = verdictText(sums);
  return `${icon} ${code(run.name, 120)}: ${run.cases.length === 0 ? "nothing ran" : words}`;
}

/** Such as ``Run `20260302.4` of `main` at `1f0c9e2a`, begun by `Ada (a push)`.`` */
function originSentence({ number, branch, commit, startedBy }: RunOrigin): string {
  if (!number && !branch && !commit) return "";
  const parts = [
    number ? `Run ${code(number, 60)}` : "Run",
    branch && `of ${code(branch, 120)}`,
    commit && `at ${code(commit.slice(0, 8))}`,
  ];
  return `${parts.filter(Boolean).join(" ")}${startedBy ? `, begun by ${code(startedBy, 120)}` : ""}.`;
}

/** A table with a row for each notebook or, if the results are not of notebooks, for each suite. Failures come first. */
function notebookTable(run: TestResults): string {
  if (run.notebooks) {
    const rows = failedFirst(run.notebooks).map(
      (notebook) =>
        `| ${markOf(notebook)} | ${cellCode(notebook.name)} | ${casesCell(notebook)} | ${duration(notebook.durationSeconds)} | ${cellCode(notebook.exitValue ?? "")} | ${link("run", notebook.url)} |`,
    );
    const { noun } = sumsOf(run);
    return tableOf(`| | ${noun} | tests | time | exit value | |\n|---|---|---|---:|---|---|`, rows);
  }
  const suites = [...groupBySuite(run.cases, (testCase) => testCase.className)].map(([suite, cases]) => {
    const counts = countOutcomes(cases);
    return { suite, cases, counts, outcome: overallOutcome(counts) };
  });
  const rows = failedFirst(suites).map(({ suite, cases, counts, outcome }) => {
    const seconds = cases.reduce((sum, testCase) => sum + testCase.durationSeconds, 0);
    return `| ${marks[outcome]} | ${cellCode(suite)} | ${countsText(counts)} | ${duration(seconds)} |`;
  });
  return tableOf("| | suite | tests | time |\n|---|---|---|---:|", rows);
}

function failedFirst<T extends { outcome: TestOutcome }>(results: readonly T[]): T[] {
  return [...results].sort((a, b) => Number(b.outcome === "failed") - Number(a.outcome === "failed"));
}

function markOf({ outcome, failedAttempts = [], marks: known }: NotebookResult): string {
  const remarks = [
    failedAttempts.length > 0 && (outcome === "passed" ? "flaky" : "retried"),
    known?.quarantined && "quarantined",
  ].filter(Boolean);
  return [marks[outcome], ...remarks].join(", ");
}

function casesCell(notebook: NotebookResult): string {
  return notebook.cases.length > 0 ? countsText(countOutcomes(notebook.cases)) : "";
}

function tableOf(head: string, rows: string[]): string {
  if (rows.length === 0) return "";
  const more = rows.length > shownRows ? `\n\n… and ${rows.length - shownRows} more in the report.` : "";
  return [head, ...rows.slice(0, shownRows)].join("\n") + more;
}

function failureParagraphs(run: TestResults, most: number, rest: string): string[] {
  const failed = run.cases.filter((testCase) => testCase.outcome === "failed");
  // A notebook that failed because of its tests is left out: the tests say why.
  const withFailedTests = new Set(failed.map(({ reportedBy }) => reportedBy));
  const explained = failed.filter(
    ({ suite, trace, name, fullName = name }) =>
      suite !== undefined || trace !== undefined || !withFailedTests.has(fullName),
  );
  const shown = explained.slice(0, most);
  const more = explained.length - shown.length;
  return [
    ...shown.map(failureParagraph),
    more > 0 ? `… and ${more} more ${more === 1 ? "failure" : "failures"} ${rest}.` : "",
  ];
}

/** A case that failed, with its cell and the last lines of its trace. */
function failureParagraph({ suite, className, name, message, failingCell, trace, url }: TestCase): string {
  const path = suite ? [...suite, name].join(" / ") : [className, name].filter(Boolean).join("/");
  return [
    `### ${code(path, 200)}`,
    code(message ?? "", 1_000),
    failingCell
      ? `Cell ${failingCell.number}:\n\n${codeBlock(failingCell.source, { language: failingCell.language, lastLines: 20 })}`
      : "",
    trace ? `Last lines of the trace:\n\n${codeBlock(trace, { lastLines: 20 })}` : "",
    link("Open the run", url),
  ]
    .filter(Boolean)
    .join("\n\n");
}

function clusterSentence({ name, url, usedSeconds, idleSeconds }: ClusterUse): string {
  const page = link("page", url);
  return `Cluster ${code(name, 120)}${page ? ` (${page})` : ""}: ${duration(usedSeconds)} used by notebooks, ${duration(idleSeconds)} idle.`;
}
