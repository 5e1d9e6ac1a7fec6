import { toJUnit } from "../results/junit.ts";
import type { TestResults } from "../results/test-results.ts";
import type { TaskHost } from "../task/host.ts";
import { writeDocument } from "./write-document.ts";

/** Writes the JUnit file, sets the output ResultsFile to its path, and publishes it to the Tests tab if `toTestsTab` is set. */
export async function publishTests(
  host: Pick<TaskHost, "attachments" | "documents" | "output">,
  results: TestResults,
  { toTestsTab }: { toTestsTab: boolean },
): Promise<void> {
  const file = await writeDocument(host, "notebooks.junit.xml", toJUnit(results));
  host.output("ResultsFile", file);
  if (toTestsTab) host.attachments.publishTestResults({ files: [file], title: results.name });
}
