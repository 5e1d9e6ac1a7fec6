import path from "node:path";
import { workspaceFolder } from "../../shared/databricks/folders/workspace-folders.ts";
import { parseParameters } from "../../shared/notebook/parameters.ts";
import { type ReportingInputs, reportingInputs } from "../../shared/reporting/inputs.ts";
import type { StreamingMode } from "../../shared/streaming/definition.ts";
import { InputError, type TaskHost } from "../../shared/task/host.ts";
import { couldNot } from "../../shared/text/could-not.ts";

const modes = ["streaming", "batch"] as const satisfies readonly StreamingMode[];

export interface Inputs extends ReportingInputs {
  /** The path of the definition. */
  definition: string;
  mode: StreamingMode;
  notebookFolder: string;
  /** Absolute path, without a slash at its end. */
  workspaceFolder: string;
  /** Values of widgets, for every notebook of the test. */
  parameters: Record<string, string>;
  /** Of the whole test, without its clean-up. */
  timeoutMinutes: number;
}

export function loadInputs(host: TaskHost): Inputs {
  const definition = host.pathInput("definition");
  if (definition === undefined)
    throw new InputError(
      couldNot(
        "read the input 'definition'",
        "it is empty",
        "give the path of the YAML file that defines the streaming test",
      ),
    );
  return {
    definition,
    mode: host.choiceInput("mode", modes),
    notebookFolder: host.folderInput("notebookFolder") ?? path.dirname(definition),
    workspaceFolder: workspaceFolder("workspaceFolder", host.requiredInput("workspaceFolder")),
    parameters: parseParameters(host.input("parameters")),
    timeoutMinutes: host.integerInput("timeoutMinutes", { min: 1, max: 10_080 }),
    ...reportingInputs(host),
  };
}
