import type { RunReference } from "./attachments/attachment-service.ts";

/** A build as the page of a run passes it to its tabs. Enumerations are numbers here, but words in REST. */
export interface PageBuild {
  id: number;
  buildNumber: string;
  definition: { id: number };
  project: { id: string };
  status: number | string;
}

export interface ResultsPage {
  onBuildChanged(listener: (build: PageBuild) => void): void;
}

const completed: readonly unknown[] = [2, "completed"];

export function referenceOf({ id, buildNumber, definition, status }: PageBuild): RunReference {
  return {
    buildId: String(id),
    number: buildNumber,
    definitionId: String(definition.id),
    isCompleted: completed.includes(status),
  };
}
