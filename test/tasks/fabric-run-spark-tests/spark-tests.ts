import { type TaskFixture, type TaskFixtureOptions, taskFixture } from "../../harness/task-fixture.ts";

/**
 * FabricRunSparkTests as a step, with the files of the repository, which is the project.
 * @param options.definitions the Spark job definitions that the workspace has
 */
export async function runSparkTests(
  files: Record<string, string>,
  {
    definitions = ["notebook-ops-spark-tests"],
    ...options
  }: TaskFixtureOptions & { definitions?: string[] } = {},
): Promise<TaskFixture> {
  const workspace = { name: "local", lakehouses: ["local"], sparkJobDefinitions: definitions };
  return taskFixture("FabricRunSparkTests", {
    files,
    ...options,
    inputs: { projectFolder: ".", ...options.inputs },
    workspace: { fabric: { workspaces: [workspace] }, ...options.workspace },
  });
}
