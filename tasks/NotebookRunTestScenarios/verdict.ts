import type { DeploymentRecord } from "../../shared/deployment/record.ts";
import { tagBuild, untagBuild } from "../../shared/devops/build-tags.ts";
import { failureOf } from "../../shared/reporting/outputs.ts";
import type { PublishedStatus } from "../../shared/reporting/publish-status.ts";
import type { FinishedRun } from "../../shared/results/finished-run.ts";
import { countScenarios, type ScenarioCounts } from "../../shared/results/scenario-counts.ts";
import { passedTag } from "../../shared/results/status-tag.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { couldNot } from "../../shared/text/could-not.ts";
import type { Inputs } from "./inputs.ts";

interface Conclusion {
  inputs: Inputs;
  finished: readonly FinishedRun[];
  /** Undefined if the test status could not be written. */
  status: PublishedStatus | undefined;
  /** Why the test status names no version. */
  problem: Error | undefined;
  /** The deployment that was there before the scenarios ran. */
  tested: DeploymentRecord;
}

/** Sets the outputs ScenariosTotal and ScenariosFailed, and logs the counts. */
export function setCounts(host: TaskHost, finished: readonly FinishedRun[]): void {
  const counts = countsOf(finished);
  host.output("ScenariosTotal", String(counts.total));
  host.output("ScenariosFailed", String(counts.failed + counts.notRun));
  host.log.line(sentence(counts));
}

/**
 * Tags the build if the version passed, or removes the tag that an earlier step of the build added. Fails the step if scenarios failed or if it
 * is not certain what was tested.
 */
export async function conclude(
  host: TaskHost,
  { inputs, finished, status, problem, tested }: Conclusion,
): Promise<void> {
  const counts = countsOf(finished);
  const failure = failureOf(finished, "scenario");
  const unwritten = couldNot(
    "write the test status of the scenarios",
    "the warning above says why",
    "run the step again, because the gate needs the test status",
  );
  const uncertain = problem?.message ?? (status === undefined ? unwritten : undefined);
  const passed = uncertain === undefined && failure === undefined && counts.total > 0;
  const tag = passedTag({
    artifact: {
      ...tested.artifact,
      name: masked(host, tested.artifact.name),
      version: masked(host, tested.artifact.version),
    },
    environment: masked(host, tested.environment),
  });
  if (passed) await tagBuild(host, tag, "passed test");
  else await untagBuild(host, tag);
  if (uncertain !== undefined) throw new Error([uncertain, failure].filter(Boolean).join(" "));
  if (failure === undefined) {
    if (counts.total === 0)
      host.log.line(
        "No scenario counts, so this step does not show that the version passed: NotebookCheckTestStatus refuses its test status.",
      );
    return;
  }
  if (inputs.failTask) throw new Error(failure);
  host.log.warning(
    `${counts.failed + counts.notRun} of ${counts.total} ${counts.total === 1 ? "scenario" : "scenarios"} failed. The step succeeds because failTask is false, and the test status says that they failed. ${failure}`,
  );
}

function countsOf(finished: readonly FinishedRun[]): ScenarioCounts {
  return countScenarios(
    finished.map(({ result: { name, outcome, durationSeconds, failedAttempts, marks } }) => ({
      name,
      outcome,
      durationSeconds,
      ...(failedAttempts ? { failedAttempts: failedAttempts.length } : {}),
      ...(marks?.quarantined ? { quarantined: true } : {}),
    })),
  );
}

/** Such as `12 scenarios: 11 passed, 2 of them flaky; 1 failed. 1 more is in quarantine and does not count.` */
function sentence({ total, passed, failed, notRun, flaky, quarantined }: ScenarioCounts): string {
  const parts = [
    `${passed} passed${flaky > 0 ? `, ${flaky} of them flaky` : ""}`,
    `${failed} failed`,
    ...(notRun > 0 ? [`${notRun} did not run`] : []),
  ];
  const others =
    quarantined > 0
      ? ` ${quarantined} more in quarantine ${quarantined === 1 ? "does" : "do"} not count.`
      : "";
  return `${total} ${total === 1 ? "scenario" : "scenarios"}: ${parts.join("; ")}.${others}`;
}

function masked({ secrets }: TaskHost, text: string): string {
  return secrets.mask(text);
}
