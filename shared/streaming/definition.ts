/** A streaming test as its YAML file defines it. The reader fills in the defaults. */
export interface StreamingDefinition {
  /** Names the test in reports and the job in the workspace. Without one in the file, the name of the file without extension. */
  name: string;
  /** Values of widgets for every notebook of the test, unless the step or the notebook itself gives another one. */
  parameters: Record<string, string>;
  /** Runs before anything else, in streaming mode before the job is created. */
  cleanBefore?: NotebookStep;
  job: StreamingJob;
  ready: ReadyRule;
  /** Where notebooks other than those of the job run. Undefined: on the compute of the step. */
  validateOn?: ComputeChoiceOfDefinition;
  /** At least one; their names are unique. */
  iterations: Iteration[];
  /** Runs at the end, whatever happened. */
  cleanAfter?: NotebookStep;
}

/** A notebook by its path in the notebook folder, slash-separated and without extension. */
export interface NotebookStep {
  notebook: string;
  parameters: Record<string, string>;
}

/** `stepCluster` is the cluster that the input clusterId names; the path of a cluster config is relative to the definition. */
export type ComputeChoiceOfDefinition =
  | { kind: "stepCluster" }
  | { kind: "serverless" }
  | { kind: "jobCluster"; clusterConfig: string };

export type StreamingJob =
  /** A job of the workspace, which the test starts, cancels and keeps. */
  | { kind: "existing"; name: string; parameters: Record<string, string> }
  /** A job that the test creates and deletes. A job of one notebook has one task with the key `notebook`. */
  | {
      kind: "created";
      tasks: StreamingTask[];
      /** Undefined: on the compute of the step. All tasks run on it. */
      compute?: ComputeChoiceOfDefinition;
    };

export interface StreamingTask {
  /** Letters, digits, - and _; at most 100. */
  key: string;
  notebook: string;
  /** Those of the job and of the task; for the mode that the definition was read for. */
  parameters: Record<string, string>;
  /** Keys of other tasks, without circles. */
  dependsOn: string[];
}

export interface ReadyRule {
  /** Time until the job runs and the notebook passes. */
  withinSeconds: number;
  /** Validates the set-up. */
  validate?: Validation;
}

export interface Iteration {
  name: string;
  produce: Payload;
  validate: Validation;
}

export type Payload =
  | ({ kind: "notebook" } & NotebookStep)
  /** Files that are uploaded to a folder of DBFS (`dbfs:/…`), of a volume (`/Volumes/…`) or of the workspace (`/Workspace/…`). */
  | { kind: "files"; globs: string[]; to: string };

export interface Validation extends NotebookStep {
  /** Time from the end of the payload's production, within which the validation must pass. In batch mode it is run once. */
  withinSeconds: number;
  /** The pause between two tries. Undefined: pauses grow from 0.2 s to 0.5 s. */
  everySeconds?: number;
}

export type StreamingMode = "streaming" | "batch";
