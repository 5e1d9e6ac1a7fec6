import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { exits } from "../../tasks/fabric-run-notebook/fabric-notebooks.ts";
import { type Job, postJobOf } from "../job.ts";

/** Creates two notebooks in Fabric, runs and deletes them: nothing is left. */
export const job: Job = {
  name: "fabric",
  effects: [
    "POST /v1/workspaces/{workspaceId}/items",
    "POST /v1/workspaces/{workspaceId}/notebooks/{itemId}/jobs/execute/instances",
  ],
  slice: [
    "FabricRunNotebook, POST /v1/workspaces/{workspaceId}/items #1: reset, and the effect comes later",
    "FabricRunNotebook, POST /v1/workspaces/{workspaceId}/items #1: SIGKILL after the effect",
    "FabricRunNotebook, POST /v1/workspaces/{workspaceId}/items #1: {} in place of the answer",
    "FabricRunNotebook, POST /v1/workspaces/{workspaceId}/notebooks/{itemId}/jobs/execute/instances #1: 503, and the effect comes later",
    "FabricRunNotebook, POST /v1/workspaces/{workspaceId}/notebooks/{itemId}/jobs/execute/instances #1: SIGKILL after the effect",
    "FabricRunNotebook, POST /v1/workspaces/{workspaceId}/notebooks/{itemId}/jobs/execute/instances #1: 204 in place of the answer",
    "FabricRunNotebook, DELETE /v1/workspaces/{workspaceId}/items/{itemId} #1: SIGTERM before the effect",
    "FabricRunNotebook, GET /v1/operations/{operationId} #1: answer cut off",
  ],
  stages: [
    {
      name: "FabricRunNotebook",
      task: "FabricRunNotebook",
      isTrue: ({ ledger, result }) =>
        ledger.fabricItems.length + ledger.fabricRuns.length === 0 && result.variables.ExitValue === "done",
    },
    {
      ...postJobOf("FabricRunNotebook"),
      isTrue: ({ ledger }) => ledger.fabricItems.length + ledger.fabricRuns.length === 0,
    },
  ],
  async prepare(_workspace, folder) {
    const notebooks = path.join(folder, "notebooks");
    await mkdir(notebooks);
    await writeFile(path.join(notebooks, "etl.py"), exits('"done"'));
    return {
      inputs: () => ({
        fabricConnection: "azure",
        workspace: "local",
        lakehouse: "local",
        notebookFolder: notebooks,
      }),
      observe: async () => ({}),
      mayStay: () => false,
      problems: () => [],
      clear: async () => undefined,
    };
  },
};
