import type { RunReference } from "./attachments/attachment-service.ts";

/** What the page of a run tells its tabs; enumerations come as numbers here and as words in REST. */
export interface PageBuild {
  id: number;
  buildNumber: string;
  definition: { id: number };
  project: { id: string };
  status: number | string;
}

export interface ResultsPage {
  onBuildChanged(heard: (build: PageBuild) => void): void;
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
