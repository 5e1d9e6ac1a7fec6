import { runOrigin } from "../shared/results/run-origin.ts";
import type { RunReference } from "./attachments/attachment-service.ts";

/** A build as the page of a run passes it to its tabs. Enumerations are numbers here, but words in REST. */
export interface PageBuild {
  id: number;
  buildNumber: string;
  definition: { id: number };
  project: { id: string };
  status: number | string;
  result?: number | string;
  reason?: number | string;
  sourceBranch?: string;
  sourceVersion?: string;
  requestedFor?: { displayName?: string };
}

export interface ResultsPage {
  onBuildChanged(listener: (build: PageBuild) => void): void;
}

const completed: readonly unknown[] = [2, "completed"];

/** https://learn.microsoft.com/javascript/api/azure-devops-extension-api/buildresult */
const results: Record<number, string> = {
  2: "succeeded",
  4: "partiallySucceeded",
  8: "failed",
  32: "canceled",
};

/** https://learn.microsoft.com/javascript/api/azure-devops-extension-api/buildreason; a manual run needs no words. */
const reasons: Record<number, string> = {
  2: "individualCI",
  4: "batchedCI",
  8: "schedule",
  32: "validateShelveset",
  64: "checkInShelveset",
  256: "pullRequest",
  512: "buildCompletion",
  1024: "resourceTrigger",
};

export function referenceOf(build: PageBuild): RunReference {
  const { id, buildNumber, definition, status, sourceBranch, sourceVersion, requestedFor } = build;
  const result = wordOf(build.result, results);
  return {
    buildId: String(id),
    number: buildNumber,
    definitionId: String(definition.id),
    isCompleted: completed.includes(status),
    ...(result ? { result } : {}),
    origin: runOrigin({
      sourceBranch,
      sourceVersion,
      requestedFor: requestedFor?.displayName,
      reason: wordOf(build.reason, reasons),
    }),
  };
}

function wordOf(value: number | string | undefined, words: Record<number, string>): string | undefined {
  return typeof value === "number" ? words[value] : value;
}
