import type { RunServices } from "../built-in/built-in-task.ts";
import type { SecretMasker } from "../commands/secret-masker.ts";
import type { DateTime } from "../expressions/date-time.ts";
import type { PublishedTests } from "../publish/published-tests.ts";
import type { Pipeline } from "../yaml/pipeline.ts";
import type { BuildRecorder, OpenPullRequest } from "./build-server.ts";
import type { Reporter } from "./reporter.ts";
import type { RunFolders } from "./run-folders.ts";
import type { RunTimeline } from "./run-timeline.ts";
import type { PipelineOptions } from "./run-types.ts";

/** A copy of what a step attached, in the run's folder. */
interface AttachedFile {
  type: string;
  name: string;
  file: string;
}

/** Why a step failed or was stopped, or why a job was. */
export interface StepFailure {
  title: string;
  /** The job of a step, by its display name. */
  job?: string;
  /** Masked. Undefined if the step logged no error. */
  message: string | undefined;
  /** The end of what a script printed, masked. */
  lastLines?: readonly string[];
  isCanceled?: boolean;
  logFile?: string;
  attachedFiles: AttachedFile[];
}

/** The state of one run. */
export interface RunContext {
  options: PipelineOptions;
  pipeline: Pipeline;
  /** What `--skip-unsupported` leaves out of the pipeline, a line each. */
  unsupported: string[];
  folders: RunFolders;
  masker: SecretMasker;
  reporter: Reporter;
  services: RunServices;
  /** `pipeline.startTime` */
  startTime: DateTime;
  /** The predefined variables of the run, and those of the host. */
  predefined: Record<string, string>;
  /** Files that steps attached, for the links in the summary. */
  attachedFiles: AttachedFile[];
  /** Undefined without a build server. */
  recorder: BuildRecorder | undefined;
  /** The pull request for which the pipeline runs. */
  pullRequest: OpenPullRequest | undefined;
  publishedTests: PublishedTests[];
  /** The steps that failed, for the end of the output. */
  failures: StepFailure[];
  buildTags: string[];
  timeline: RunTimeline;
  /** The answers of the people who were asked before stages, a line each. */
  approvals: string[];
  /** The next number for a log file. */
  nextLogNumber(): number;
}
