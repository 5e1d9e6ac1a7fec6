import type { ReleaseFacts } from "../results/report/release.ts";
import type { TaskHost } from "../task/host.ts";
import { writeDocument } from "./write-document.ts";

/** The names of files are shorter than those that packages can have. */
const longestName = 80;

interface TestReport extends Pick<ReleaseFacts, "artifact" | "environment"> {
  /** The end of the names of both files, after the name of the package: a run may test several packages. */
  name: "test-report" | "sign-off";
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
  const file = `${artifact.name.slice(0, longestName)}-${name}`;
  host.attachments.addToArtifact(container, await writeDocument(host, `${file}.html`, html));
  host.attachments.addToArtifact(container, await writeDocument(host, `${file}.xml`, junit));
}
