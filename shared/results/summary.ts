import { duration } from "../text/duration.ts";
import type { ClusterUse } from "./cluster-use.ts";
import { cellCode, code, codeBlock, link } from "./markdown.ts";
import type { NotebookResult } from "./notebook-result.ts";
import { countsText } from "./report/words.ts";
import { countOutcomes, groupBySuite, overallOutcome, type TestCase, type TestOutcome } from "./test-case.ts";
import type { TestResults } from "./test-results.ts";

interface SummaryOptions {
  cluster?: ClusterUse;
  links?: { words: string; url: string }[];
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

/** Such as `❌ weather: 2 of 6 failed, 1 skipped`. */
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

/** A table with a row for each notebook or, if the results are not of notebooks, for each suite. */
export function notebookTable(run: TestResults): string {
  if (run.notebooks) {
    const rows = run.notebooks.map(
      (notebook) =>
        `| ${marks[notebook.outcome]} | ${cellCode(notebook.name)} | ${casesCell(notebook)} | ${duration(notebook.durationSeconds)} | ${cellCode(notebook.exitValue ?? "")} | ${link("run", notebook.url)} |`,
    );
    return tableOf("| | notebook | cases | time | exit value | |\n|---|---|---|---:|---|---|", rows);
  }
  const suites = groupBySuite(run.cases, (testCase) => testCase.className);
  const rows = [...suites].map(([suite, cases]) => {
    const counts = countOutcomes(cases);
    const seconds = cases.reduce((sum, testCase) => sum + testCase.durationSeconds, 0);
    return `| ${marks[overallOutcome(counts)]} | ${cellCode(suite)} | ${countsText(counts)} | ${duration(seconds)} |`;
  });
  return tableOf("| | suite | cases | time |\n|---|---|---|---:|", rows);
}

function casesCell(notebook: NotebookResult): string {
  return notebook.cases.length > 0 ? countsText(countOutcomes(notebook.cases)) : "";
}

function tableOf(head: string, rows: string[]): string {
  if (rows.length === 0) return "";
  const more = rows.length > shownRows ? `\n\n… and ${rows.length - shownRows} more in the report.` : "";
  return [head, ...rows.slice(0, shownRows)].join("\n") + more;
}

function failureParagraphs(run: TestResults): string[] {
  const failed = run.cases.filter((testCase) => testCase.outcome === "failed");
  const paragraphs = failed.slice(0, shownFailures).map(failureParagraph);
  if (failed.length > shownFailures)
    paragraphs.push(`… and ${failed.length - shownFailures} more failures in the report.`);
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
  const page = link("page", url);
  return `Cluster ${code(name, 120)}${page ? ` (${page})` : ""}: ${duration(usedSeconds)} used by notebooks, ${duration(idleSeconds)} idle.`;
}
