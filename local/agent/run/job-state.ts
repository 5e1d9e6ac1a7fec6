import type { StepOutcome } from "../commands/step-result.ts";
import type { Endpoint } from "../endpoint.ts";
import { toText } from "../expressions/convert.ts";
import { evaluate } from "../expressions/evaluate.ts";
import type { ValueObject } from "../expressions/values.ts";
import { expandVariable } from "../macros.ts";
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
      this.variables.set(name, value, { readOnly: name.startsWith(`${step}.`) });
      this.variablesSet[name] = value;
    }
    for (const [name, value] of Object.entries(stage.secretVariables))
      this.variables.set(name, value, { secret: true, readOnly: name.startsWith(`${step}.`) });
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
  const values = (): ValueObject => Object.fromEntries([...store].map(([name, { value }]) => [name, value]));
  const expressions: [VariableDefinition, string][] = [];
  for (const definition of options.definitions) {
    const source = runtimeExpression(definition.value);
    if (source === undefined) store.set(definition.name, definition.value, { readOnly: definition.readOnly });
    else expressions.push([definition, source]);
  }
  for (const [name, value] of Object.entries(options.overrides)) store.set(name, value);
  for (const [name, value] of Object.entries(options.secrets)) store.set(name, value, { secret: true });
  for (const [{ name, at, readOnly }, source] of expressions) {
    if (
      Object.keys({ ...options.overrides, ...options.secrets }).some(
        (each) => each.toLowerCase() === name.toLowerCase(),
      )
    )
      continue;
    try {
      store.set(name, toText(evaluate(source, { names: { variables: values(), ...options.names } })), {
        readOnly,
      });
    } catch (error) {
      throw new PipelineError(at, `$[ ${source.trim()} ]: ${(error as Error).message}`);
    }
  }
  const unexpanded = new Map([...store].map(([name, { value }]) => [name.toLowerCase(), value]));
  for (const [name] of [...store]) {
    const secret = store.find(name)?.secret ?? false;
    if (!secret)
      store.set(
        name,
        expandVariable(name, (inner) => unexpanded.get(inner.toLowerCase())),
      );
  }
  return store;
}
