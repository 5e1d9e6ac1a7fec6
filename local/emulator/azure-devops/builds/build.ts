import type { BuildResult } from "../config.ts";
import type { Project } from "../projects.ts";

/** What a pipeline run is when it starts. */
export interface BuildStart {
  id: number;
  number: string;
  definition: { id: number; name: string };
  /** `System.PlanId`: by which what the agent records finds its build. */
  planId: string;
  sourceBranch: string;
  sourceVersion: string;
  /** `manual`, `pullRequest`, `individualCI`, … */
  reason: string;
  repository: { id: string; name: string; type: string };
  /** The name of the person for whom it runs. */
  requestedFor?: string;
}

/** A file that a step of the run attached by `##vso[task.addattachment]`. */
export interface BuildAttachment {
  timelineId: string;
  recordId: string;
  type: string;
  name: string;
  content: Buffer;
  createdOn: string;
}

export interface Build extends Omit<BuildStart, "requestedFor"> {
  project: Project;
  requestedFor: string;
  status: "inProgress" | "completed";
  result?: BuildResult;
  queuedOn: string;
  startedOn: string;
  finishedOn?: string;
  /** Retention has deleted the run: only a list that asks for deleted builds has it. */
  deletedOn?: string;
  tags: ReadonlySet<string>;
  attachments: BuildAttachment[];
  /** Whether the build service may read the attachments. */
  attachmentsReadable: boolean;
}
