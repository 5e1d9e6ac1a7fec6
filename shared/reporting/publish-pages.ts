import { buildLinks } from "../devops/build-links.ts";
import type { ClusterUse } from "../results/cluster-use.ts";
import { toJUnit } from "../results/junit.ts";
import { htmlReport } from "../results/report/html-report.ts";
import type { ReleaseFacts } from "../results/report/release.ts";
import { htmlReportType } from "../results/report/report-type.ts";
import type { StatusRecord } from "../results/status-record.ts";
import { summaryMarkdown } from "../results/summary.ts";
import type { TestResults } from "../results/test-results.ts";
import type { TaskHost } from "../task/host.ts";
import { originOf } from "./run-origin.ts";
import { publishTestReport } from "./test-report.ts";
import { writeDocument } from "./write-document.ts";

/** What the pages show in addition to the results. */
export interface ReportContext {
  /** Unique to the step, and part of the names of its attachments. */
  id: string;
  platform: StatusRecord["platform"];
  /** Address of the workspace. */
  workspace: string;
  startedOn: Date;
  /** How long the cluster of the notebooks ran and was idle; undefined if that is unknown. */
  cluster?: ClusterUse;
  /** The deployment whose notebooks ran; undefined if they were not deployed or their version is uncertain. */
  deployment?: { artifact: NonNullable<StatusRecord["artifact"]>; environment: string };
  /** Makes the report one for sign-off, which is an artifact of the pipeline run, too. */
  release?: ReleaseFacts;
}

/** Attaches the summary and the report to the build. */
export async function publishPages(
  host: TaskHost,
  results: TestResults,
  { id, cluster, deployment, release }: Pick<ReportContext, "id" | "cluster" | "deployment" | "release">,
): Promise<void> {
  const { attachments } = host;
  const links = buildLinks(host.variable);
  // The page of the pipeline run shows the name of the file as the heading of the summary.
  const origin = originOf(host.variable);
  const summary = summaryMarkdown(results, { cluster, links: links.all, origin });
  attachments.uploadSummary(await writeDocument(host, `${results.name}.md`, summary));
  const options = { cluster, environment: deployment?.environment, links: links.all, origin, release };
  const html = htmlReport(results, options);
  attachments.add(htmlReportType, `notebooks-${id}.html`, await writeDocument(host, "report.html", html));
  if (release)
    await publishTestReport(host, { ...release, name: "test-report", html, junit: toJUnit(results) });
}
