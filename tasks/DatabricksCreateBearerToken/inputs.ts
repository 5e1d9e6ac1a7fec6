import { workspaceUrl } from "../../shared/databricks/connection.ts";
import { isOnOtherCloud } from "../../shared/http/hosts.ts";
import { InputError, type TaskHost } from "../../shared/task/host.ts";
import { isVariableName } from "../../shared/task/variable-names.ts";
import { couldNot } from "../../shared/text/could-not.ts";

export interface Inputs {
  /** Id of the service connection. */
  azureSubscription: string;
  workspaceUrl: string;
  workspaceResourceId: string | undefined;
  tokenKind: "pat" | "entra";
  lifetimeMinutes: number;
  variableName: string;
  keepToken: boolean;
  setOutputs: boolean;
}

export function loadInputs(host: TaskHost): Inputs {
  return {
    azureSubscription: host.requiredInput("azureSubscription"),
    workspaceUrl: azureWorkspace(host.requiredInput("workspaceUrl")),
    workspaceResourceId: resourceId(host.input("workspaceResourceId")),
    tokenKind: host.choiceInput("tokenKind", ["pat", "entra"]),
    lifetimeMinutes: host.integerInput("lifetimeMinutes", { min: 5, max: 1440 }),
    variableName: variableName(host.requiredInput("variableName")),
    keepToken: host.booleanInput("keepToken"),
    setOutputs: host.booleanInput("setOutputs"),
  };
}

function azureWorkspace(text: string): string {
  const url = workspaceUrl(text);
  if (!isOnOtherCloud(new URL(url))) return url;
  throw new InputError(
    couldNot(
      `create a token for ${url}`,
      "it is a workspace on AWS or Google Cloud, which does not accept the tokens of Microsoft Entra ID",
      "remove this step, and give the other steps databricksConnection, a service connection of the type Notebook Ops: Databricks",
    ),
  );
}

function resourceId(text: string | undefined): string | undefined {
  if (
    text === undefined ||
    /^\/subscriptions\/.+\/providers\/Microsoft\.Databricks\/workspaces\/[^/]+$/i.test(text)
  )
    return text;
  throw new InputError(
    couldNot(
      "use the input 'workspaceResourceId'",
      `'${text}' is not the resource id of a Databricks workspace`,
      "give it in the form /subscriptions/…/resourceGroups/…/providers/Microsoft.Databricks/workspaces/name",
    ),
  );
}

function variableName(text: string): string {
  if (isVariableName(text)) return text;
  throw new InputError(
    couldNot(
      "use the input 'variableName'",
      `'${text}' is not a name that a task may set`,
      "give letters, digits, '.', '_' and '-', beginning with a letter, and not a name that the system uses",
    ),
  );
}
