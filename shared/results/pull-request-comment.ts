import { link } from "./markdown.ts";
import { failureParagraph, headline, notebookTable } from "./summary.ts";
import type { TestResults } from "./test-results.ts";

/** The rest stands on the run's page: a comment is read between others, and Azure DevOps takes 150,000 characters. */
const shownFailures = 3;

/** A run as the comment of a pull request: what failed, at which cell, the last lines of its trace, and where more stands. */
export function pullRequestComment(
  run: TestResults,
  links: readonly { words: string; url: string }[],
): string {
  const failed = run.cases.filter((testCase) => testCase.outcome === "failed");
  // A notebook that failed by its cases says nothing that they do not say better.
  const explained = failed.filter(
    (testCase) => testCase.suite !== undefined || testCase.trace !== undefined || failed.length === 1,
  );
  const shown = (explained.length > 0 ? explained : failed).slice(0, shownFailures);
  const more = failed.length - shown.length;
  return [
    `## ${headline(run)}`,
    notebookTable(run),
    ...shown.map(failureParagraph),
    more > 0 ? `… and ${more} more that failed, on the page of the run.` : "",
    links
      .map(({ words, url }) => link(words, url))
      .filter(Boolean)
      .join(" · "),
  ]
    .filter(Boolean)
    .join("\n\n");
}
