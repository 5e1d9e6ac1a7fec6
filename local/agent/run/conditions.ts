import { evaluate } from "../expressions/evaluate.ts";
import { toBoolean, toText, type Value, type ValueObject } from "../expressions/values.ts";
import type { StepOutcome } from "./run-types.ts";

/** What a job's steps have come to so far (Agent.JobStatus). */
export type JobStatus = "Succeeded" | "SucceededWithIssues" | "Failed" | "Canceled";

/** Whether a step runs, by its condition; without one only while all has gone well. */
export function isStepConditionMet(
  condition: string | undefined,
  status: JobStatus,
  variables: ValueObject,
): boolean {
  const isGood = status === "Succeeded" || status === "SucceededWithIssues";
  return toBoolean(
    evaluate(condition ?? "succeeded()", {
      names: { variables },
      status: {
        always: () => true,
        succeeded: () => isGood,
        failed: () => status === "Failed",
        succeededorfailed: () => isGood || status === "Failed",
        canceled: () => status === "Canceled",
      },
    }),
  );
}

/** A stage or job that others depend on, once it is over. */
export interface FinishedNode {
  name: string;
  result: StepOutcome;
  dependsOn: readonly string[];
}

const isGood = (result: StepOutcome) => result === "succeeded" || result === "succeededWithIssues";

/** Whether a stage or job runs, by its condition, given everything that is over. */
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
  /** All that led here, however far back. */
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
        succeeded: (names) => !canceled && referredTo(names).every(({ result }) => isGood(result)),
        failed: (names) => !canceled && referredTo(names).some(({ result }) => result === "failed"),
        succeededorfailed: (names) =>
          !canceled && referredTo(names).every(({ result }) => isGood(result) || result === "failed"),
        canceled: () => canceled,
      },
    }),
  );
}

/** The result as expressions and Azure DevOps write it: `Succeeded`, `SucceededWithIssues`, … */
export function resultName(result: StepOutcome): string {
  return (result[0] ?? "").toUpperCase() + result.slice(1);
}
