import { type ParameterValue, parseTypedParameters } from "../../shared/notebook/parameters.ts";
import { globLines } from "../../shared/notebook/select-notebooks.ts";
import { type ReportingInputs, reportingInputs } from "../../shared/reporting/inputs.ts";
import type { PassRules } from "../../shared/reporting/runs/attempt-result.ts";
import type { TaskHost } from "../../shared/task/host.ts";

export interface Inputs extends ReportingInputs, PassRules {
  notebookFolder: string;
  /** Globs; an empty list selects all notebooks. */
  notebooks: string[];
  parameters: Record<string, ParameterValue>;
  /** Name or id. */
  workspace: string;
  /** Name or id, or `workspace/lakehouse`. */
  lakehouse?: string;
  /** Name or id. */
  environment?: string;
  maxConcurrency: number;
  /** Of each notebook. */
  timeoutMinutes: number;
  keepNotebooks: boolean;
}

export function loadInputs(host: TaskHost): Inputs {
  return {
    notebookFolder: host.folderInput("notebookFolder") ?? host.requiredInput("notebookFolder"),
    notebooks: globLines(host.input("notebooks")),
    parameters: parseTypedParameters(host.input("parameters")),
    workspace: host.requiredInput("workspace"),
    lakehouse: host.input("lakehouse"),
    environment: host.input("environment"),
    maxConcurrency: host.integerInput("maxConcurrency", { min: 1, max: 100 }),
    timeoutMinutes: host.integerInput("timeoutMinutes", { min: 1, max: 10_080 }),
    requireExit: host.booleanInput("requireExit"),
    allowSkipped: host.booleanInput("allowSkipped"),
    keepNotebooks: host.booleanInput("keepNotebooks"),
    ...reportingInputs(host),
  };
}
