/** The part of `notebook-ops.local.yml` that says what the Azure DevOps project contains. */
export interface AzureDevOpsConfig {
  /** Pipelines > Library: group name → variable → value. */
  variableGroups?: Record<string, Record<string, string>>;
  /** Azure Artifacts feeds: `name` is one of the organisation, `project/name` one of the project. */
  feeds?: string[];
  devops?: {
    /** What the build service, whose token the pipelines have, may do; by default everything. */
    permissions?: DevopsPermissions;
    /** Projects of the organisation besides `local`, in which pipelines run. */
    projects?: string[];
    /** Pipeline runs that ended before the workspace started. */
    builds?: EarlierBuild[];
    /** Pipelines > Environments of the project `local`. A deployment job creates one that is not here. */
    environments?: EnvironmentConfig[];
    /** Open pull requests of the project's repositories. */
    pullRequests?: PullRequestConfig[];
  };
}

export type DevopsPermissions = Partial<Record<DevopsPermission, boolean>>;

/** A pipeline run that ended before the workspace started, as the config's `devops.builds` gives it. */
export interface EarlierBuild {
  id: number;
  definition: { id: number; name: string };
  /** The name of one of `devops.projects`; `local` by default. */
  project?: string;
  /** The build number; the id by default. */
  number?: string;
  /** `refs/heads/main` by default. */
  sourceBranch?: string;
  sourceVersion?: string;
  /** `manual` by default. */
  reason?: BuildReason;
  /** The name of the person for whom it ran. */
  requestedFor?: string;
  /** `succeeded` by default. */
  result?: BuildResult;
  /** ISO 8601, or relative to the start such as `-2d`. `startTime` by default. */
  queueTime?: string;
  /** `finishTime` by default. */
  startTime?: string;
  /** Now by default. */
  finishTime?: string;
  tags?: string[];
  attachments?: EarlierAttachment[];
  stages?: EarlierStage[];
  /** Retention has deleted it: its attachments are gone, and only a list that asks for deleted builds has it. */
  deleted?: boolean;
  /** `false`: the build service may not read its attachments. */
  attachmentsReadable?: boolean;
}

export interface EarlierStage {
  name: string;
  /** `succeeded` by default; `failed` if an approval was rejected. */
  result?: "succeeded" | "succeededWithIssues" | "failed" | "canceled" | "skipped";
  /** Where its deployment job deployed to. */
  environment?: string;
  /** What people answered before it started; the time is ISO 8601 or relative, by default the start of the run. */
  approvals?: (ApproverConfig & { time?: string })[];
}

/** A file that a step of the run attached: either its content or where to read it. */
export interface EarlierAttachment {
  type: string;
  name: string;
  /** Text, or a value that is attached as JSON. */
  content?: unknown;
  file?: string;
}

/** https://learn.microsoft.com/rest/api/azure/devops/build/builds/list#buildresult, without `none`, which no finished build has. */
export type BuildResult = "succeeded" | "partiallySucceeded" | "failed" | "canceled";

/** https://learn.microsoft.com/rest/api/azure/devops/build/builds/list#buildreason, without those of TFVC. */
export type BuildReason =
  | "manual"
  | "individualCI"
  | "batchedCI"
  | "schedule"
  | "scheduleForced"
  | "pullRequest"
  | "buildCompletion"
  | "resourceTrigger";

export interface EnvironmentConfig {
  name: string;
  /** The people who must all approve a stage before it starts. */
  approvals?: ApproverConfig[];
}

/** A person's name, and what they answer whenever they are asked. */
export interface ApproverConfig {
  approver: string;
  answer: "approved" | "rejected";
  comment?: string;
}

export interface PullRequestConfig {
  id: number;
  /** The repository's name. */
  repository: string;
  title: string;
  /** `refs/heads/…` */
  sourceBranch: string;
  targetBranch: string;
}

/**
 * What an identity may do: with a feed (https://learn.microsoft.com/azure/devops/artifacts/feeds/feed-permissions), with the
 * project's service connections, pull requests, builds and tests.
 */
export type DevopsPermission =
  | "readPackages"
  | "addPackage"
  | "updatePackage"
  | "deletePackage"
  | "administerFeed"
  | "useServiceConnection"
  | "contributeToPullRequests"
  | "updateBuildInformation"
  | "createTestRuns";
