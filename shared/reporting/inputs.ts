import type { TaskHost } from "../task/host.ts";

const pullRequestComments = ["onFailure", "always", "never"] as const;
export type PullRequestComment = (typeof pullRequestComments)[number];

/** The inputs that every task which reports runs has. */
export interface ReportingInputs {
  publishTestResults: boolean;
  pullRequestComment: PullRequestComment;
}

export function reportingInputs(host: TaskHost): ReportingInputs {
  return {
    publishTestResults: host.booleanInput("publishTestResults"),
    pullRequestComment: host.choiceInput("pullRequestComment", pullRequestComments),
  };
}
