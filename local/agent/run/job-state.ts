import type { StepOutcome } from "../commands/step-result.ts";
import { isReadOnlyWhenPredefined } from "../commands/variable-rules.ts";
import type { Endpoint } from "../endpoint.ts";
import { toText } from "../expressions/convert.ts";
import { evaluate } from "../expressions/evaluate.ts";
import type { ValueObject } from "../expressions/values.ts";
import { expandVariables } from "../macros.ts";
import type { StageResult } from "../step-session.ts";
import { VariableStore } from "../variables.ts";
import { PipelineError } from "../yaml/node.ts";
import { runtimeExpression } from "../yaml/parse-variables.ts";
import type { VariableDefinition } from "../yaml/pipeline.ts";
import type { JobStatus } from "./conditions.ts";

/** The state that the steps of one job share. */
export class JobState {
  status: JobStatus = "Succeeded";
  readonly variables: VariableStore;
  readonly prependPath: string[] = [];
  /** The outputs by `<step>.<name>`, for later jobs and stages. */
  readonly outputs: Record<string, string> = {};
  /** The variables that steps set and that are not secret. */
  readonly variablesSet: Record<string, string> = {};
  endpoints: Endpoint[];

  constructor(variables: VariableStore, endpoints: readonly Endpoint[]) {
    this.variables = variables;
    this.endpoints = structuredClone([...endpoints]);
    this.#setStatusVariable();
  }

  /** The variables, for an expression. */
  values(): ValueObject {
    return Object.fromEntries([...this.variables].map(([name, { value }]) => [name, value]));
  }

  /** Applies what a step set, before the next one starts. */
  apply(step: string, stage: StageResult): void {
    for (const [name, value] of Object.entries(stage.variables)) {
      this.variables.set(name, value);
      this.variablesSet[name] = value;
    }
    for (const [name, value] of Object.entries(stage.secretVariables))
      this.variables.set(name, value, { secret: true });
    this.variables.markReadOnly(stage.readOnlyVariables);
    for (const [name, { value }] of Object.entries(stage.effects.outputs))
      this.outputs[`${step}.${name}`] = value;
    this.prependPath.push(...stage.effects.prependPath);
    for (const change of stage.effects.endpoints) this.#changeEndpoint(change);
  }

  addResult(result: StepOutcome): void {
    if (result === "failed" && this.status !== "Canceled") this.status = "Failed";
    if (result === "canceled") this.status = "Canceled";
    if (result === "succeededWithIssues" && this.status === "Succeeded") this.status = "SucceededWithIssues";
    this.#setStatusVariable();
  }

  cancel(): void {
    this.status = "Canceled";
    this.#setStatusVariable();
  }

  #setStatusVariable(): void {
    this.variables.set("Agent.JobStatus", this.status);
  }

  #changeEndpoint({ id, field, key, value }: StageResult["effects"]["endpoints"][number]): void {
    const endpoint = this.endpoints.find((each) => each.id.toLowerCase() === id.toLowerCase());
    if (!endpoint) return;
    if (field.toLowerCase() === "url") endpoint.url = value;
    if (field.toLowerCase() === "authparameter") endpoint.authorization.parameters[key] = value;
    if (field.toLowerCase() === "dataparameter") endpoint.data[key] = value;
  }
}

/**
 * The variables at the start of a job. A later definition of a name overrides an earlier one; `$[ ]` is evaluated, and `$(macros)` in values
 * are expanded.
 * @throws PipelineError for a `$[ ]` that cannot be evaluated
 */
export function startVariables(options: {
  predefined: Record<string, string>;
  definitions: readonly VariableDefinition[];
  overrides: Record<string, string>;
  secrets: Record<string, string>;
  /** `dependencies`, `stageDependencies`. */
  names: ValueObject;
}): VariableStore {
  const store = new VariableStore(options.predefined);
  const fixed = new VariableStore(onlyReadOnly(options.predefined));
  store.markReadOnly(Object.keys(fixed.open()));
  const values = (): ValueObject => Object.fromEntries([...store].map(([name, { value }]) => [name, value]));
  const given = new VariableStore(options.overrides, options.secrets);
  const expressions: [VariableDefinition, string][] = [];
  for (const definition of options.definitions) {
    const { name, value, readOnly } = definition;
    // Azure DevOps sets its own variables last. Those of the caller override the pipeline's.
    if (fixed.find(name) || given.find(name)) continue;
    const source = runtimeExpression(value);
    if (source === undefined) store.set(name, value, { readOnly });
    else expressions.push([definition, source]);
  }
  // A variable that is set when the run is queued is read-only.
  for (const [name, { value, secret }] of given) store.set(name, value, { secret, readOnly: true });
  for (const [{ name, at, readOnly }, source] of expressions)
    try {
      const variables = values();
      store.set(name, toText(evaluate(source, { names: { variables, ...options.names } })), { readOnly });
    } catch (error) {
      throw new PipelineError(at, `$[ ${source.trim()} ]: ${(error as Error).message}`);
    }
  expandVariables(store);
  return store;
}

function onlyReadOnly(predefined: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(predefined).filter(([name]) => isReadOnlyWhenPredefined(name)));
}
