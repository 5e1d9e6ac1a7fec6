import { toJUnit } from "../results/junit.ts";
import type { TestResults } from "../results/test-results.ts";
import type { MaskedFile, TaskHost } from "../task/host.ts";
import { writeDocument } from "./write-document.ts";

/** Writes the JUnit file, publishes it to the Tests tab if `toTestsTab` is set and there is a test, and returns its path. */
export async function publishTests(
  host: Pick<TaskHost, "attachments" | "documents">,
  results: TestResults,
  { toTestsTab }: { toTestsTab: boolean },
): Promise<MaskedFile> {
  const file = await writeDocument(host, "notebooks.junit.xml", toJUnit(results));
  if (toTestsTab && results.cases.length > 0)
    host.attachments.publishTestResults({ files: [file], title: results.name });
  return file;
}
