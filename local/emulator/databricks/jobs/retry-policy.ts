import { invalidParameter } from "../errors.ts";
import type { Fields } from "../fields.ts";
import type { Outcome } from "./outcome.ts";

/** When a task is run again. Source: https://docs.databricks.com/api/azure/workspace/jobs/create (tasks) */
export interface RetryPolicy {
  /** Infinity: no limit. */
  maxRetries: number;
  /** From the start of the failed attempt to the next one. */
  minIntervalMs: number;
  onTimeout: boolean;
}

/** How often serverless compute runs a failed task again by itself. The documentation names no number. */
const serverlessRetries = 1;

/**
 * On serverless compute, auto-optimization retries failed tasks unless `disable_auto_optimization` is true. On other compute, and if the task
 * says so itself, `max_retries` counts, of which -1 means no limit.
 * Source: https://learn.microsoft.com/azure/databricks/jobs/run-serverless-jobs#auto-optimization
 */
export function readRetryPolicy(fields: Fields, isServerless: boolean): RetryPolicy {
  const isOptimized = isServerless && !fields.boolean("disable_auto_optimization");
  const given = fields.integer("max_retries") ?? (isOptimized ? serverlessRetries : 0);
  if (given < -1) throw invalidParameter(`max_retries must be -1 or more, got ${given}.`);
  const minIntervalMs = fields.integer("min_retry_interval_millis") ?? 0;
  if (minIntervalMs < 0)
    throw invalidParameter(`min_retry_interval_millis must not be negative, got ${minIntervalMs}.`);
  return {
    maxRetries: given < 0 ? Number.POSITIVE_INFINITY : given,
    minIntervalMs,
    onTimeout: fields.boolean("retry_on_timeout"),
  };
}

/** Whether an attempt that ended like this is followed by another. */
export function isRetried(policy: RetryPolicy, attemptNumber: number, { resultState }: Outcome): boolean {
  const isUnsuccessful = resultState === "FAILED" || (resultState === "TIMEDOUT" && policy.onTimeout);
  return isUnsuccessful && attemptNumber < policy.maxRetries;
}
