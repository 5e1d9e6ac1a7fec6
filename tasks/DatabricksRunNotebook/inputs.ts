import { workspaceFolder } from "../../shared/databricks/folders/workspace-folders.ts";
import { parseParameters } from "../../shared/notebook/parameters.ts";
import { globLines } from "../../shared/notebook/select-notebooks.ts";
import { InputError, type TaskHost } from "../../shared/task/host.ts";

export interface Inputs {
  /** Undefined where the notebooks are deployed in workspaceFolder already. */
  notebookFolder?: string;
  /** Globs; none means all notebooks. */
  notebooks: string[];
  /** Absolute, with no slash at its end. */
  workspaceFolder: string;
  parameters: Record<string, string>;
  compute: ComputeChoice;
  maxConcurrency: number;
  timeoutMinutes: number;
  requireExit: boolean;
  allowSkipped: boolean;
  keepNotebooks: boolean;
  publishTestResults: boolean;
  pullRequestComment: PullRequestComment;
}

const pullRequestComments = ["onFailure", "always", "never"] as const;
export type PullRequestComment = (typeof pullRequestComments)[number];

export type ComputeChoice =
  | { kind: "cluster"; clusterId: string }
  | { kind: "jobCluster"; clusterConfig: string }
  | { kind: "serverless" };

export function loadInputs(host: TaskHost): Inputs {
  return {
    notebookFolder: host.pathInput("notebookFolder"),
    notebooks: globLines(host.input("notebooks")),
    workspaceFolder: workspaceFolder("workspaceFolder", host.requiredInput("workspaceFolder")),
    parameters: parseParameters(host.input("parameters")),
    compute: computeChoice(host),
    maxConcurrency: host.integerInput("maxConcurrency", { min: 1, max: 100 }),
    timeoutMinutes: host.integerInput("timeoutMinutes", { min: 1, max: 10_080 }),
    requireExit: host.booleanInput("requireExit"),
    allowSkipped: host.booleanInput("allowSkipped"),
    keepNotebooks: host.booleanInput("keepNotebooks"),
    publishTestResults: host.booleanInput("publishTestResults"),
    pullRequestComment: host.choiceInput("pullRequestComment", pullRequestComments),
  };
}

/** clusterId has a default that an earlier step fills in, so what was asked for on purpose goes before it. */
function computeChoice(host: TaskHost): ComputeChoice {
  const clusterConfig = host.pathInput("clusterConfig");
  if (host.booleanInput("serverless")) {
    if (clusterConfig)
      throw new InputError("Inputs 'serverless' and 'clusterConfig' exclude each other: give one of them.");
    return { kind: "serverless" };
  }
  if (clusterConfig) return { kind: "jobCluster", clusterConfig };
  return { kind: "cluster", clusterId: host.requiredInput("clusterId") };
}
