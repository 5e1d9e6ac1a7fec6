import type { OutcomeCounts, TestOutcome } from "../test-case.ts";

/** The choices of the filter by outcome, in the report and in the results tab. */
export function outcomeChoices(
  counts: OutcomeCounts,
): { value: TestOutcome | "all"; words: string; count: number }[] {
  return [
    { value: "all", words: "All", count: counts.total },
    { value: "failed", words: "Failed", count: counts.failed },
    { value: "passed", words: "Passed", count: counts.passed },
    { value: "skipped", words: "Skipped", count: counts.skipped },
  ];
}
