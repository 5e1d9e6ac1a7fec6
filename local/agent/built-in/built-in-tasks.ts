import type { BuiltInTask } from "./built-in-task.ts";
import { checkout } from "./checkout.ts";
import { downloadPipelineArtifact, publishPipelineArtifact } from "./pipeline-artifacts.ts";
import { powerShell } from "./power-shell.ts";
import { publishTestResults } from "./publish-test-results.ts";
import { bash, cmdLine } from "./scripts.ts";
import { usePythonVersion } from "./use-python-version.ts";

/** The tasks of Microsoft's that the local agent contains. */
export const builtInTasks: readonly BuiltInTask[] = [
  checkout,
  cmdLine,
  bash,
  powerShell,
  usePythonVersion,
  publishTestResults,
  publishPipelineArtifact,
  downloadPipelineArtifact,
];
