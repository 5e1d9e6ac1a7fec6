import { type JobInstance, shownInstance } from "./job-instance.ts";
import { activityDetails } from "./livy-session.ts";
import { runPageUrl } from "./run-page-url.ts";

/** Source: https://learn.microsoft.com/rest/api/fabric/notebook/background-jobs/get-notebook-job-instance(beta) */
export const shownWithProperties = (instance: JobInstance, origin: string) => ({
  ...shownInstance(instance),
  properties: {
    exitValue: instance.exitValue ?? null,
    compute: "Spark",
    computeDetails: {
      highConcurrencyModeStatus: null,
      livyId: instance.livyId,
      monitoringInfo:
        instance.status === "NotStarted"
          ? null
          : {
              activityDetails: activityDetails(instance),
              executionSnapshotUrl: runPageUrl(origin, instance),
            },
    },
  },
});
