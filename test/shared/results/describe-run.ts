import type { TestResults } from "../../../shared/results/test-results.ts";

/** A test run as a person would write it down: the form of the golden results. */
export function describeRun(run: TestResults): string {
  const lines = [`run ${run.name}, started ${run.startedOn?.toISOString() ?? "at an unknown time"}`];
  for (const testCase of run.cases) {
    lines.push(
      "",
      `${testCase.outcome}: ${testCase.name}  (${testCase.durationSeconds} s)`,
      `  suite: ${testCase.suite?.join(" › ") ?? "-"}   class: ${testCase.className}   file: ${testCase.file ?? "-"}`,
    );
    if (testCase.url) lines.push(`  url: ${testCase.url}`);
    if (testCase.message) lines.push(...block("message", testCase.message));
    if (testCase.trace) lines.push(...block("trace", testCase.trace));
    for (const attempt of testCase.failedAttempts ?? []) {
      lines.push(...block("failed attempt", attempt.message));
      if (attempt.trace) lines.push(...block("its trace", attempt.trace));
    }
    if (testCase.output) lines.push(...block("output", testCase.output));
    for (const [name, value] of Object.entries(testCase.properties ?? {}))
      lines.push(`  property ${name} = ${value}`);
  }
  for (const { suite, output } of run.suiteOutputs ?? [])
    lines.push("", `suite ${suite.join(" › ")}`, ...block("output", output));
  return `${lines.join("\n")}\n`;
}

function block(label: string, text: string): string[] {
  return [`  ${label}:`, ...text.split("\n").map((line) => `    | ${line}`.trimEnd())];
}
