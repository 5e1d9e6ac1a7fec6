import type { CaseInsensitiveMap } from "../names.ts";
import type { CancelTimes } from "../process/run-process.ts";
import type { PublishedTests } from "../publish/published-tests.ts";
import type { StepSession } from "../step-session.ts";
import type { TaskInputDefinition, TaskManifest } from "../task/task-manifest.ts";

/** What the built-in tasks share within a run. */
export interface RunServices {
  /** Checks the repository out into a folder; the number of files. */
  checkOut(target: string): Promise<number>;
  repositoryName: string;
  /** The repository's own virtual environment, which UsePythonVersion prefers. */
  virtualEnvironment: string;
  artifactsFolder: string;
  /** Counts test results for the summary and keeps their files with the run. */
  publishTests(run: PublishedTests): Promise<void>;
}

export interface BuiltInStep extends StepSession {
  inputs: CaseInsensitiveMap<string>;
  /** What a script sees: the machine's environment, the open variables, the step's env. */
  environment: Record<string, string>;
  cancelTimes?: CancelTimes;
  services: RunServices;
  log(line: string): void;
}

/** A task of Microsoft's that the local agent brings along, with those of its inputs that work here. */
export interface BuiltInTask {
  manifest: TaskManifest;
  /** The exit code where a process did the work. A throw fails the step. */
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
