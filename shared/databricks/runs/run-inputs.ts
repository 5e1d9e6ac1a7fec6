import { parseParameters } from "../../notebook/parameters.ts";
import type { TaskHost } from "../../task/host.ts";
import { type ComputeChoice, computeInputs } from "./compute.ts";

/** The inputs that every task which runs notebooks on Databricks has. */
export interface RunInputs {
  /** Values of widgets, for every run. */
  parameters: Record<string, string>;
  compute: ComputeChoice;
  maxConcurrency: number;
  /** Of each run that has no limit of its own. */
  timeoutMinutes: number;
  requireExit: boolean;
  allowSkipped: boolean;
}

export function runInputs(host: TaskHost): RunInputs {
  return {
    parameters: parseParameters(host.input("parameters")),
    compute: computeInputs(host),
    maxConcurrency: host.integerInput("maxConcurrency", { min: 1, max: 100 }),
    timeoutMinutes: host.integerInput("timeoutMinutes", { min: 1, max: 10_080 }),
    requireExit: host.booleanInput("requireExit"),
    allowSkipped: host.booleanInput("allowSkipped"),
  };
}
