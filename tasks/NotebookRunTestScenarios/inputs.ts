import { apiPath, workspaceFolder } from "../../shared/databricks/folders/workspace-folders.ts";
import { type RunInputs, runInputs } from "../../shared/databricks/runs/run-inputs.ts";
import { environmentName } from "../../shared/deployment/environment.ts";
import { type FabricPath, parseFabricPath } from "../../shared/deployment/fabric-path.ts";
import { type Promotion, promotionInputs } from "../../shared/devops/promotion.ts";
import { type ParameterValue, parseTypedParameters } from "../../shared/notebook/parameters.ts";
import type { ScenarioChoice } from "../../shared/notebook/scenarios/select-scenarios.ts";
import { globLines } from "../../shared/notebook/select-notebooks.ts";
import { type ReportingInputs, reportingInputs } from "../../shared/reporting/inputs.ts";
import type { PassRules } from "../../shared/reporting/runs/attempt-result.ts";
import { InputError, type TaskHost } from "../../shared/task/host.ts";
import { couldNot } from "../../shared/text/could-not.ts";

export interface CommonInputs extends ReportingInputs {
  environment: string;
  scenarios: ScenarioChoice;
  allowEmpty: boolean;
  failTask: boolean;
  /** With what is deployed there, the report compares the version. */
  productionEnvironment: string;
  promotion?: Promotion;
}

export interface DatabricksInputs extends CommonInputs, RunInputs {
  platform: "databricks";
  /** Absolute path of the deployed folder, without `/Workspace` at its beginning and without a slash at its end. */
  folder: string;
}

export interface FabricInputs extends CommonInputs, PassRules {
  platform: "fabric";
  path: FabricPath;
  /** Of every run. */
  parameters: Record<string, ParameterValue>;
  /** Name or id, or `workspace/lakehouse`. */
  lakehouse?: string;
  /** Name or id. */
  sparkEnvironment?: string;
  maxConcurrency: number;
  /** Of each run that has no limit of its own. */
  timeoutMinutes: number;
}

/** As in task.json. */
const defaultScenarios = "tests/**";

export function loadInputs(host: TaskHost): DatabricksInputs | FabricInputs {
  const place = host.requiredInput("workspaceFolder");
  return place.startsWith("fabric:") ? fabricInputs(host, place) : databricksInputs(host, place);
}

function databricksInputs(host: TaskHost, place: string): DatabricksInputs {
  return {
    platform: "databricks",
    folder: apiPath(workspaceFolder("workspaceFolder", place)),
    ...commonInputs(host),
    ...runInputs(host),
  };
}

function fabricInputs(host: TaskHost, place: string): FabricInputs {
  const path = parseFabricPath(place);
  if (path === undefined)
    throw new InputError(
      couldNot(
        "use the input 'workspaceFolder'",
        `'${place}' does not name a package in a Fabric workspace`,
        "give it in the form fabric://workspace/package",
      ),
    );
  return {
    platform: "fabric",
    path,
    parameters: parseTypedParameters(host.input("parameters")),
    lakehouse: host.input("lakehouse"),
    sparkEnvironment: host.input("sparkEnvironment"),
    maxConcurrency: host.integerInput("maxConcurrency", { min: 1, max: 100 }),
    timeoutMinutes: host.integerInput("timeoutMinutes", { min: 1, max: 10_080 }),
    requireExit: host.booleanInput("requireExit"),
    allowSkipped: host.booleanInput("allowSkipped"),
    ...commonInputs(host),
  };
}

function commonInputs(host: TaskHost): CommonInputs {
  return {
    environment: environmentName("environment", host.requiredInput("environment")),
    scenarios: scenarioChoice(host.input("scenarios")),
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
