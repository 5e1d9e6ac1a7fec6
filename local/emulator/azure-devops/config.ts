/** The part of `notebook-ops.local.yml` that says what the Azure DevOps project contains. */
export interface AzureDevOpsConfig {
  /** Pipelines > Library: group name → variable → value. */
  variableGroups?: Record<string, Record<string, string>>;
  /** Azure Artifacts feeds: `name` is one of the organisation, `project/name` one of the project. */
  feeds?: string[];
  devops?: {
    /** What the build service, whose token the pipelines have, may do; by default everything. */
    permissions?: DevopsPermissions;
    /** Open pull requests of the project's repositories. */
    pullRequests?: PullRequestConfig[];
  };
}

export type DevopsPermissions = Partial<Record<DevopsPermission, boolean>>;

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
