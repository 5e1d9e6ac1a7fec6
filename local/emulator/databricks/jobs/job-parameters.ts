import { invalidParameter } from "../errors.ts";
import type { Fields } from "../fields.ts";
import { checkReferences } from "./dynamic-values.ts";

/** A parameter as jobs/create declares it. */
export interface ParameterDefinition {
  name: string;
  default: string;
}

/** A parameter of a run. It has no default if only run-now named it. */
export interface JobParameter {
  name: string;
  default?: string;
  /** As given: references in it are resolved for each use. */
  value: string;
}

/** The limit of run-now's notebook_params; that of base_parameters is 1 MB. Source: https://docs.databricks.com/api/azure/workspace/jobs/runnow */
const maxParameterBytes = 10_000;

/** The `parameters` of a job. Source: https://learn.microsoft.com/azure/databricks/jobs/job-parameters */
export function readParameters(fields: Fields): ParameterDefinition[] {
  const parameters = fields.objects("parameters").map((item) => {
    const name = item.requiredString("name");
    const value = item.string("default");
    if (value === undefined) throw invalidParameter(`Missing required field: default of parameter ${name}`);
    checkName(name);
    return { name, default: value };
  });
  const names = parameters.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalidParameter(`The job parameter '${twice}' is defined twice.`);
  return parameters;
}

/** The parameters of one run-now or repair, in the newer form and in that of notebook tasks alone. */
export function readRunParameters(
  fields: Fields,
  defined: readonly ParameterDefinition[],
): { jobParameters: JobParameter[]; notebookParams: Record<string, string> } {
  const given = fields.strings("job_parameters");
  const notebookParams = fields.strings("notebook_params");
  for (const name of Object.keys(given)) checkName(name);
  // The command line of Databricks refuses the older form for a job with parameters, too: https://github.com/databricks/cli/pull/1115
  const hasJobParameters = defined.length > 0 || Object.keys(given).length > 0;
  if (Object.keys(notebookParams).length > 0 && hasJobParameters) {
    throw invalidParameter(
      "notebook_params cannot be used together with job parameters: use job_parameters.",
    ); // unconfirmed wording
  }
  if (Buffer.byteLength(JSON.stringify({ notebook_params: notebookParams })) > maxParameterBytes) {
    throw invalidParameter(
      `The JSON representation of notebook_params cannot exceed ${maxParameterBytes} bytes.`,
    );
  }
  const names = new Set([...defined.map(({ name }) => name), ...Object.keys(given)]);
  const defaults = new Map(defined.map((parameter) => [parameter.name, parameter.default]));
  const jobParameters = [...names].map((name) => {
    const byDefault = defaults.get(name);
    // In the reference, the default of a run's parameter is optional, so a run may have parameters that the job does not define.
    return {
      name,
      value: given[name] ?? byDefault ?? "",
      ...(byDefault === undefined ? {} : { default: byDefault }),
    };
  });
  for (const { value } of jobParameters) checkReferences(value);
  for (const value of Object.values(notebookParams)) checkReferences(value);
  return { jobParameters, notebookParams };
}

function checkName(name: string): void {
  if (/^[\w.-]+$/.test(name)) return;
  throw invalidParameter(
    `The job parameter name '${name}' is invalid: only letters, digits, '_', '-' and '.' are allowed.`,
  );
}
