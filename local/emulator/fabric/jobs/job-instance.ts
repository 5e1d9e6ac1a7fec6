import type { ExecutionResult } from "../../../driver/execution-result.ts";
import type { Application } from "../../entra/directory.ts";
import type { Item } from "../items.ts";
import { fabricTime } from "../time.ts";
import type { DriverLog } from "./driver-log.ts";

type JobStatus = "NotStarted" | "InProgress" | "Completed" | "Failed" | "Cancelled" | "Deduped";

export interface FailureReason {
  requestId: string;
  errorCode: string;
  message: string;
  isRetriable: boolean;
}

/** The Spark session of a run. */
interface Session {
  readonly sparkApplicationId: string;
  /** On the workspace's clock. */
  readonly startMs: number;
  readonly log: DriverLog;
}

/** One run of an item. */
export interface JobInstance {
  readonly id: string;
  readonly item: Item;
  /** As the request names it, such as `RunNotebook`. */
  readonly jobType: string;
  readonly creator: Application;
  readonly rootActivityId: string;
  readonly livyId: string;
  readonly startMs: number;
  /** Aborted when the instance is cancelled. */
  readonly abort: AbortController;
  status: JobStatus;
  /** Undefined until the session runs. */
  session?: Session;
  /** What the cells have shown, once they have ended. */
  result?: ExecutionResult;
  endMs?: number;
  failureReason?: FailureReason;
  /** What the notebook gave to notebookutils.notebook.exit. */
  exitValue?: string;
}

export const isLive = ({ status }: JobInstance) => status === "NotStarted" || status === "InProgress";

/** Source: https://learn.microsoft.com/rest/api/fabric/core/job-scheduler/get-item-job-instance */
export const shownInstance = (instance: JobInstance) => ({
  id: instance.id,
  itemId: instance.item.id,
  jobType: instance.jobType,
  invokeType: "Manual",
  status: instance.status,
  failureReason: instance.failureReason ?? null,
  rootActivityId: instance.rootActivityId,
  startTimeUtc: fabricTime(instance.startMs),
  endTimeUtc: instance.endMs === undefined ? null : fabricTime(instance.endMs),
});

/** Source: https://learn.microsoft.com/fabric/data-engineering/notebook-public-api#exit-values-from-notebook-runs */
export const shownWithExitValue = (instance: JobInstance) => ({
  ...shownInstance(instance),
  ...(instance.exitValue === undefined ? {} : { exitValue: instance.exitValue }),
});
