import { clause } from "../text/could-not.ts";
import type { ExitValueReading } from "./exit-value.ts";

/** Whether the tests of a notebook that succeeded failed. `reason` is the end of a sentence. */
interface TestsVerdict {
  failed: boolean;
  reason?: string;
}

/** @param allowSkipped whether a notebook may skip all of its tests */
export function judgeTests(reading: ExitValueReading, allowSkipped: boolean): TestsVerdict {
  if (reading.kind === "unreadable")
    return { failed: true, reason: clause(reading.problem).replace(/^Could not /, "could not ") };
  if (reading.kind !== "cases") return { failed: false };
  const { cases } = reading;
  if (cases.length === 0)
    return {
      failed: true,
      reason:
        "it reported test results without any test; report the tests that ran, or exit with a value that is not a test report",
    };
  const failed = cases.filter((testCase) => testCase.outcome === "failed");
  const [first] = failed;
  if (first) {
    const counted =
      cases.length === 1 ? "its only test failed" : `${failed.length} of its ${cases.length} tests failed`;
    const why = first.message ? `: ${firstLine(first.message)}` : "";
    return { failed: true, reason: `${counted}; the first one, ${first.name}${why}` };
  }
  if (cases.some((testCase) => testCase.outcome === "passed")) return { failed: false };
  const skipped =
    cases.length === 1 ? "its only test was skipped" : `all of its ${cases.length} tests were skipped`;
  return allowSkipped
    ? { failed: false, reason: skipped }
    : {
        failed: true,
        reason: `${skipped}; set allowSkipped to true if a notebook may skip all of its tests`,
      };
}

function firstLine(text: string): string {
  const [line = ""] = text.trim().split(/\r?\n/);
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
