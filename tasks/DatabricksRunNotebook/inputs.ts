import { workspaceFolder } from "../../shared/databricks/folders/workspace-folders.ts";
import { type ComputeChoice, computeInputs } from "../../shared/databricks/runs/compute.ts";
import { parseParameters } from "../../shared/notebook/parameters.ts";
import { globLines } from "../../shared/notebook/select-notebooks.ts";
import { type ReportingInputs, reportingInputs } from "../../shared/reporting/inputs.ts";
import type { TaskHost } from "../../shared/task/host.ts";

export interface Inputs extends ReportingInputs {
  /** Undefined if nothing is uploaded and the notebooks in workspaceFolder are run. */
  notebookFolder?: string;
  /** Globs; an empty list selects all notebooks. */
  notebooks: string[];
  /** Absolute path, without a slash at its end. */
  workspaceFolder: string;
  parameters: Record<string, string>;
  compute: ComputeChoice;
  maxConcurrency: number;
  timeoutMinutes: number;
  requireExit: boolean;
  allowSkipped: boolean;
  keepNotebooks: boolean;
}

export function loadInputs(host: TaskHost): Inputs {
  return {
    notebookFolder: host.folderInput("notebookFolder"),
    notebooks: globLines(host.input("notebooks")),
    workspaceFolder: workspaceFolder("workspaceFolder", host.requiredInput("workspaceFolder")),
    parameters: parseParameters(host.input("parameters")),
    compute: computeInputs(host),
    maxConcurrency: host.integerInput("maxConcurrency", { min: 1, max: 100 }),
    timeoutMinutes: host.integerInput("timeoutMinutes", { min: 1, max: 10_080 }),
    requireExit: host.booleanInput("requireExit"),
    allowSkipped: host.booleanInput("allowSkipped"),
    keepNotebooks: host.booleanInput("keepNotebooks"),
    ...reportingInputs(host),
  };
}
