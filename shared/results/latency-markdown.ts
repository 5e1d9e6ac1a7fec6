import { duration } from "../text/duration.ts";
import { cellCode, code } from "./markdown.ts";
import { latencyText } from "./report/words.ts";
import { latencyOf } from "./streaming-phase.ts";
import type { TestCase } from "./test-case.ts";
import type { TestOutcome } from "./test-outcome.ts";
import type { TestResults } from "./test-results.ts";

/** With more iterations, the page of a run would be long; the report shows all. */
const shownIterations = 50;

/** A table of the validations of a streaming test, in the order of the test; "" if no latency was measured. */
export function latencyTable(run: TestResults, marks: Record<TestOutcome, string>): string {
  const rows = measured(run).map(({ testCase, iteration, latencySeconds, tries }) => {
    const latency = latencySeconds === undefined ? "–" : duration(latencySeconds);
    const count = testCase.outcome === "skipped" ? testCase.phase?.tries?.length || "–" : tries;
    return `| ${cellCode(iteration)} | ${latency} | ${count} | ${marks[testCase.outcome]} |`;
  });
  if (rows.length === 0) return "";
  const table = [
    "| iteration | latency | tries | |",
    "|---|---:|---:|---|",
    ...rows.slice(0, shownIterations),
  ];
  return [
    "Latency is the time from a payload to the validation that saw its result.",
    table.join("\n") + more(rows),
  ].join("\n\n");
}

/** A line for each of these validations, such as ``- `First invoices`: visible after 3.2 s, 4 tries``. */
export function latencyLines(run: TestResults): string {
  const lines = measured(run).map(({ testCase, iteration, latencySeconds, tries }) => {
    const words = latencyText({ outcome: testCase.outcome, latencySeconds, tries });
    const { outcome, message = "" } = testCase;
    return `- ${code(iteration, 120)}: ${words ?? [outcome, code(message)].filter(Boolean).join(", ")}`;
  });
  return lines.slice(0, shownIterations).join("\n") + more(lines);
}

function more(lines: readonly string[]): string {
  return lines.length > shownIterations
    ? `\n\n… and ${lines.length - shownIterations} more in the report.`
    : "";
}

interface MeasuredValidation {
  testCase: TestCase;
  iteration: string;
  latencySeconds?: number;
  tries?: number;
}

/** The validations of all iterations, if one of them has a latency or was tried again: in batch mode each is run once. */
function measured({ cases }: TestResults): MeasuredValidation[] {
  const validations = cases.flatMap((testCase) =>
    testCase.phase?.kind === "validate"
      ? [{ testCase, iteration: testCase.phase.iteration ?? testCase.name, ...latencyOf(testCase.phase) }]
      : [],
  );
  return validations.some(({ latencySeconds, tries = 1 }) => latencySeconds !== undefined || tries > 1)
    ? validations
    : [];
}
