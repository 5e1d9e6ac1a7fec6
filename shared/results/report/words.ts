import { duration } from "../../text/duration.ts";
import { outcomeOf, type ResultSums } from "../result-sums.ts";
import type { OutcomeCounts } from "../test-case.ts";
import type { TestOutcome } from "../test-outcome.ts";

// The words that reports have in common: the HTML report, the summary, the comment on a pull request and the results tab.

/**
 * How the results ended, in two parts of one sentence, such as `3 of 4 notebooks, 4 of 10 tests failed` and `2 skipped, 1 flaky`. The second
 * part may be empty.
 */
export function verdict(sums: ResultSums): { verdict: string; rest: string } {
  const kinds = [
    { noun: sums.noun, counts: sums.notebooks },
    { noun: "test", counts: sums.tests },
  ].filter(({ counts }) => counts.total > 0);
  const skipped = kinds.reduce((sum, { counts }) => sum + counts.skipped, 0);
  const remarks = [
    sums.flaky > 0 && `${sums.flaky} flaky`,
    sums.quarantined > 0 && `${sums.quarantined} failed in quarantine`,
  ];
  const rest = (...parts: (string | false)[]) => [...parts, ...remarks].filter(Boolean).join(", ");
  const outcome = outcomeOf(sums);
  if (outcome === "failed") {
    const failed = kinds.filter(({ counts }) => counts.failed > 0);
    const passed = kinds.filter(({ counts }) => counts.failed === 0 && counts.passed > 0);
    return {
      verdict: `${failed.map(({ noun, counts }) => `${counts.failed} of ${numberOf(counts.total, noun)}`).join(", ")} failed`,
      rest: rest(
        passed.length > 0 &&
          `${passed.map(({ noun, counts }) => numberOf(counts.passed, noun)).join(", ")} passed`,
        skipped > 0 && `${skipped} skipped`,
      ),
    };
  }
  if (outcome === "passed") {
    const passed = kinds.filter(({ counts }) => counts.passed > 0);
    return {
      verdict: `${passed.map(({ noun, counts }) => numberOf(counts.passed, noun)).join(", ")} passed`,
      rest: rest(skipped > 0 && `${skipped} skipped`),
    };
  }
  if (skipped === 0)
    return { verdict: kinds.length === 0 ? "Nothing ran" : "Nothing that counts ran", rest: rest() };
  return {
    verdict: `${kinds.map(({ noun, counts }) => numberOf(counts.skipped, noun)).join(", ")} skipped`,
    rest: rest(),
  };
}

/** The whole sentence of `verdict`. */
export function verdictText(sums: ResultSums): string {
  const parts = verdict(sums);
  return [parts.verdict, parts.rest].filter(Boolean).join(", ");
}

/**
 * How the validation of a payload ended, such as `visible after 3.2 s, 4 tries`. Undefined if nothing was measured, as in batch mode.
 * @param validation its latency; and its tries, undefined if their number is not known
 */
export function latencyText(validation: {
  outcome: TestOutcome;
  latencySeconds?: number;
  tries?: number;
}): string | undefined {
  const { outcome, latencySeconds, tries = 0 } = validation;
  const words = tries > 0 ? (tries === 1 ? "1 try" : `${tries} tries`) : "";
  if (outcome === "passed" && latencySeconds !== undefined)
    return [`visible after ${duration(latencySeconds)}`, words].filter(Boolean).join(", ");
  return outcome === "failed" && tries > 1 ? `not visible after ${words}` : undefined;
}

/** `1 test`, `2 tests`. */
export function numberOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Of one kind of result: `3 failed, 1 passed`; `all 3 skipped`; `nothing ran`. */
export function countsText({ total, passed, failed, skipped }: OutcomeCounts): string {
  if (total === 0) return "nothing ran";
  if (skipped === total && total > 1) return `all ${total} skipped`;
  if (passed === total) return `${total} passed`;
  return [failed && `${failed} failed`, passed && `${passed} passed`, skipped && `${skipped} skipped`]
    .filter(Boolean)
    .join(", ");
}

/**
 * The rates of the notebooks and of the tests that count and were not skipped, rounded down because 99.96 % is not 100 %. Undefined if there are none.
 * @returns such as `75 % of notebooks, 60 % of tests`
 */
export function passRate(sums: ResultSums): string | undefined {
  const rates = [
    { noun: `${sums.noun}s`, counts: sums.notebooks },
    { noun: "tests", counts: sums.tests },
  ].flatMap(({ noun, counts: { passed, failed } }) =>
    passed + failed > 0 ? [`${Math.floor((passed / (passed + failed)) * 1000) / 10} % of ${noun}`] : [],
  );
  return rates.length > 0 ? rates.join(", ") : undefined;
}

/** A time in UTC. Pages show it in the zone of their reader, and this when the mouse is over it. */
export function date(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** How pages write a time for their reader, by `toLocaleString`. */
export const localTimeFormat = {
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
} as const;
