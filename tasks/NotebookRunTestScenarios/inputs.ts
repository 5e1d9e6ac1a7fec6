import { apiPath, workspaceFolder } from "../../shared/databricks/folders/workspace-folders.ts";
import { type ComputeChoice, computeInputs } from "../../shared/databricks/runs/compute.ts";
import { environmentName } from "../../shared/deployment/environment.ts";
import { type Promotion, promotionInputs } from "../../shared/devops/promotion.ts";
import { parseParameters } from "../../shared/notebook/parameters.ts";
import type { ScenarioChoice } from "../../shared/notebook/scenarios/select-scenarios.ts";
import { globLines } from "../../shared/notebook/select-notebooks.ts";
import { type ReportingInputs, reportingInputs } from "../../shared/reporting/inputs.ts";
import type { TaskHost } from "../../shared/task/host.ts";

export interface Inputs extends ReportingInputs {
  environment: string;
  /** Absolute path of the deployed folder, without `/Workspace` at its beginning and without a slash at its end. */
  folder: string;
  scenarios: ScenarioChoice;
  /** Values of widgets for every scenario. */
  parameters: Record<string, string>;
  compute: ComputeChoice;
  maxConcurrency: number;
  /** For scenarios that have no limit of their own. */
  timeoutMinutes: number;
  requireExit: boolean;
  allowSkipped: boolean;
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
    parameters: parseParameters(host.input("parameters")),
    compute: computeInputs(host),
    maxConcurrency: host.integerInput("maxConcurrency", { min: 1, max: 100 }),
    timeoutMinutes: host.integerInput("timeoutMinutes", { min: 1, max: 10_080 }),
    requireExit: host.booleanInput("requireExit"),
    allowSkipped: host.booleanInput("allowSkipped"),
    allowEmpty: host.booleanInput("allowEmpty"),
    failTask: host.booleanInput("failTask"),
    productionEnvironment: environmentName(
      "productionEnvironment",
      host.requiredInput("productionEnvironment"),
    ),
    promotion: promotionInputs(host),
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
