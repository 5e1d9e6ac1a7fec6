import type { FinishedRun } from "../results/finished-run.ts";
import { resultsOfNotebooks, type TestResults } from "../results/test-results.ts";
import type { TaskHost } from "../task/host.ts";
import { maskTexts } from "../task/secret-mask.ts";
import { couldNot } from "../text/could-not.ts";
import type { ReportingInputs } from "./inputs.ts";
import { failureOf, setOutputs } from "./outputs.ts";
import { publishPages, type ReportContext } from "./publish-pages.ts";
import { publishTests } from "./publish-tests.ts";
import { reportToPullRequest } from "./pull-request.ts";

interface RunsReport extends Omit<ReportContext, "cluster" | "deployment"> {
  /** Heading of the results, such as `Databricks notebooks`. */
  title: string;
  finished: readonly FinishedRun[];
  inputs: ReportingInputs;
  /** Reads how long the cluster ran and for how much of that time notebooks ran. */
  readClusterUse?: (results: TestResults) => Promise<ReportContext["cluster"]>;
  /** Reads the deployment in the folder whose notebooks ran. Called after the runs. */
  readDeployment?: () => Promise<ReportContext["deployment"]>;
}

/**
 * Reports how the runs of a step ended: in outputs, on the Tests tab, on the pages of the pipeline run, in the status record and on the pull
 * request. Fails with one sentence if a run did not succeed.
 */
export async function reportRuns(host: TaskHost, report: RunsReport): Promise<void> {
  const { title, finished, inputs, readClusterUse, readDeployment, ...context } = report;
  setOutputs(host, finished);
  // Secrets are masked here, before texts are cut or escaped. Every page, file and comment is made from these results.
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
    // The result of the step depends on the notebooks alone, so a missing page is only a warning.
    host.log.warning(couldNot("write the pages of this step", (error as Error).message));
  }
  await reportToPullRequest(host, results, inputs.pullRequestComment);
  const failure = failureOf(finished);
  if (failure) throw new Error(failure);
}
