import type { Writable } from "node:stream";
import type { StepResult } from "../commands/step-result.ts";
import type { Endpoint } from "../endpoint.ts";
import type { CancelTimes } from "../process/run-process.ts";
import type { NodeHandler } from "../task/task-manifest.ts";
import type { VariableGroups } from "../yaml/parse-variables.ts";
import type { BuildServer } from "./build-server.ts";

/** What a pipeline finds around it: what Azure DevOps and the agent's machine would hold. */
export interface PipelineHost {
  variables: Record<string, string>;
  secretVariables: Record<string, string>;
  variableGroups: VariableGroups;
  endpoints: Endpoint[];
  /** Folders of built tasks, each in a folder of its name. */
  taskFolders: string[];
  /** What the agent's machine has in its environment: certificates that its tools trust. */
  environment: Record<string, string>;
  /** Lines for the head of the output: what the pipeline talks to. */
  links: { name: string; url: string }[];
  buildServer?: BuildServer;
  /** Is told of every secret of the run as it becomes known, so that the workspace shows it no more than the log does. */
  onSecret?(value: string): void;
  /** What the pipeline made and did not remove. */
  leftovers(): Leftover[];
}

export interface Leftover {
  kind: string;
  id: string;
  name: string;
}

export interface PipelineOptions {
  file: string;
  host: PipelineHost;
  /** Set for this run: they win over the pipeline's own. */
  variables?: Record<string, string>;
  parameters?: Record<string, string>;
  secrets?: Record<string, string>;
  node?: NodeHandler;
  /** Cancels as Azure DevOps does: always() steps and post-job steps still run. */
  signal?: AbortSignal;
  /** Ends everything at once. */
  kill?: AbortSignal;
  out: Writable;
  cancelTimes?: CancelTimes;
}

export type RunResult = "succeeded" | "failed" | "canceled";
export type StepOutcome = StepResult | "skipped";

/** What `--record FILE` holds. */
export interface PipelineRecord {
  result: RunResult;
  jobs: JobRecord[];
  /** The open variables that steps set; outputs as `<step>.<name>`. */
  variables: Record<string, string>;
  leftovers: Leftover[];
}

export interface JobRecord {
  name: string;
  result: StepOutcome;
  steps: StepRecord[];
}

export interface StepRecord {
  name: string;
  displayName: string;
  /** `DatabricksCreateCluster@1` */
  task: string;
  result: StepOutcome;
  durationMs: number;
  /** Null for a step that never ran. */
  logFile: string | null;
}
