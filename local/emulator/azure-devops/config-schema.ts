import { boolean, type Fields, list, map, number, object, required, text } from "../config-schema/schema.ts";
import type { AzureDevOpsConfig } from "./config.ts";

export const azureDevOpsFields: Fields<AzureDevOpsConfig> = {
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
