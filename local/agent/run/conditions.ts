import type { StepOutcome } from "../commands/step-result.ts";
import { toBoolean, toText } from "../expressions/convert.ts";
import { evaluate } from "../expressions/evaluate.ts";
import type { Value, ValueObject } from "../expressions/values.ts";
import { expandedCondition } from "./explain-condition.ts";

/** The status of a job while its steps run (Agent.JobStatus). */
export type JobStatus = "Succeeded" | "SucceededWithIssues" | "Failed" | "Canceled";

/** What a condition evaluates to: undefined if it is met, and else why it is not, for a person. */
type Unmet = string | undefined;
type EvaluationContext = Parameters<typeof evaluate>[1];

/** Whether a step runs. Without a condition it runs only if no earlier step has failed. */
export function isStepConditionMet(
  condition: string | undefined,
  status: JobStatus,
  variables: ValueObject,
): boolean {
  return stepUnmet(condition, status, variables) === undefined;
}

/** Why a step does not run. @throws Error if the condition cannot be evaluated */
export function stepUnmet(condition: string | undefined, status: JobStatus, variables: ValueObject): Unmet {
  const hasSucceeded = status === "Succeeded" || status === "SucceededWithIssues";
  const otherwise = status === "Canceled" ? "the job was canceled" : "an earlier step failed";
  return unmet(condition, otherwise, {
    names: { variables },
    status: {
      always: () => true,
      succeeded: () => hasSucceeded,
      failed: () => status === "Failed",
      succeededorfailed: () => hasSucceeded || status === "Failed",
      canceled: () => status === "Canceled",
    },
  });
}

/** @param otherwise why the default condition `succeeded()` is not met */
function unmet(condition: string | undefined, otherwise: string, context: EvaluationContext): Unmet {
  if (toBoolean(evaluate(condition ?? "succeeded()", context))) return undefined;
  if (condition === undefined) return otherwise;
  const expanded = expandedCondition(condition, context);
  const written = condition.trim().replace(/\s+/g, " ");
  const saysMore = expanded !== written && expanded !== "False";
  return `its condition ${written} is false${saysMore ? `: ${expanded}` : ""}`;
}

/** A stage or job that has run or was skipped. */
export interface FinishedNode {
  name: string;
  result: StepOutcome;
  dependsOn: readonly string[];
}

const isSuccess = (result: StepOutcome) => result === "succeeded" || result === "succeededWithIssues";

interface NodeCondition {
  condition: string | undefined;
  dependsOn: readonly string[];
  finished: readonly FinishedNode[];
  /** Whether the run is canceled. */
  canceled: boolean;
  /**
   * Whether it was canceled before the stage of this job started. The jobs of a stage that starts afterwards, because its own condition says so,
   * look only at each other (https://learn.microsoft.com/azure/devops/pipelines/process/conditions, "Conditions and canceled builds").
   */
  isAfterCancel?: boolean;
  names: ValueObject;
}

/** Whether a stage or job runs. Without a condition it runs only if everything that it depends on has succeeded. */
export function isNodeConditionMet(options: NodeCondition): boolean {
  return nodeUnmet(options) === undefined;
}

/** Why a stage or job does not run. @throws Error if the condition cannot be evaluated */
export function nodeUnmet(options: NodeCondition): Unmet {
  const { finished, canceled, isAfterCancel = false } = options;
  const isStopped = canceled && !isAfterCancel;
  const named = (names: readonly string[]) =>
    finished.filter(({ name }) => names.some((each) => each.toLowerCase() === name.toLowerCase()));
  /** The dependencies, and their own dependencies. */
  const ancestors = (names: readonly string[], seen = new Set<FinishedNode>()): FinishedNode[] => {
    for (const node of named(names)) {
      if (seen.has(node)) continue;
      seen.add(node);
      ancestors(node.dependsOn, seen);
    }
    return [...seen];
  };
  const referredTo = (names: readonly Value[]) =>
    names.length > 0 ? named(names.map(toText)) : ancestors(options.dependsOn);
  const blocking = ancestors(options.dependsOn).find(({ result }) => !isSuccess(result));
  const otherwise =
    isStopped || blocking === undefined
      ? "the run was canceled"
      : `${blocking.name} ${blocking.result === "failed" ? "failed" : `was ${blocking.result}`}`;
  return unmet(options.condition, otherwise, {
    names: options.names,
    status: {
      always: () => true,
      succeeded: (names) => !isStopped && referredTo(names).every(({ result }) => isSuccess(result)),
      failed: (names) => !isStopped && referredTo(names).some(({ result }) => result === "failed"),
      succeededorfailed: (names) =>
        !isStopped && referredTo(names).every(({ result }) => isSuccess(result) || result === "failed"),
      canceled: () => canceled,
    },
  });
}

/** The result as expressions and Azure DevOps write it: `Succeeded`, `SucceededWithIssues`, … */
export function resultName(result: StepOutcome): string {
  return (result[0] ?? "").toUpperCase() + result.slice(1);
}
