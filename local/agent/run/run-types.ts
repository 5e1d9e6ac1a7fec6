import type { Writable } from "node:stream";
import type { StepOutcome } from "../commands/step-result.ts";
import type { Endpoint } from "../endpoint.ts";
import type { CancelTimes } from "../process/run-process.ts";
import type { NodeHandler } from "../task/task-manifest.ts";
import type { VariableGroups } from "../yaml/parse-variables.ts";
import type { BuildServer } from "./build-server.ts";

/** What Azure DevOps and the agent's machine provide to a pipeline. */
export interface PipelineHost {
  variables: Record<string, string>;
  secretVariables: Record<string, string>;
  variableGroups: VariableGroups;
  endpoints: Endpoint[];
  /** Folders that contain built tasks, each in a folder of its name. */
  taskFolders: string[];
  /** Environment variables of the agent's machine, such as the certificates that its tools trust. */
  environment: Record<string, string>;
  /** The services that the pipeline uses, for the start of the output. */
  links: { name: string; url: string }[];
  /** Whether the services end with the run, and with them every link to them. */
  linksEndWithRun?: boolean;
  buildServer?: BuildServer;
  /** Is called with every secret of the run, so that the host can mask it as the log does. */
  onSecret?(value: string): void;
  /** What the pipeline created and did not remove. */
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
  /** For this run only. They override the variables of the pipeline. */
  variables?: Record<string, string>;
  parameters?: Record<string, string>;
  secrets?: Record<string, string>;
  /** Runs the pipeline without its parts that the local agent does not support. */
  skipUnsupported?: boolean;
  node?: NodeHandler;
  /** Cancels the run as Azure DevOps does: always() steps and post-job steps still run. */
  signal?: AbortSignal;
  /** Ends every process at once. */
  kill?: AbortSignal;
  out: Writable;
  cancelTimes?: CancelTimes;
}

export type RunResult = "succeeded" | "failed" | "canceled";

/** The content of `--record FILE`. */
export interface PipelineRecord {
  result: RunResult;
  jobs: JobRecord[];
  /** The variables that steps set and that are not secret; outputs as `<step>.<name>`. */
  variables: Record<string, string>;
  leftovers: Leftover[];
  /** What `--skip-unsupported` left out, a line for each part with its file and line. Without the option there is nothing to leave out. */
  unsupported: string[];
}

export interface JobRecord {
  name: string;
  result: StepOutcome;
  /** Why the job did not run. */
  reason?: string;
  steps: StepRecord[];
}

export interface StepRecord {
  name: string;
  displayName: string;
  /** `DatabricksCreateCluster@1` */
  task: string;
  result: StepOutcome;
  durationMs: number;
  /** Null for a step that did not run. */
  logFile: string | null;
  /** Why the step did not run. */
  reason?: string;
}
