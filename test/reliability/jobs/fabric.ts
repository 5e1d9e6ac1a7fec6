import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { exits } from "../../tasks/fabric-run-notebook/fabric-notebooks.ts";
import { type Job, postJobOf } from "../job.ts";

/** Creates two notebooks in Fabric, runs and deletes them: nothing is left. */
export const job: Job = {
  name: "fabric",
  effects: [
    "POST /v1/workspaces/<id>/items",
    "POST /v1/workspaces/<id>/notebooks/<id>/jobs/execute/instances",
    "DELETE /v1/workspaces/<id>/items/<id>",
  ],
  slice: [],
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
