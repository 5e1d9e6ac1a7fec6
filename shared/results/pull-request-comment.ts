import { link } from "./markdown.ts";
import { failureParagraph, headline, notebookTable } from "./summary.ts";
import type { TestResults } from "./test-results.ts";

/** A comment should be short, and Azure DevOps allows 150,000 characters. The run's page shows all failures. */
const shownFailures = 3;

/** The comment on a pull request: what failed, the failing cells, the last lines of the traces, and links. */
export function pullRequestComment(
  run: TestResults,
  links: readonly { words: string; url: string }[],
): string {
  const failed = run.cases.filter((testCase) => testCase.outcome === "failed");
  // A notebook that failed because of its cases is left out: the cases say why.
  const explained = failed.filter(
    (testCase) => testCase.suite !== undefined || testCase.trace !== undefined || failed.length === 1,
  );
  const shown = (explained.length > 0 ? explained : failed).slice(0, shownFailures);
  const more = failed.length - shown.length;
  return [
    `## ${headline(run)}`,
    notebookTable(run),
    ...shown.map(failureParagraph),
    more > 0 ? `… and ${more} more failures, on the page of the run.` : "",
    links
      .map(({ words, url }) => link(words, url))
      .filter(Boolean)
      .join(" · "),
  ]
    .filter(Boolean)
    .join("\n\n");
}
