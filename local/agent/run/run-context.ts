import type { RunServices } from "../built-in/built-in-task.ts";
import type { SecretMasker } from "../commands/secret-masker.ts";
import type { PublishedTests } from "../publish/published-tests.ts";
import type { Pipeline } from "../yaml/pipeline.ts";
import type { BuildRecorder, OpenPullRequest } from "./build-server.ts";
import type { Reporter } from "./reporter.ts";
import type { RunFolders } from "./run-folders.ts";
import type { PipelineOptions } from "./run-types.ts";

/** The state of one run. */
export interface RunContext {
  options: PipelineOptions;
  pipeline: Pipeline;
  folders: RunFolders;
  masker: SecretMasker;
  reporter: Reporter;
  services: RunServices;
  /** The predefined variables of the run, and those of the host. */
  predefined: Record<string, string>;
  /** Files that steps attached, for the links in the summary. */
  attachedFiles: { type: string; name: string; file: string }[];
  /** Undefined without a build server. */
  recorder: BuildRecorder | undefined;
  /** The pull request for which the pipeline runs. */
  pullRequest: OpenPullRequest | undefined;
  publishedTests: PublishedTests[];
  buildTags: string[];
  /** The next number for a log file. */
  nextLogNumber(): number;
}
