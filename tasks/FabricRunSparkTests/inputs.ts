import { splitArguments } from "../../shared/fabric/spark-tests/pytest-arguments.ts";
import { type ReportingInputs, reportingInputs } from "../../shared/reporting/inputs.ts";
import { InputError, type TaskHost } from "../../shared/task/host.ts";
import { couldNot } from "../../shared/text/could-not.ts";

export interface Inputs extends ReportingInputs {
  projectFolder: string;
  pytestArguments: string[];
  /** Name or id. */
  workspace: string;
  /** Name or id, or `workspace/lakehouse`. */
  lakehouse: string;
  /** Name or id. */
  environment?: string;
  /** Name of the Spark job definition, or its id. */
  jobName: string;
  timeoutMinutes: number;
  allowSkipped: boolean;
}

export function loadInputs(host: TaskHost): Inputs {
  return {
    projectFolder: host.folderInput("projectFolder") ?? host.requiredInput("projectFolder"),
    pytestArguments: argumentsWithoutSecrets(host),
    workspace: host.requiredInput("workspace"),
    lakehouse: host.requiredInput("lakehouse"),
    environment: host.input("environment"),
    jobName: host.requiredInput("jobName"),
    timeoutMinutes: host.integerInput("timeoutMinutes", { min: 1, max: 1_440 }),
    allowSkipped: host.booleanInput("allowSkipped"),
    ...reportingInputs(host),
  };
}

/** The arguments are in a file of the lakehouse while the tests run, which others can read. */
function argumentsWithoutSecrets(host: TaskHost): string[] {
  const text = host.input("pytestArguments") ?? "";
  if (host.secrets.mask(text) !== text)
    throw new InputError(
      couldNot(
        "use the input 'pytestArguments'",
        "it contains the value of a secret variable",
        "let the tests read it from a key vault, with notebookutils.credentials.getSecret",
      ),
    );
  return splitArguments(text);
}
