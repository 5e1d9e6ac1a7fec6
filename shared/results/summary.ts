import { duration } from "../text/duration.ts";
import type { ClusterUse } from "./cluster-use.ts";
import { cellCode, code, codeBlock, link } from "./markdown.ts";
import type { NotebookResult } from "./notebook-result.ts";
import { countOutcomes, groupBySuite, type TestCase, type TestOutcome } from "./test-case.ts";
import type { TestResults } from "./test-results.ts";

export interface SummaryOptions {
  cluster?: ClusterUse;
  links?: { words: string; url: string }[];
}

/** The run's page is read at a glance: the rest stands in the report. */
const shownRows = 50;
const shownFailures = 10;

const marks: Record<TestOutcome, string> = {
  passed: "✅ passed",
  failed: "❌ failed",
  skipped: "⚪ skipped",
};

/** A run as markdown, for the page of a pipeline run: what ran, outcome, time, exit value, links, cluster time. */
export function summaryMarkdown(run: TestResults, { cluster, links = [] }: SummaryOptions = {}): string {
  const paragraphs = [
    `## ${headline(run)}`,
    links
      .map(({ words, url }) => link(words, url))
      .filter(Boolean)
      .join(" · "),
    notebookTable(run),
    ...failureParagraphs(run),
    cluster ? clusterSentence(cluster) : "",
  ];
  return `${paragraphs.filter(Boolean).join("\n\n")}\n`;
}

/** E.g. `❌ weather: 2 of 6 failed, 1 skipped`. */
export function headline(run: TestResults): string {
  const { total, failed, skipped } = countOutcomes(run.cases);
  const name = code(run.name, 120);
  if (total === 0) return `⚠️ ${name}: nothing ran`;
  const rest = skipped > 0 ? `, ${skipped} skipped` : "";
  if (failed > 0) return `❌ ${name}: ${failed} of ${total} failed${rest}`;
  return skipped === total
    ? `⚪ ${name}: all ${total} skipped`
    : `✅ ${name}: ${total - skipped} passed${rest}`;
}

/** What ran, a row each: notebooks where there are any, else suites. */
export function notebookTable(run: TestResults): string {
  if (run.notebooks) {
    const rows = run.notebooks.map(
      (notebook) =>
        `| ${marks[notebook.outcome]} | ${cellCode(notebook.name)} | ${casesCell(notebook)} | ${duration(notebook.durationSeconds)} | ${cellCode(notebook.exitValue ?? "")} | ${link("run", notebook.url)} |`,
    );
    return rowsOrNothing(
      "| | notebook | its cases | time | exit value | |\n|---|---|---|---:|---|---|",
      rows,
    );
  }
  const suites = groupBySuite(run.cases, (testCase) => testCase.className);
  const rows = [...suites].map(([suite, cases]) => {
    const { total, failed, skipped } = countOutcomes(cases);
    const outcome: TestOutcome = failed > 0 ? "failed" : skipped === total ? "skipped" : "passed";
    const seconds = cases.reduce((sum, testCase) => sum + testCase.durationSeconds, 0);
    return `| ${marks[outcome]} | ${cellCode(suite)} | ${countsText(cases)} | ${duration(seconds)} |`;
  });
  return rowsOrNothing("| | suite | cases | time |\n|---|---|---|---:|", rows);
}

function casesCell(notebook: NotebookResult): string {
  return notebook.cases.length > 0 ? countsText(notebook.cases) : "";
}

function countsText(cases: readonly TestCase[]): string {
  const { total, passed, failed, skipped } = countOutcomes(cases);
  if (skipped === total && total > 1) return `all ${total} skipped`;
  if (passed === total) return `${total} passed`;
  return [failed && `${failed} failed`, passed && `${passed} passed`, skipped && `${skipped} skipped`]
    .filter(Boolean)
    .join(", ");
}

function rowsOrNothing(head: string, rows: string[]): string {
  if (rows.length === 0) return "";
  const more = rows.length > shownRows ? `\n\n… and ${rows.length - shownRows} more, in the report.` : "";
  return [head, ...rows.slice(0, shownRows)].join("\n") + more;
}

function failureParagraphs(run: TestResults): string[] {
  const failed = run.cases.filter((testCase) => testCase.outcome === "failed");
  const paragraphs = failed.slice(0, shownFailures).map(failureParagraph);
  if (failed.length > shownFailures)
    paragraphs.push(`… and ${failed.length - shownFailures} more failures, in the report.`);
  return paragraphs;
}

/** A case that failed, with its cell and the last lines of its trace. */
export function failureParagraph({
  suite,
  className,
  name,
  message,
  failingCell,
  trace,
  url,
}: TestCase): string {
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
  const where = link("its page", url);
  return `Cluster ${code(name, 120)}${where ? ` (${where})` : ""}: ${duration(usedSeconds)} used by notebooks, ${duration(idleSeconds)} idle.`;
}
