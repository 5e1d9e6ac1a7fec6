import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { askFabric } from "../../harness/fabric-api.ts";
import type { TestWorkspace } from "../../harness/workspace.ts";
import { workspaceIdOf } from "../deployed-notebooks.ts";
import { type Job, postJobOf } from "../job.ts";

const create = "POST /v1/workspaces/{workspaceId}/items";
const start = "POST /v1/workspaces/{workspaceId}/sparkJobDefinitions/{itemId}/jobs/sparkjob/instances";
const runFolder = "/{workspace}/{id}/Files/notebook-ops/{runId}";

/** Addresses of the Spark job definitions, which a step creates and keeps for later runs. */
async function definitionsOf(workspace: TestWorkspace): Promise<string[]> {
  const items = `/workspaces/${await workspaceIdOf(workspace)}/items`;
  const { value } = await askFabric<{ value: { id: string }[] }>(
    workspace,
    "GET",
    `${items}?type=SparkJobDefinition`,
  );
  return value.map(({ id }) => `${items}/${id}`);
}

const isOver: Job["stages"][number]["isTrue"] = ({ ledger }) =>
  ledger.fabricRuns.length + ledger.oneLakeFiles.length === 0;

/** Runs a project with one test as a Spark job: its folder in the lakehouse is deleted, and no job is left. */
export const job: Job = {
  name: "spark-tests",
  effects: [create, start, `PUT ${runFolder}/run.json`],
  slice: [
    `FabricRunSparkTests, ${create} #1: reset, and the effect comes later`,
    `FabricRunSparkTests, ${create} #1: SIGKILL after the effect`,
    `FabricRunSparkTests, ${start} #1: 503, and the effect comes later`,
    `FabricRunSparkTests, ${start} #1: SIGKILL after the effect`,
    `FabricRunSparkTests, ${start} #1: 204 in place of the answer`,
    `FabricRunSparkTests, PUT ${runFolder}/run.json #1: SIGKILL after the effect`,
    `FabricRunSparkTests, GET ${runFolder}/results/finished.json #1: answer cut off`,
    `FabricRunSparkTests, DELETE ${runFolder} #1: SIGTERM before the effect`,
  ],
  stages: [
    {
      name: "FabricRunSparkTests",
      task: "FabricRunSparkTests",
      isTrue: (record) => isOver(record) && /1 passed/.test(record.result.log),
    },
    { ...postJobOf("FabricRunSparkTests"), isTrue: isOver },
  ],
  async prepare(workspace, folder) {
    const project = path.join(folder, "project");
    await mkdir(project);
    await writeFile(path.join(project, "test_a.py"), "def test_1(): pass\n");
    return {
      inputs: () => ({
        fabricConnection: "azure",
        workspace: "local",
        lakehouse: "local",
        projectFolder: project,
      }),
      observe: async () => ({ definitions: String((await definitionsOf(workspace)).length) }),
      mayStay: (kind) => kind === "fabricItems",
      problems: ({ definitions }) =>
        Number(definitions) > 1 ? [`there are ${definitions} Spark job definitions of one name`] : [],
      async clear() {
        for (const path of await definitionsOf(workspace)) await askFabric(workspace, "DELETE", path);
      },
    };
  },
};
