import type { FinishedRun } from "../results/finished-run.ts";
import { resultsOfNotebooks, type TestResults } from "../results/test-results.ts";
import type { TaskHost } from "../task/host.ts";
import { maskTexts } from "../task/secret-mask.ts";
import type { ReportingInputs } from "./inputs.ts";
import { failureOf, setOutputs } from "./outputs.ts";
import { publishPages, type ReportContext } from "./publish-pages.ts";
import { publishTests } from "./publish-tests.ts";
import { reportToPullRequest } from "./pull-request.ts";

export interface RunsReport extends Omit<ReportContext, "cluster" | "deployment"> {
  /** Heading of the results, such as `Databricks notebooks`. */
  title: string;
  finished: readonly FinishedRun[];
  inputs: ReportingInputs;
  /** Reads how much of a cluster the runs used. */
  readClusterUse?: (results: TestResults) => Promise<ReportContext["cluster"]>;
  /** Finds out what is deployed in the folder whose notebooks ran, as it is after they ran. */
  readDeployment?: () => Promise<ReportContext["deployment"]>;
}

/**
 * Reports how the runs of a step ended: outputs, Tests tab, pages of the pipeline run, status record and pull request. Fails with one
 * sentence if a run did not succeed.
 */
export async function reportRuns(host: TaskHost, report: RunsReport): Promise<void> {
  const { title, finished, inputs, readClusterUse, readDeployment, ...context } = report;
  setOutputs(host, finished);
  // Masked here, before texts are cut or escaped: every page, file and comment is made of this.
  const results = maskTexts(
    resultsOfNotebooks(
      title,
      finished.map(({ result }) => result),
    ),
    (text) => host.secrets.mask(text),
  );
  await publishTests(host, results, { toTestsTab: inputs.publishTestResults });
  const deployment = await readDeployment?.();
  host.signal.throwIfAborted();
  try {
    const cluster = await readClusterUse?.(results);
    await publishPages(host, results, { ...context, cluster, deployment });
  } catch (error) {
    // The result of the step is what the notebooks came to, not whether it could be shown.
    host.log.warning(`Could not write the pages of this step: ${(error as Error).message}.`);
  }
  await reportToPullRequest(host, results, inputs.pullRequestComment);
  const failure = failureOf(finished);
  if (failure) throw new Error(failure);
}
