import type { TestCase } from "../../results/test-case.ts";
import { countOutcomes } from "../../results/test-case.ts";
import { clause } from "../../text/could-not.ts";
import { oneLine } from "../../text/plain-text.ts";
import { contradiction } from "./junit-agreement.ts";
import { collectionName, namedCase, notCalled, recordedCases } from "./recorded-cases.ts";
import type { RunResults } from "./run-results.ts";

/** How the Spark job of a run ended. `reason` is the end of a sentence. */
export interface EndedJob {
  state: "succeeded" | "failed" | "timedOut" | "canceled";
  reason?: string;
}

/** How the tests of a run ended. */
export interface JudgedRun {
  state: "succeeded" | "failed" | "canceled";
  /** Why it did not succeed, as the end of a sentence. May contain text from outside. */
  reason?: string;
  cases: TestCase[];
}

interface Rules {
  /** The test files of the project, which stand for its tests if none was collected. */
  testFiles: readonly string[];
  /** Whether all tests may be skipped. */
  allowSkipped: boolean;
  /** Where the project is in the repository: `""` or a path that ends with a slash. */
  place: string;
}

/** https://docs.pytest.org/en/stable/reference/exit-codes.html */
const exitCodes: Record<number, string> = {
  1: "which means that tests failed, although none of the recorded ones did; a plugin may have failed the run, such as pytest-cov",
  2: "which means that it was interrupted",
  3: "which means that it had an internal error",
  4: "which means that it could not use its arguments or could not load a conftest.py",
};
const longestReason = 600;

/** Judges a run by how its job ended and by what it left. Only a run in which everything says that the tests passed succeeds. */
export function judgeRun(job: EndedJob, results: RunResults, rules: Rules): JudgedRun {
  const early = endedEarly(job, results);
  const unfinished = `It has no result: ${early ?? "pytest ended before this test did"}.`;
  const { cases, reported } = casesOf(results, { unfinished, rules });
  if (job.state === "canceled") return { state: "canceled", reason: early, cases };
  const isWhole = cases.every(({ message }) => message !== unfinished && message !== notCalled);
  const reason =
    early ?? problemOf(job, results, { reported, isWhole }) ?? verdictOf(results, cases, rules.allowSkipped);
  return reason === undefined ? { state: "succeeded", cases } : { state: "failed", reason, cases };
}

/** Why pytest did not run to its end. */
function endedEarly(job: EndedJob, { finished, events, problems }: RunResults): string | undefined {
  const why = clause(job.reason ?? "");
  if (job.state === "timedOut" || job.state === "canceled") return why;
  if (finished?.phase === "tests") return undefined;
  if (finished !== undefined)
    return oneLine(
      clause(finished.message ?? `the phase ${finished.phase} failed with exit code ${finished.exitCode}`),
      longestReason,
    );
  if (problems.length > 0) return clause(problems.join(" "));
  const began = events !== undefined && (events.collected !== undefined || events.reports.size > 0);
  const last = events?.lastStarted;
  if (job.state === "failed")
    return began
      ? `the job failed${last ? ` during ${oneLine(last, 200)}` : ""}: ${why}`
      : `the job failed before pytest ran: ${why}`;
  return began
    ? `the process of the tests ended${last ? ` during ${oneLine(last, 200)}` : ""}, although the job completed; look for what ends the process there`
    : "the entry point failed before pytest ran, although the job completed; look at the job's log";
}

/** Why the results of a run that ended by itself cannot be trusted. */
function problemOf(
  job: EndedJob,
  { finished, events, junit, problems }: RunResults,
  { reported, isWhole }: { reported: readonly TestCase[]; isWhole: boolean },
): string | undefined {
  const { exitCode } = finished!;
  if (problems.length > 0) return clause(problems.join(" "));
  if (exitCode === 5) return undefined; // said by the verdict
  if (events?.internalError !== undefined)
    return `pytest had an internal error: ${oneLine(events.internalError.trim().split("\n").at(-1) ?? "", longestReason)}`;
  if (exitCode > 1 && !reported.some(({ outcome }) => outcome === "failed")) return exitReason(exitCode);
  if (junit === undefined) return "pytest ended, but wrote no results.xml";
  // Each file has its own way to tell of a test that was begun and not run to its end, which fails the run anyway.
  const disagreement = events && isWhole ? contradiction(reported, junit.cases) : undefined;
  if (disagreement !== undefined) return `its results contradict each other: ${disagreement}`;
  if (exitCode === 0 && job.state === "failed")
    return `its tests passed, but the job failed: ${clause(job.reason ?? "")}`;
  return undefined;
}

function verdictOf(
  { finished }: RunResults,
  cases: readonly TestCase[],
  allowSkipped: boolean,
): string | undefined {
  const { exitCode } = finished!;
  const { total, failed, passed } = countOutcomes(cases);
  if (total === 0 || exitCode === 5)
    return "pytest collected no tests (exit code 5); check the project folder, and what pytestArguments select";
  if (failed > 0) {
    const first = cases.find(({ outcome }) => outcome === "failed")!;
    const counted = total === 1 ? "its only test failed" : `${failed} of its ${total} tests failed`;
    const line = oneLine(first.message ?? "", 300);
    const contradicts = exitCode === 0 ? ", although pytest ended with exit code 0" : "";
    return `${counted}${contradicts}; the first one, ${nameOf(first)}${line ? `: ${clause(line)}` : ""}`;
  }
  if (exitCode !== 0) return exitReason(exitCode);
  if (passed === 0 && !allowSkipped)
    return `${total === 1 ? "its only test was skipped" : `all of its ${total} tests were skipped`}; set allowSkipped to true if that is intended`;
  return undefined;
}

function nameOf({ name, className }: TestCase): string {
  return name === collectionName ? `the collection of ${className}` : name;
}

function exitReason(exitCode: number): string {
  return `pytest ended with exit code ${exitCode}, ${exitCodes[exitCode] ?? "which is not one of its own"}; its output is in the log`;
}

function casesOf(
  { events, junit }: RunResults,
  { unfinished, rules: { place, testFiles } }: { unfinished: string; rules: Rules },
): { cases: TestCase[]; reported: TestCase[] } {
  const recorded = events && recordedCases(events, { unfinished, place });
  if (recorded && (recorded.cases.length > 0 || events.collected !== undefined)) return recorded;
  if (junit && junit.cases.length > 0) return { cases: junit.cases, reported: junit.cases };
  return {
    cases: testFiles.map((file) => ({ ...namedCase(file, place), message: unfinished })),
    reported: [],
  };
}
