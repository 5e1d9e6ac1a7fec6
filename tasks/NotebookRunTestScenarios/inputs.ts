import { apiPath, workspaceFolder } from "../../shared/databricks/folders/workspace-folders.ts";
import { type RunInputs, runInputs } from "../../shared/databricks/runs/run-inputs.ts";
import { environmentName } from "../../shared/deployment/environment.ts";
import { type Promotion, promotionInputs } from "../../shared/devops/promotion.ts";
import type { ScenarioChoice } from "../../shared/notebook/scenarios/select-scenarios.ts";
import { globLines } from "../../shared/notebook/select-notebooks.ts";
import { type ReportingInputs, reportingInputs } from "../../shared/reporting/inputs.ts";
import type { TaskHost } from "../../shared/task/host.ts";

export interface Inputs extends RunInputs, ReportingInputs {
  environment: string;
  /** Absolute path of the deployed folder, without `/Workspace` at its beginning and without a slash at its end. */
  folder: string;
  scenarios: ScenarioChoice;
  allowEmpty: boolean;
  failTask: boolean;
  /** With what is deployed there, the report compares the version. */
  productionEnvironment: string;
  promotion?: Promotion;
}

/** As in task.json. */
const defaultScenarios = "tests/**";

export function loadInputs(host: TaskHost): Inputs {
  return {
    environment: environmentName("environment", host.requiredInput("environment")),
    folder: apiPath(workspaceFolder("workspaceFolder", host.requiredInput("workspaceFolder"))),
    scenarios: scenarioChoice(host.input("scenarios")),
    allowEmpty: host.booleanInput("allowEmpty"),
    failTask: host.booleanInput("failTask"),
    productionEnvironment: environmentName(
      "productionEnvironment",
      host.requiredInput("productionEnvironment"),
    ),
    promotion: promotionInputs(host),
    ...runInputs(host),
    ...reportingInputs(host),
  };
}

/** An input that is empty or was left alone chooses as the default does. */
function scenarioChoice(text: string | undefined): ScenarioChoice {
  const lines = globLines(text ?? defaultScenarios);
  return lines.length === 0 || (lines.length === 1 && lines[0] === defaultScenarios)
    ? { lines: [defaultScenarios], isDefault: true }
    : { lines, isDefault: false };
}
