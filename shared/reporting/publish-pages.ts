import { buildLinks } from "../devops/build-links.ts";
import type { ClusterUse } from "../results/cluster-use.ts";
import { htmlReport } from "../results/report/html-report.ts";
import { htmlReportType } from "../results/report/report-type.ts";
import { type StatusRecord, statusRecord, statusRecordType } from "../results/status-record.ts";
import { statusTag } from "../results/status-tag.ts";
import { summaryMarkdown } from "../results/summary.ts";
import type { TestResults } from "../results/test-results.ts";
import type { TaskHost } from "../task/host.ts";
import { maskTexts } from "../task/secret-mask.ts";
import { writeDocument } from "./write-document.ts";

/** What the pages say beside the results. */
export interface ReportContext {
  /** Unique to the step: part of the names of its attachments. */
  id: string;
  platform: StatusRecord["platform"];
  /** Address of the workspace. */
  workspace: string;
  startedOn: Date;
  /** The cluster that the notebooks ran on, if it is known how long it ran and was idle. */
  cluster?: ClusterUse;
  /** What is deployed in the folder whose notebooks ran, if that is certain. */
  deployment?: { artifact: NonNullable<StatusRecord["artifact"]>; environment: string };
}

/** Attaches the summary, the report and the status record to the build, and adds the tag by which the record is found. */
export async function publishPages(
  host: Pick<TaskHost, "attachments" | "documents" | "secrets" | "variable">,
  results: TestResults,
  { id, platform, workspace, startedOn, cluster, deployment }: ReportContext,
): Promise<void> {
  const { attachments } = host;
  const links = buildLinks(host.variable);
  // The name of the file is the heading of the summary on the run's page.
  const summary = summaryMarkdown(results, { cluster, links: links.all });
  attachments.uploadSummary(await writeDocument(host, `${results.name}.md`, summary));
  const html = htmlReport(results, { cluster, environment: deployment?.environment, links: links.all });
  attachments.add(htmlReportType, `notebooks-${id}.html`, await writeDocument(host, "report.html", html));
  const status = statusRecord(results, {
    platform,
    workspace,
    ...(deployment && { artifact: deployment.artifact, environment: deployment.environment }),
    run: { buildId: host.variable("Build.BuildId") ?? "0", ...(links.build ? { url: links.build } : {}) },
    startedOn: startedOn.toISOString(),
    finishedOn: new Date().toISOString(),
  });
  const record = maskTexts(status, (text) => host.secrets.mask(text));
  const recordFile = await writeDocument(host, "test-status.json", record);
  attachments.add(statusRecordType, `notebooks-${id}.json`, recordFile);
  attachments.tagBuild(statusTag(record));
}
