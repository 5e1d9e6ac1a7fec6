import { isWholeInFabric, prepareFabricUpdate } from "../fabric-deployment.ts";
import { type Job, postJobOf } from "../job.ts";
import { remove, update } from "./fabric-update.ts";

/** Deploys a version to Fabric over the one before and is killed in the middle, so that its post-job step has to restore that one. */
export const job: Job = {
  name: "fabric-rollback",
  workspace: { fabric: { retryAfterSeconds: 0 } },
  effects: [update, remove],
  slice: [
    `NotebookDeployArtifact postjob, ${update} #1: SIGKILL after the effect`,
    `NotebookDeployArtifact postjob, ${update} #2: 503 after the effect`,
    `NotebookDeployArtifact postjob, ${remove} #1: reset after the effect`,
  ],
  stages: [
    {
      name: "NotebookDeployArtifact",
      task: "NotebookDeployArtifact",
      // The record, then the notebook that changes.
      interruption: {
        request: {
          service: "fabric",
          method: "POST",
          path: "/v1/workspaces/{workspaceId}/items/{itemId}/updateDefinition",
          nth: 2,
        },
        fault: { when: "after", then: { signal: { pid: 0, name: "SIGKILL" } } },
      },
      isTrue: () => false,
    },
    { ...postJobOf("NotebookDeployArtifact"), isTrue: ({ products }) => isWholeInFabric(products, "1.0.0") },
  ],
  prepare: (workspace, folder) => prepareFabricUpdate(workspace, folder, ["1.0.0"]),
};
