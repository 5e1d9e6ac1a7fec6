import type { Scenario } from "../../shared/notebook/scenarios/scenario.ts";
import type { FinishedRun } from "../../shared/results/finished-run.ts";
import type { TestMarks } from "../../shared/results/test-case.ts";
import type { Log } from "../../shared/task/host.ts";
import { nearestName } from "../../shared/text/nearest-name.ts";

/** Logs that a scenario cannot run, and why. It counts as failed. */
export function didNotRun(scenario: Scenario, problem: string, log: Log): FinishedRun {
  log.outside(`Scenario ${scenario.name}: did not run: ${problem}`);
  return {
    state: "failed",
    result: {
      name: scenario.name,
      marks: marksOf(scenario),
      outcome: "failed",
      startedOn: new Date(),
      durationSeconds: 0,
      message: problem,
      cases: [],
    },
  };
}

/** Why a scenario whose notebook is not in the artifact cannot run. */
export function noSuchNotebook(path: string, notebooks: readonly string[]): string {
  const nearest = nearestName(path, notebooks) ?? nearestName(path.replace(/\.[^./]*$/, ""), notebooks);
  const advice = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  return `the deployed artifact has no notebook "${path}"${advice}`;
}

export function marksOf({ quarantined, owner, tags }: Scenario): TestMarks {
  return {
    ...(quarantined ? { quarantined } : {}),
    ...(owner === undefined ? {} : { owner }),
    ...(tags.length > 0 ? { tags } : {}),
  };
}
