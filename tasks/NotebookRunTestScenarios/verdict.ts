import type { DeploymentRecord } from "../../shared/deployment/record.ts";
import { buildOf, tagBuild, untagBuild } from "../../shared/devops/build-tags.ts";
import { promoteAfterPass } from "../../shared/devops/promotion.ts";
import { failureOf } from "../../shared/reporting/outputs.ts";
import type { PublishedStatus } from "../../shared/reporting/publish-status.ts";
import type { FinishedRun } from "../../shared/results/finished-run.ts";
import { countScenarios, type ScenarioCounts } from "../../shared/results/scenario-counts.ts";
import { passedTag } from "../../shared/results/status-tag.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { couldNot } from "../../shared/text/could-not.ts";
import type { CommonInputs } from "./inputs.ts";

interface Conclusion {
  inputs: CommonInputs;
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
 * Tags the build and promotes the version if it passed, or removes the tag that an earlier step of the build added. Fails the step if scenarios
 * failed or if it is not certain what was tested.
 */
export async function conclude(host: TaskHost, conclusion: Conclusion): Promise<void> {
  const { inputs, finished, tested } = conclusion;
  const counts = countsOf(finished);
  const failure = failureOf(finished, "scenario");
  const uncertain = uncertainty(host, conclusion);
  const { name: packageName, version: packageVersion } = tested.artifact;
  if (uncertain === undefined && failure === undefined && counts.total > 0) {
    // A pass whose test status cannot be found would be a claim without a proof.
    if (conclusion.status?.isTagged) await tagBuild(host, tagOf(host, tested), "passed test");
    if (inputs.promotion) await promoteAfterPass(host, { ...inputs.promotion, packageName, packageVersion });
    return;
  }
  if (inputs.promotion)
    host.log.outside(
      `Did not promote ${packageName} ${packageVersion} to the view ${inputs.promotion.view}, because it did not pass.`,
    );
  const stillTagged = await untagBuild(host, tagOf(host, tested)).then(
    () => undefined,
    (error: Error) => error.message,
  );
  const mustFail = uncertain !== undefined || stillTagged !== undefined || inputs.failTask;
  const reasons = [uncertain, stillTagged, failure].filter((reason) => reason !== undefined);
  if (mustFail && reasons.length > 0) throw new Error(reasons.join(" "));
  if (failure === undefined)
    host.log.line(
      "No scenario counts, so this step does not show that the version passed: NotebookCheckTestStatus refuses its test status.",
    );
  else
    host.log.warning(
      `${counts.failed + counts.notRun} of ${scenarios(counts.total)} failed. The step succeeds because failTask is false, and the test status says that they failed. ${failure}`,
    );
}

/** Why it is not certain what was tested, or why nobody would find the test, as a sentence; undefined if neither is so. */
function uncertainty(host: TaskHost, { status, problem }: Conclusion): string | undefined {
  if (problem !== undefined) return problem.message;
  if (status?.isTagged === false && buildOf(host.variable) !== undefined)
    return couldNot(
      "record the test status of the scenarios",
      "its build tag could not be added, as the warning above says, so that the gate does not find it",
      "see what the warning advises, and run the step again",
    );
  if (status !== undefined) return undefined;
  return couldNot(
    "write the test status of the scenarios",
    "the warning above says why",
    "run the step again, because the gate needs the test status",
  );
}

function tagOf({ secrets }: TaskHost, { artifact, environment }: DeploymentRecord): string {
  const { mask } = secrets;
  const { name, version, digest } = artifact;
  return passedTag({
    artifact: { name: mask(name), version: mask(version), digest },
    environment: mask(environment),
  });
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
  return `${scenarios(total)}: ${parts.join("; ")}.${others}`;
}

function scenarios(count: number): string {
  return `${count} ${count === 1 ? "scenario" : "scenarios"}`;
}
