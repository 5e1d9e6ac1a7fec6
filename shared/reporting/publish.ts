import type { ComputeChoice } from "../../tasks/DatabricksRunNotebook/inputs.ts";
import { clusterLife } from "../databricks/clusters/cluster-life.ts";
import type { DatabricksClient } from "../databricks/connection.ts";
import type { FinishedRun } from "../databricks/runs/run-notebooks.ts";
import type { DeploymentRecord } from "../deployment/record.ts";
import { buildLinks } from "../devops/build-links.ts";
import { type ClusterUse, clusterUse } from "../results/cluster-use.ts";
import { toJUnit } from "../results/junit.ts";
import { htmlReport } from "../results/report/html-report.ts";
import { htmlReportType } from "../results/report/report-type.ts";
import { statusRecord, statusRecordType } from "../results/status-record.ts";
import { statusTag } from "../results/status-tag.ts";
import { summaryMarkdown } from "../results/summary.ts";
import type { TestResults } from "../results/test-results.ts";
import { resultsOfNotebooks } from "../results/test-results.ts";
import type { TaskHost } from "../task/host.ts";
import { maskTexts } from "../task/secret-mask.ts";
import { writeLarge } from "./results.ts";

const title = "Databricks notebooks";

/** What every page, file and comment of the step is made of: no text in it holds a secret. */
export function maskedResults({ secrets }: TaskHost, ran: readonly FinishedRun[]): TestResults {
  const run = resultsOfNotebooks(
    title,
    ran.map(({ result }) => result),
  );
  return maskTexts(run, (text) => secrets.mask(text));
}

/** The JUnit file of the run, which later steps find as ResultsFile and the Tests tab shows. */
export async function publishTests(
  host: TaskHost,
  { run, toTestsTab }: { run: TestResults; toTestsTab: boolean },
): Promise<void> {
  const file = await writeLarge(host, "notebooks.junit.xml", toJUnit(run));
  host.output("ResultsFile", file);
  if (toTestsTab) host.attachments.publishTestResults({ files: [file], title });
}

/** The run on the page of the pipeline run: its summary, its report, and the status record with the tag that finds it. */
export async function publishPages(
  host: TaskHost,
  databricks: DatabricksClient,
  about: {
    run: TestResults;
    id: string;
    startedOn: Date;
    compute: ComputeChoice;
    deployment?: DeploymentRecord;
  },
): Promise<void> {
  const { run, id, startedOn, deployment } = about;
  const links = buildLinks(host.variable);
  const cluster = await measuredCluster(databricks, about);
  // Its name is the heading under which the run's page shows it.
  const summary = await writeLarge(host, `${title}.md`, summaryMarkdown(run, { cluster, links: links.all }));
  host.attachments.uploadSummary(summary);
  const html = htmlReport(run, { cluster, environment: deployment?.environment, links: links.all });
  const report = await writeLarge(host, "report.html", html);
  host.attachments.add(htmlReportType, `notebooks-${id}.html`, report);
  const status = statusRecord(run, {
    platform: "databricks",
    workspace: databricks.url,
    ...(deployment && { artifact: deployment.artifact, environment: deployment.environment }),
    run: { buildId: host.variable("Build.BuildId") ?? "0", ...(links.build ? { url: links.build } : {}) },
    startedOn: startedOn.toISOString(),
    finishedOn: new Date().toISOString(),
  });
  const record = maskTexts(status, (text) => host.secrets.mask(text));
  const recordFile = await writeLarge(host, "test-status.json", record);
  host.attachments.add(statusRecordType, `notebooks-${id}.json`, recordFile);
  host.attachments.tagBuild(statusTag(record));
}

/** Of a cluster that runs on after the notebooks: one of a job's own ends with its run, and serverless compute has none. */
async function measuredCluster(
  databricks: DatabricksClient,
  { run: { notebooks = [] }, compute }: { run: TestResults; compute: ComputeChoice },
): Promise<ClusterUse | undefined> {
  if (compute.kind !== "cluster") return undefined;
  const life = await clusterLife(databricks, compute.clusterId);
  if (!life) return undefined;
  const ends = notebooks.map((each) => each.startedOn.getTime() + each.durationSeconds * 1000);
  // The platform's clock and the agent's differ: no notebook ends after the time that is counted.
  return clusterUse({ ...life, until: new Date(Math.max(Date.now(), ...ends)) }, notebooks);
}
