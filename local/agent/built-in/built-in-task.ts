import type { CaseInsensitiveMap } from "../names.ts";
import type { CancelTimes } from "../process/run-process.ts";
import type { Artifacts } from "../publish/artifacts.ts";
import type { PublishedTests } from "../publish/published-tests.ts";
import type { Interpreters } from "../python/interpreters.ts";
import type { JobPython } from "../python/job-python.ts";
import type { Sources } from "../sources/sources.ts";
import type { StepSession } from "../step-session.ts";
import type { TaskInputDefinition, TaskManifest } from "../task/task-manifest.ts";

/** What built-in tasks use of the run. */
export interface RunServices {
  sources: Sources;
  interpreters: Interpreters;
  artifacts: Artifacts;
  /** Adds test results to the summary, the run's folder and the build. */
  publishTests(tests: PublishedTests): Promise<void>;
}

export interface BuiltInStep extends StepSession {
  inputs: CaseInsensitiveMap<string>;
  /** The environment of a script: the machine's, the variables that are not secret, and the step's `env`. */
  environment: Record<string, string>;
  cancelTimes?: CancelTimes;
  services: RunServices;
  python: JobPython;
  log(line: string): void;
}

/** A task of Microsoft's that the local agent contains, with the inputs that it supports. */
export interface BuiltInTask {
  manifest: TaskManifest;
  /** @returns what the task needs and the machine does not have, and what to do, for a sentence such as "the task A needs B; install it" */
  missing?(inputs: Record<string, string>): string | undefined;
  /** @returns the exit code if a process did the work. @throws Error to fail the step */
  run(step: BuiltInStep): Promise<number | null>;
}

export function builtInManifest(
  name: string,
  major: number,
  friendlyName: string,
  inputs: TaskInputDefinition[],
  outputs: string[] = [],
): TaskManifest {
  return {
    id: `built-in-${name.toLowerCase()}`,
    name,
    friendlyName,
    version: { Major: major, Minor: 0, Patch: 0 },
    inputs,
    outputVariables: outputs.map((output) => ({ name: output })),
  };
}

export function textInput(
  name: string,
  defaultValue = "",
  more: Partial<TaskInputDefinition> = {},
): TaskInputDefinition {
  return { name, type: "string", defaultValue, ...more };
}
