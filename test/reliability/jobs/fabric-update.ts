import { isWholeInFabric, prepareFabricUpdate } from "../fabric-deployment.ts";
import { type Job, postJobOf } from "../job.ts";

const create = "POST /v1/workspaces/{workspaceId}/items";
export const update = "POST /v1/workspaces/{workspaceId}/items/{itemId}/updateDefinition";
export const remove = "DELETE /v1/workspaces/{workspaceId}/items/{itemId}";

/** Deploys a version to Fabric over the one before. */
export const job: Job = {
  name: "fabric-update",
  workspace: { fabric: { retryAfterSeconds: 0 } },
  effects: [create, update, remove],
  slice: [
    `NotebookDeployArtifact, ${create} #1: SIGKILL after the effect`,
    `NotebookDeployArtifact, ${create} #2: reset after the effect`,
    `NotebookDeployArtifact, ${update} #2: SIGKILL after the effect`,
    `NotebookDeployArtifact, ${remove} #2: SIGTERM after the effect`,
    `NotebookDeployArtifact, ${update} #3: SIGKILL before the effect`,
  ],
  stages: [
    {
      name: "NotebookDeployArtifact",
      task: "NotebookDeployArtifact",
      isTrue: ({ products }) => isWholeInFabric(products, "2.0.0"),
    },
    {
      ...postJobOf("NotebookDeployArtifact"),
      isTrue: ({ products }) => isWholeInFabric(products, "1.0.0") || isWholeInFabric(products, "2.0.0"),
    },
  ],
  prepare: (workspace, folder) => prepareFabricUpdate(workspace, folder, ["1.0.0", "2.0.0"]),
};
