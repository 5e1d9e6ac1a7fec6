import type { WorkspaceConfig } from "../config.ts";
import { boolean, type Fields, list, map, number, object, required, text } from "../config-schema/schema.ts";

export const azureDevOpsFields: Fields<Pick<WorkspaceConfig, "variableGroups" | "feeds" | "devops">> = {
  variableGroups: map(map(text)),
  feeds: list(text),
  devops: object({
    permissions: object({
      readPackages: boolean,
      addPackage: boolean,
      updatePackage: boolean,
      deletePackage: boolean,
      administerFeed: boolean,
      useServiceConnection: boolean,
      contributeToPullRequests: boolean,
      updateBuildInformation: boolean,
      createTestRuns: boolean,
    }),
    pullRequests: list(
      object({
        id: required(number({ min: 1, isWhole: true })),
        repository: required(text),
        title: required(text),
        sourceBranch: required(text),
        targetBranch: required(text),
      }),
    ),
  }),
};
