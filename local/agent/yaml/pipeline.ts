import type { Position } from "./node.ts";

/** A pipeline with everything expanded that is known before it runs. */
export interface Pipeline {
  file: string;
  /** The format of the build number. */
  name?: string;
  variables: VariableDefinition[];
  stages: StageDefinition[];
}

export interface VariableDefinition {
  name: string;
  /** Text, or `$[ ]` that is evaluated when the job starts. */
  value: string;
  readOnly: boolean;
  at: Position;
}

interface Graphed {
  name: string;
  displayName: string;
  dependsOn: string[];
  condition?: string;
  variables: VariableDefinition[];
  at: Position;
}

export interface StageDefinition extends Graphed {
  jobs: JobDefinition[];
}

export interface JobDefinition extends Graphed {
  steps: StepDefinition[];
  continueOnError: boolean;
  timeoutMinutes?: number;
  cancelTimeoutMinutes?: number;
  /** Outputs of a deployment job are known as `<job>.<step>.<name>`, those of a matrix job as `<leg>.<step>.<name>`. */
  outputPrefix: string;
  /** Jobs of a matrix share the name by which others depend on them. */
  group: string;
}

export interface StepDefinition {
  /** `CmdLine`, `Bash`, `DatabricksCreateCluster`, or `Checkout`. */
  task: string;
  version: number;
  inputs: Record<string, string>;
  env: Record<string, string>;
  /** The reference name of its outputs. */
  name?: string;
  displayName?: string;
  condition?: string;
  continueOnError: boolean;
  enabled: boolean;
  timeoutMinutes?: number;
  retries: number;
  at: Position;
}
