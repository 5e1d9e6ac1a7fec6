import type { Position, YamlScalar } from "./node.ts";

/** A pipeline whose templates and `${{ }}` are expanded. */
export interface Pipeline {
  file: string;
  /** The format of the run number. */
  name?: YamlScalar;
  variables: VariableDefinition[];
  stages: StageDefinition[];
}

/** The names that `resources` declares, by which steps refer to other repositories and pipelines. */
export interface ResourceNames {
  repositories: string[];
  pipelines: string[];
}

export interface VariableDefinition {
  name: string;
  /** Text, or `$[ ]`, which is evaluated when the job starts. */
  value: string;
  readOnly: boolean;
  at: Position;
}

/** A stage or a job: a node of the graph of dependencies. */
interface GraphNode {
  name: string;
  displayName: string;
  dependsOn: string[];
  condition?: string;
  variables: VariableDefinition[];
  at: Position;
}

export interface StageDefinition extends GraphNode {
  jobs: JobDefinition[];
  /** Starts only when somebody starts it: `trigger: manual`. */
  isManual: boolean;
}

/** A part of a deployment job: https://learn.microsoft.com/azure/devops/pipelines/process/deployment-jobs#deployment-strategies */
export type DeploymentHook =
  | "preDeploy"
  | "deploy"
  | "routeTraffic"
  | "postRouteTraffic"
  | "failure"
  | "success";

export interface JobDefinition extends GraphNode {
  steps: StepDefinition[];
  continueOnError: boolean;
  timeoutMinutes?: number;
  cancelTimeoutMinutes?: number;
  /** Comes before the names of outputs: `<job>.<step>.<name>` for a deployment job, `<leg>.<step>.<name>` for a job of a matrix. */
  outputPrefix: string;
  /** Where a deployment job deploys to; the name can contain macros. */
  environment?: { name: string; resourceName?: string };
  /** The hook of a deployment job that this is. */
  hook?: DeploymentHook;
  /** The name that other jobs depend on. The jobs of a matrix share it, and the hooks of a deployment. */
  group: string;
  /** Why the local agent cannot run the job, if `--skip-unsupported` leaves it out. */
  unsupported?: string;
}

export interface StepDefinition {
  /** `CmdLine`, `Bash`, `DatabricksCreateCluster`, or `Checkout`. */
  task: string;
  version: number;
  inputs: Record<string, string>;
  env: Record<string, string>;
  /** The reference name: outputs are `<name>.<output>`. */
  name?: string;
  displayName?: string;
  condition?: string;
  continueOnError: boolean;
  enabled: boolean;
  timeoutMinutes?: number;
  retries: number;
  /** Why the local agent cannot run the step, if `--skip-unsupported` leaves it out. */
  unsupported?: string;
  at: Position;
}
