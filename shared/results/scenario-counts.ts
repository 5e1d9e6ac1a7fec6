import type { StatusResult } from "./status-record.ts";

/** The results of scenarios, by which a release is judged. The tests that a scenario reported count as part of it. */
export interface ScenarioCounts {
  /** All that are not quarantined: passed + failed + notRun. */
  total: number;
  passed: number;
  failed: number;
  /** Skipped, cancelled or not started. None of these counts as passed. */
  notRun: number;
  /** Those that passed after an attempt that failed; they are among the passed ones. */
  flaky: number;
  /** Those whose result does not count. */
  quarantined: number;
}

/** One scenario of a record. */
export interface ScenarioResult extends StatusResult {
  /** `failed` also if a test that it reported failed, whatever the scenario's own result says. */
  outcome: StatusResult["outcome"];
}

/** The scenarios of a record. A result that names a scenario which the record does not have is itself one. */
export function scenariosOf(results: readonly StatusResult[]): ScenarioResult[] {
  const names = new Set(results.filter(({ reportedBy }) => reportedBy === undefined).map(({ name }) => name));
  const isTest = ({ reportedBy }: StatusResult) => reportedBy !== undefined && names.has(reportedBy);
  const withFailedTest = new Set(
    results
      .filter((result) => isTest(result) && result.outcome === "failed")
      .map(({ reportedBy }) => reportedBy),
  );
  return results
    .filter((result) => !isTest(result))
    .map((result) => (withFailedTest.has(result.name) ? { ...result, outcome: "failed" } : result));
}

export function countScenarios(results: readonly StatusResult[]): ScenarioCounts {
  const counts = { total: 0, passed: 0, failed: 0, notRun: 0, flaky: 0, quarantined: 0 };
  for (const { outcome, failedAttempts = 0, quarantined } of scenariosOf(results)) {
    if (quarantined) {
      counts.quarantined++;
      continue;
    }
    counts.total++;
    if (outcome === "passed" && failedAttempts > 0) counts.flaky++;
    counts[outcome === "skipped" ? "notRun" : outcome]++;
  }
  return counts;
}
