import type { TestOutcome } from "../test-outcome.ts";
import type { CaseView } from "./case-view.ts";

export type OutcomeChoice = TestOutcome | "all" | "flaky";

/** The choices of the filter by outcome, in the report and in the results tab. */
export function choicesOf(
  results: readonly CaseView[],
): { value: OutcomeChoice; words: string; count: number }[] {
  const choices: { value: OutcomeChoice; words: string }[] = [
    { value: "all", words: "All" },
    { value: "failed", words: "Failed" },
    { value: "flaky", words: "Flaky" },
    { value: "passed", words: "Passed" },
    { value: "skipped", words: "Skipped" },
  ];
  return choices
    .map((choice) => ({ ...choice, count: results.filter((view) => isChosen(view, choice.value)).length }))
    .filter(({ value, count }) => value !== "flaky" || count > 0);
}

/** @param view of which a flaky result is one that passed after failed attempts */
export function isChosen({ outcome, flaky }: CaseView, choice: OutcomeChoice): boolean {
  return choice === "all" || (choice === "flaky" ? flaky : outcome === choice);
}
