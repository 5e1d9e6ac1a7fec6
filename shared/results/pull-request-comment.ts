import { latencyLines } from "./latency-markdown.ts";
import type { RunOrigin } from "./run-origin.ts";
import { resultParagraphs } from "./summary.ts";
import type { TestResults } from "./test-results.ts";

/** A comment should be short, and Azure DevOps allows 150,000 characters. The run's page shows all failures. */
const shownFailures = 3;

/** The comment on a pull request. It says what the summary says, with fewer failures. */
export function pullRequestComment(
  run: TestResults,
  links: readonly { words: string; url: string }[],
  origin: RunOrigin = {},
): string {
  const latencies = latencyLines(run);
  return resultParagraphs(run, {
    links,
    origin,
    latencies,
    shownFailures,
    rest: "on the page of the run",
  }).join("\n\n");
}
