import { collections } from "../items.ts";
import { isLive, type JobInstance } from "./job-instance.ts";

const states = {
  NotStarted: "NotStarted",
  InProgress: "InProgress",
  Completed: "Succeeded",
  Failed: "Failed",
  Cancelled: "Cancelled",
  Deduped: "Unknown",
} as const;

const time = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());

const seconds = (from: number | undefined, to: number | undefined) =>
  from === undefined || to === undefined
    ? null
    : { value: Math.round((to - from) / 1000), timeUnit: "Seconds" };

/** What a session and the details of a notebook's run have in common. */
const activity = ({ item, livyId, startMs, endMs, session }: JobInstance) => ({
  sparkApplicationId: session?.sparkApplicationId ?? null,
  livyName: `${item.displayName}_${livyId}`,
  creatorItem: reference(item),
  itemName: item.displayName,
  jobType: item.type === "Notebook" ? "SparkSession" : "SparkBatch",
  capacityId: item.workspace.capacity?.id ?? null,
  isHighConcurrency: false,
  runtimeVersion: "1.3",
  operationName: item.type === "Notebook" ? "Notebook run" : "Batch job run",
  submittedDateTime: time(startMs),
  startDateTime: time(session?.startMs),
  endDateTime: time(endMs),
});

/** Source: https://github.com/microsoft/fabric-rest-api-specs/blob/main/notebook/examples/GetSparkNotebookJobInstance.json */
export const activityDetails = (instance: JobInstance) => (instance.session ? activity(instance) : null);

/** Source: https://github.com/microsoft/fabric-rest-api-specs/blob/main/common/spark_definitions.json */
export function shownSession(instance: JobInstance, origin: string) {
  const { item, creator, startMs, endMs, session } = instance;
  return {
    ...activity(instance),
    livyId: instance.livyId,
    jobInstanceId: instance.id,
    state: states[instance.status],
    origin: instance.status === "NotStarted" ? "PendingJob" : "SubmittedJob",
    attemptNumber: 1,
    maxNumberOfAttempts: 1,
    submitter: { id: creator.objectId, type: "ServicePrincipal" },
    item: reference(item),
    itemType: item.type,
    queuedDuration: seconds(startMs, session?.startMs ?? endMs),
    runningDuration: isLive(instance) ? null : seconds(session?.startMs, endMs),
    totalDuration: seconds(startMs, endMs),
    livySessionItemResourceUri: `${origin}/v1/workspaces/${item.workspace.id}/${collections[item.type]}/${item.id}/livySessions/${instance.livyId}`,
  };
}

const reference = ({ id, workspace }: JobInstance["item"]) => ({
  workspaceId: workspace.id,
  itemId: id,
  referenceType: "ById",
});
