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
import type {
  ApproverConfig,
  AzureDevOpsConfig,
  EarlierAttachment,
  EarlierBuild,
  EarlierStage,
} from "./config.ts";

const id = number({ min: 1, isWhole: true });

const attachment = object<EarlierAttachment>({
  type: required(text),
  name: required(text),
  content: anything,
  file,
});

const answer: Fields<ApproverConfig> = {
  approver: required(text),
  answer: required(choice("approved", "rejected")),
  comment: text,
};

const stage = object<EarlierStage>({
  name: required(text),
  result: choice("succeeded", "succeededWithIssues", "failed", "canceled", "skipped"),
  environment: text,
  approvals: list(object({ ...answer, time: moment })),
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
  stages: list(stage),
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
    environments: list(object({ name: required(text), approvals: list(object(answer)) })),
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
