import type { BuildResult } from "../config.ts";
import type { Project } from "../projects.ts";
import type { Timeline } from "./timeline.ts";

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
  /** `System.TimelineId`. */
  timelineId?: string;
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

/** What a step of the run published. */
export interface BuildArtifact {
  id: number;
  name: string;
  /** `Container` for `##vso[artifact.upload]`. */
  type: "Container" | "PipelineArtifact";
  /** The timeline record of the job or step that published it first. */
  recordId: string;
  folder: string;
}

export interface Build extends Omit<BuildStart, "requestedFor" | "timelineId"> {
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
  timeline: Timeline;
  attachments: BuildAttachment[];
  artifacts: BuildArtifact[];
  /** Whether the build service may read the attachments. */
  attachmentsReadable: boolean;
}
