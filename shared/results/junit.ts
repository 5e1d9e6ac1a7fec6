import type { TestCase, TestRun } from "./test-run.ts";

/** A test run as a JUnit file, in the form that Azure Pipelines' "Publish Test Results" reads. */
export function toJUnit(run: TestRun): string {
  const failures = run.cases.filter((testCase) => testCase.outcome === "failed").length;
  const skipped = run.cases.filter((testCase) => testCase.outcome === "skipped").length;
  const seconds = run.cases.reduce((total, testCase) => total + testCase.durationSeconds, 0);
  const totals = `tests="${run.cases.length}" failures="${failures}" errors="0" skipped="${skipped}" time="${seconds.toFixed(3)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${totals}>`,
    `  <testsuite name="${attribute(run.name)}" ${totals} timestamp="${run.startedOn.toISOString().replace(/\.\d+Z$/, "")}">`,
    ...run.cases.flatMap(caseLines),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function caseLines(testCase: TestCase): string[] {
  const file = testCase.file ? ` file="${attribute(testCase.file)}"` : "";
  const start = `    <testcase name="${attribute(testCase.name)}" classname="${attribute(testCase.className)}"${file} time="${testCase.durationSeconds.toFixed(3)}"`;
  const inner: string[] = [];
  if (testCase.url)
    inner.push(`      <properties><property name="url" value="${attribute(testCase.url)}"/></properties>`);
  const message = attribute(testCase.message ?? "");
  if (testCase.outcome === "failed")
    inner.push(
      `      <failure message="${message}">${text(testCase.trace ?? testCase.message ?? "")}</failure>`,
    );
  if (testCase.outcome === "skipped") inner.push(`      <skipped message="${message}"/>`);
  if (testCase.output) inner.push(`      <system-out>${text(testCase.output)}</system-out>`);
  return inner.length > 0 ? [`${start}>`, ...inner, "    </testcase>"] : [`${start}/>`];
}

/** XML 1.0 has no way to write most control characters and lone surrogates, not even escaped: they become U+FFFD. */
function legal(value: string): string {
  return value.replace(/\p{Surrogate}|[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/gu, "\uFFFD");
}

function text(value: string): string {
  return legal(value).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function attribute(value: string): string {
  return text(value)
    .replaceAll('"', "&quot;")
    .replace(/[\r\n\t]/g, (character) => `&#${character.charCodeAt(0)};`);
}
