import { plainText } from "../text/plain-text.ts";
import { withoutMarkers } from "./attachment-marker.ts";
import { cellText } from "./junit-failing-cell.ts";
import { phaseProperties, phaseSentence } from "./junit-phase.ts";
import { countOutcomes, groupBySuite, type TestCase } from "./test-case.ts";
import type { TestResults } from "./test-results.ts";

/**
 * A test run as a JUnit file for Azure Pipelines' "Publish Test Results". That task reads only `/testsuites/testsuite/testcase`, so a nested
 * suite becomes a suite with its path as the name. Of a case it shows the message, trace and output, but no properties, so the trace ends
 * with the link to the run, and the output of a validation begins with its latency.
 * https://github.com/microsoft/azure-pipelines-agent (Worker/TestResults/Legacy/ResultReader.cs)
 */
export function toJUnit(run: TestResults): string {
  const suites = groupBySuite(run.cases, () => run.name);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${attribute(run.name)}" ${totals(run.cases)}>`,
    ...[...suites].flatMap(([name, cases]) => suiteLines(name, cases, run)),
    "</testsuites>",
    "",
  ].join("\n");
}

function suiteLines(name: string, cases: TestCase[], run: TestResults): string[] {
  return [
    `  <testsuite name="${attribute(name)}" ${totals(cases)}${timestamp(run.startedOn)}>`,
    ...cases.flatMap(caseLines),
    "  </testsuite>",
  ];
}

/** In UTC, without a zone: the form that JUnit's schema allows. */
function timestamp(startedOn: Date | undefined): string {
  return startedOn ? ` timestamp="${startedOn.toISOString().replace(/\.\d+Z$/, "")}"` : "";
}

function totals(cases: TestCase[]): string {
  const { total, failed, skipped } = countOutcomes(cases);
  const seconds = cases.reduce((sum, testCase) => sum + testCase.durationSeconds, 0);
  return `tests="${total}" failures="${failed}" errors="0" skipped="${skipped}" time="${seconds.toFixed(3)}"`;
}

function caseLines(testCase: TestCase): string[] {
  const file = testCase.file ? ` file="${attribute(testCase.file)}"` : "";
  const start = `    <testcase name="${attribute(testCase.name)}" classname="${attribute(testCase.className)}"${file} time="${testCase.durationSeconds.toFixed(3)}"`;
  const inner: string[] = [];
  const properties = Object.entries({
    ...testCase.properties,
    ...(testCase.url ? { url: testCase.url } : {}),
    ...(testCase.marks?.quarantined ? { quarantined: "true" } : {}),
    ...(testCase.marks?.owner ? { owner: testCase.marks.owner } : {}),
    ...(testCase.phase ? phaseProperties(testCase.phase) : {}),
  });
  if (properties.length > 0)
    inner.push(
      "      <properties>",
      ...properties.map(
        ([name, value]) => `        <property name="${attribute(name)}" value="${attribute(value)}"/>`,
      ),
      "      </properties>",
    );
  const message = attribute(testCase.message ?? "");
  if (testCase.outcome === "failed")
    inner.push(`      <failure message="${message}">${text(failureText(testCase))}</failure>`);
  if (testCase.outcome === "skipped") inner.push(`      <skipped message="${message}"/>`);
  for (const attempt of testCase.failedAttempts ?? []) {
    const element = testCase.outcome === "failed" ? "rerunFailure" : "flakyFailure";
    inner.push(
      `      <${element} message="${attribute(attempt.message)}">${text(attempt.trace ?? "")}</${element}>`,
    );
  }
  const output = [phaseSentence(testCase), testCase.output].filter(Boolean).join("\n\n");
  if (output) inner.push(`      <system-out>${text(output)}</system-out>`);
  return inner.length > 0 ? [`${start}>`, ...inner, "    </testcase>"] : [`${start}/>`];
}

function failureText({ trace, message, failingCell, url }: TestCase): string {
  return `${failingCell ? cellText(failingCell) : ""}${trace ?? message ?? ""}${url ? `\n\nRun: ${url}` : ""}`;
}

/**
 * Removes escape sequences (tracebacks of notebooks are coloured), characters that XML 1.0 cannot contain even escaped, and attachment
 * markers, so that a text cannot make a step upload a file of the agent. `plainText` comes first: if it removed a character after the
 * markers, it could put another marker together.
 */
function text(value: string): string {
  return withoutMarkers(plainText(value))
    .replace(/[\uFFFE\uFFFF]/g, "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

function attribute(value: string): string {
  return text(value)
    .replaceAll('"', "&quot;")
    .replace(/[\n\t]/g, (character) => `&#${character.charCodeAt(0)};`);
}
