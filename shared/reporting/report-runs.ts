import type { FinishedRun } from "../results/finished-run.ts";
import type { ReleaseFacts } from "../results/report/release.ts";
import { junitType } from "../results/report/report-type.ts";
import { resultsOfNotebooks, type TestResults } from "../results/test-results.ts";
import type { TaskHost } from "../task/host.ts";
import { maskTexts } from "../task/secret-mask.ts";
import { couldNot } from "../text/could-not.ts";
import type { ReportingInputs } from "./inputs.ts";
import { publishPages, type ReportContext } from "./publish-pages.ts";
import { type PublishedStatus, publishStatus } from "./publish-status.ts";
import { publishTests } from "./publish-tests.ts";
import { reportToPullRequest } from "./pull-request.ts";

interface RunsReport extends Omit<ReportContext, "cluster" | "deployment" | "release"> {
  /** Heading of the results, such as `Databricks notebooks`. */
  title: string;
  finished: readonly FinishedRun[];
  /** What ran, if it is not notebooks. */
  unit?: TestResults["unit"];
  inputs: ReportingInputs;
  /** Called with the path of the JUnit file. */
  onResultsFile?: (file: string) => void;
  /** Reads how long the cluster ran and for how much of that time notebooks ran. */
  readClusterUse?: (results: TestResults) => Promise<ReportContext["cluster"]>;
  /** Reads the deployment in the folder whose notebooks ran. Called after the runs. */
  readDeployment?: () => Promise<ReportContext["deployment"]>;
  /** Reads what a report for sign-off says of that deployment. */
  readRelease?: (deployment: NonNullable<ReportContext["deployment"]>) => Promise<ReleaseFacts>;
}

/**
 * Reports how the runs of a step ended: on the Tests tab, on the pages of the pipeline run, in the status record and on the pull request. Pages
 * that cannot be written are a warning.
 * @returns the status record; undefined if it could not be written
 */
export async function reportRuns(host: TaskHost, report: RunsReport): Promise<PublishedStatus | undefined> {
  const {
    title,
    finished,
    unit,
    inputs,
    onResultsFile,
    readClusterUse,
    readDeployment,
    readRelease,
    ...context
  } = report;
  // Secrets are masked here, before texts are cut or escaped. Every page, file and comment is made from these results.
  const results = maskTexts(
    resultsOfNotebooks(
      title,
      finished.map(({ result }) => result),
      unit,
    ),
    (text) => host.secrets.mask(text),
  );
  const resultsFile = await publishTests(host, results, { toTestsTab: inputs.publishTestResults });
  onResultsFile?.(resultsFile);
  const deployment = await readDeployment?.();
  host.signal.throwIfAborted();
  let status: PublishedStatus | undefined;
  try {
    // The results tab reads failing cells and traces from it.
    host.attachments.add(junitType, `notebooks-${context.id}.xml`, resultsFile);
    const cluster = await readClusterUse?.(results);
    const release = deployment && (await readRelease?.(deployment));
    await publishPages(host, results, { id: context.id, cluster, deployment, release });
    status = await publishStatus(host, results, { ...context, deployment });
  } catch (error) {
    // What the notebooks did is known without the pages.
    host.log.warning(couldNot("write the pages of this step", (error as Error).message));
  }
  await reportToPullRequest(host, results, inputs.pullRequestComment);
  return status;
}
