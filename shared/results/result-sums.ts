import type { StatusRecord, StatusResult } from "./status-record.ts";
import { type OutcomeCounts, overallOutcome } from "./test-case.ts";
import type { TestOutcome } from "./test-outcome.ts";
import type { TestResults } from "./test-results.ts";

/** How the notebooks of a run and the tests that they or others reported ended, counted apart. */
export interface ResultSums {
  /** A failure that is quarantined counts in `total`, but not in `failed`. */
  notebooks: OutcomeCounts;
  /** The word for one of `notebooks`: `phase` if they are all phases of streaming tests. */
  noun: "phase" | NonNullable<TestResults["unit"]>;
  tests: OutcomeCounts;
  /** Passed after failed attempts. */
  flaky: number;
  /** Failures that are quarantined. */
  quarantined: number;
}

interface Countable {
  outcome: TestOutcome;
  flaky?: boolean;
  quarantined?: boolean;
  isPhase?: boolean;
}

export function sumResults(
  notebooks: readonly Countable[],
  tests: readonly Countable[],
  unit: TestResults["unit"] = "notebook",
): ResultSums {
  const all = [...notebooks, ...tests];
  return {
    notebooks: count(notebooks),
    noun: notebooks.length > 0 && notebooks.every(({ isPhase }) => isPhase) ? "phase" : unit,
    tests: count(tests),
    flaky: all.filter(({ flaky }) => flaky).length,
    quarantined: all.filter(({ outcome, quarantined }) => outcome === "failed" && quarantined).length,
  };
}

function count(results: readonly Countable[]): OutcomeCounts {
  const counts = { total: results.length, passed: 0, failed: 0, skipped: 0 };
  for (const { outcome, quarantined } of results) if (outcome !== "failed" || !quarantined) counts[outcome]++;
  return counts;
}

export function sumsOf(run: TestResults): ResultSums {
  const countable = run.cases.map(({ suite, outcome, failedAttempts, marks, phase }) => ({
    isNotebook: run.notebooks !== undefined && suite === undefined,
    outcome,
    flaky: outcome === "passed" && (failedAttempts?.length ?? 0) > 0,
    quarantined: marks?.quarantined === true,
    isPhase: phase !== undefined,
  }));
  return sumResults(
    countable.filter(({ isNotebook }) => isNotebook),
    countable.filter(({ isNotebook }) => !isNotebook),
    run.unit,
  );
}

export function sumsOfRecord({ results }: Pick<StatusRecord, "results">): ResultSums {
  const isTest = ({ name, reportedBy }: StatusResult) => reportedBy !== undefined || name.includes(" / ");
  const countable = (result: StatusResult) => ({
    outcome: result.outcome,
    flaky: result.outcome === "passed" && (result.failedAttempts ?? 0) > 0,
    quarantined: result.quarantined === true,
    isPhase: result.phase !== undefined,
  });
  return sumResults(
    results.filter((result) => !isTest(result)).map(countable),
    results.filter(isTest).map(countable),
  );
}

/** The outcome of all results together, without failures that are quarantined; `skipped` if nothing else ran. */
export function outcomeOf({ notebooks, tests }: ResultSums): TestOutcome {
  return overallOutcome({
    total: notebooks.total + tests.total,
    passed: notebooks.passed + tests.passed,
    failed: notebooks.failed + tests.failed,
    skipped: notebooks.skipped + tests.skipped,
  });
}
