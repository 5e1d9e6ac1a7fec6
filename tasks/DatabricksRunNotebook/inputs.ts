import { workspaceFolder } from "../../shared/databricks/folders/workspace-folders.ts";
import { type RunInputs, runInputs } from "../../shared/databricks/runs/run-inputs.ts";
import { globLines } from "../../shared/notebook/select-notebooks.ts";
import { type ReportingInputs, reportingInputs } from "../../shared/reporting/inputs.ts";
import type { TaskHost } from "../../shared/task/host.ts";

export interface Inputs extends RunInputs, ReportingInputs {
  /** Undefined if nothing is uploaded and the notebooks in workspaceFolder are run. */
  notebookFolder?: string;
  /** Globs; an empty list selects all notebooks. */
  notebooks: string[];
  /** Absolute path, without a slash at its end. */
  workspaceFolder: string;
  keepNotebooks: boolean;
}

export function loadInputs(host: TaskHost): Inputs {
  return {
    notebookFolder: host.folderInput("notebookFolder"),
    notebooks: globLines(host.input("notebooks")),
    workspaceFolder: workspaceFolder("workspaceFolder", host.requiredInput("workspaceFolder")),
    keepNotebooks: host.booleanInput("keepNotebooks"),
    ...runInputs(host),
    ...reportingInputs(host),
  };
}
