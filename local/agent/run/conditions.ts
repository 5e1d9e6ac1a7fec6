import type { StepOutcome } from "../commands/step-result.ts";
import { toBoolean, toText } from "../expressions/convert.ts";
import { evaluate } from "../expressions/evaluate.ts";
import type { Value, ValueObject } from "../expressions/values.ts";

/** The status of a job while its steps run (Agent.JobStatus). */
export type JobStatus = "Succeeded" | "SucceededWithIssues" | "Failed" | "Canceled";

/** Whether a step runs. Without a condition it runs only if no earlier step has failed. */
export function isStepConditionMet(
  condition: string | undefined,
  status: JobStatus,
  variables: ValueObject,
): boolean {
  const hasSucceeded = status === "Succeeded" || status === "SucceededWithIssues";
  return toBoolean(
    evaluate(condition ?? "succeeded()", {
      names: { variables },
      status: {
        always: () => true,
        succeeded: () => hasSucceeded,
        failed: () => status === "Failed",
        succeededorfailed: () => hasSucceeded || status === "Failed",
        canceled: () => status === "Canceled",
      },
    }),
  );
}

/** A stage or job that has run or was skipped. */
export interface FinishedNode {
  name: string;
  result: StepOutcome;
  dependsOn: readonly string[];
}

const isSuccess = (result: StepOutcome) => result === "succeeded" || result === "succeededWithIssues";

/** Whether a stage or job runs. Without a condition it runs only if everything that it depends on has succeeded. */
export function isNodeConditionMet(options: {
  condition: string | undefined;
  dependsOn: readonly string[];
  finished: readonly FinishedNode[];
  canceled: boolean;
  names: ValueObject;
}): boolean {
  const { finished, canceled } = options;
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
  return toBoolean(
    evaluate(options.condition ?? "succeeded()", {
      names: options.names,
      status: {
        always: () => true,
        succeeded: (names) => !canceled && referredTo(names).every(({ result }) => isSuccess(result)),
        failed: (names) => !canceled && referredTo(names).some(({ result }) => result === "failed"),
        succeededorfailed: (names) =>
          !canceled && referredTo(names).every(({ result }) => isSuccess(result) || result === "failed"),
        canceled: () => canceled,
      },
    }),
  );
}

/** The result as expressions and Azure DevOps write it: `Succeeded`, `SucceededWithIssues`, … */
export function resultName(result: StepOutcome): string {
  return (result[0] ?? "").toUpperCase() + result.slice(1);
}
