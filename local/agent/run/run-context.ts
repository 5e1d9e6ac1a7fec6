import type { RunServices } from "../built-in/built-in-task.ts";
import type { SecretMasker } from "../commands/secret-masker.ts";
import type { PublishedTests } from "../publish/published-tests.ts";
import type { Pipeline } from "../yaml/pipeline.ts";
import type { BuildRecorder, OpenPullRequest } from "./build-server.ts";
import type { Reporter } from "./reporter.ts";
import type { RunFolders } from "./run-folders.ts";
import type { PipelineOptions } from "./run-types.ts";

/** What everything in one run shares. */
export interface RunContext {
  options: PipelineOptions;
  pipeline: Pipeline;
  folders: RunFolders;
  masker: SecretMasker;
  reporter: Reporter;
  services: RunServices;
  /** Predefined variables of the run, and the workspace's. */
  predefined: Record<string, string>;
  /** Files that steps attached, for the summary's links. */
  attached: { type: string; name: string; file: string }[];
  /** Tells the buildServer, where there is one. */
  recorder: BuildRecorder | undefined;
  /** The pull request that this run is for. */
  pullRequest: OpenPullRequest | undefined;
  publishedTests: PublishedTests[];
  buildTags: string[];
  /** The next number of a step's log file. */
  nextStep(): number;
}
