import type { ReleaseFacts } from "../results/report/release.ts";
import type { TaskHost } from "../task/host.ts";
import { writeDocument } from "./write-document.ts";

interface TestReport extends Pick<ReleaseFacts, "artifact" | "environment"> {
  /** Of both files, without their extensions. */
  name: string;
  html: string;
  junit: string;
}

/**
 * Adds the report for sign-off to the artifact `test-report-<version>-<environment>` of the pipeline run, as an HTML page and as a JUnit file.
 */
export async function publishTestReport(
  host: TaskHost,
  { artifact, environment, name, html, junit }: TestReport,
): Promise<void> {
  const container = `test-report-${artifact.version}-${environment}`;
  host.attachments.addToArtifact(container, await writeDocument(host, `${name}.html`, html));
  host.attachments.addToArtifact(container, await writeDocument(host, `${name}.xml`, junit));
}
