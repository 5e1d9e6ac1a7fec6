/** The functions of conditions that tell how earlier steps, jobs or stages ended. `$[ ]` in variables does not have them. */
const statusFunctions = ["always", "succeeded", "failed", "succeededOrFailed", "canceled"];

const onlyInVariables = "Azure Pipelines has it only in variables, as $[ counter(…) ]";
/** https://github.com/MicrosoftDocs/azure-devops-docs/issues/13743 */
const onlyInTemplates = `Azure Pipelines has it only in \${{ }}`;

/** What an expression can use, by the place where it is written. */
export interface ExpressionPlace {
  /** The functions that it has in addition to those of every expression. */
  functions: readonly string[];
  names: readonly string[];
  /** The functions that it does not have, with what to do instead. */
  missing: Record<string, string>;
}

export const missingFromTemplates: Record<string, string> = { counter: onlyInVariables };

const runtimeNames = ["variables", "dependencies", "stageDependencies", "pipeline"];

/** `$[ ]` in variables */
export const variablePlace: ExpressionPlace = {
  functions: [],
  names: runtimeNames,
  missing: { split: onlyInTemplates },
};

export const conditionPlace: ExpressionPlace = {
  functions: statusFunctions,
  names: runtimeNames,
  missing: { split: onlyInTemplates, counter: onlyInVariables },
};
