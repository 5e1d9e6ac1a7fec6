import {
  anything,
  boolean,
  choice,
  type Fields,
  file,
  list,
  map,
  moment,
  number,
  object,
  required,
  text,
} from "../config-schema/schema.ts";
import type { AzureDevOpsConfig, EarlierAttachment, EarlierBuild } from "./config.ts";

const id = number({ min: 1, isWhole: true });

const attachment = object<EarlierAttachment>({
  type: required(text),
  name: required(text),
  content: anything,
  file,
});

const earlierBuild = object<EarlierBuild>({
  id: required(id),
  definition: required(object({ id: required(id), name: required(text) })),
  project: text,
  number: text,
  sourceBranch: text,
  sourceVersion: text,
  reason: choice(
    "manual",
    "individualCI",
    "batchedCI",
    "schedule",
    "scheduleForced",
    "pullRequest",
    "buildCompletion",
    "resourceTrigger",
  ),
  requestedFor: text,
  result: choice("succeeded", "partiallySucceeded", "failed", "canceled"),
  queueTime: moment,
  startTime: moment,
  finishTime: moment,
  tags: list(text),
  attachments: list(attachment),
  deleted: boolean,
  attachmentsReadable: boolean,
});

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
    projects: list(text),
    builds: list(earlierBuild),
    pullRequests: list(
      object({
        id: required(id),
        repository: required(text),
        title: required(text),
        sourceBranch: required(text),
        targetBranch: required(text),
      }),
    ),
  }),
};
