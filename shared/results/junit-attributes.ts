// JUnit's attributes, as lenient as its producers are different. What cannot be read is zero, or no time.
import type { TestOutcome } from "./test-run.ts";

const failedStates = new Set(["failed", "failure", "fail", "error", "broken"]);
const skippedStates = new Set(["skipped", "disabled", "ignored", "notrun", "suppressed"]);

/** The outcome that `status` or `result` states; elements within the case overrule it, and without either it passed. */
export function statedOutcome(state = ""): TestOutcome {
  if (failedStates.has(state.toLowerCase())) return "failed";
  return skippedStates.has(state.toLowerCase()) ? "skipped" : "passed";
}

/** Milliseconds since 1970, or NaN. JUnit's times have no zone; our own are UTC. */
export function time(timestamp = ""): number {
  return Date.parse(/^\d{4}-\d\d-\d\dT[\d:.]+$/.test(timestamp) ? `${timestamp}Z` : timestamp);
}

/** Surefire groups thousands ("1,234.5"); producers under some locales write a decimal comma ("0,003"). */
export function seconds(duration: string | undefined): number {
  const value = Number(duration?.includes(".") ? duration.replaceAll(",", "") : duration?.replace(",", "."));
  return value >= 0 && Number.isFinite(value) ? value : 0;
}

export function count(value: string | undefined): number {
  const number = Number(value);
  return Number.isSafeInteger(number) && number > 0 ? number : 0;
}
