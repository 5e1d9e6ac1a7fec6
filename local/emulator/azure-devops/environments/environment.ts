import type { Build } from "../builds/build.ts";
import type { TimelineResult } from "../builds/timeline.ts";
import type { ApproverConfig } from "../config.ts";
import type { Project } from "../projects.ts";

/** Where deployment jobs deploy to, with a check that people must approve before a stage may. */
export interface Environment {
  id: number;
  name: string;
  description: string;
  project: Project;
  createdBy: string;
  createdOn: string;
  /** The people who must approve each stage, and what they answer. */
  approvers: readonly ApproverConfig[];
  deployments: Deployment[];
}

/** A deployment job that ran. A job whose stage was not approved has none (https://github.com/microsoft/azure-pipelines-yaml/issues/315). */
export interface Deployment {
  id: number;
  build: Build;
  stage: string;
  job: string;
  result?: TimelineResult;
  queuedOn: string;
  startedOn: string;
  finishedOn?: string;
}

export type ApprovalStatus = "pending" | "approved" | "rejected" | "skipped";

/** The check of one environment before one stage. */
export interface Approval {
  id: string;
  build: Build;
  environment: Environment;
  status: ApprovalStatus;
  steps: ApprovalStep[];
  createdOn: string;
  lastModifiedOn: string;
}

/** What one person answers. */
export interface ApprovalStep {
  approver: string;
  status: ApprovalStatus;
  comment: string;
  initiatedOn: string;
  lastModifiedOn: string;
}
