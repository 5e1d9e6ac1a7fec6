/**
 * Measures the streaming test of examples/streaming-medallion: as DatabricksRunStreamingTest runs it, and as people write it by hand, with two minutes
 * of waiting after the start and after each payload. Both run the same notebooks in one workspace, one after the other; the second finds Spark warm.
 * Run: npm run bench -- streaming-example (8 minutes)
 */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ask } from "../test/harness/databricks-api.ts";
import { taskFixture } from "../test/harness/task-fixture.ts";
import { report, seconds } from "./measure.ts";

const waitMs = 120_000;
const folder = path.resolve(import.meta.dirname, "../examples/streaming-medallion/notebooks");
const volume = "/Volumes/main/default/tests";

await using step = await taskFixture("DatabricksRunStreamingTest", {
  workspace: { spark: { master: "local[*]" } },
  hasCluster: true,
});
const clusterId = step.ledger().clusters[0]!.id;

const start = performance.now();
const { result, log } = await step.run({
  inputs: {
    definition: path.join(folder, "streaming-test.yml"),
    notebookFolder: folder,
    parameters: parametersOf("task"),
  },
});
const taskMs = performance.now() - start;
if (result !== "succeeded") throw new Error(`Could not run the streaming test: the step ${result}:\n${log}`);
const byHandMs = await testByHand();

report("the example's test by DatabricksRunStreamingTest", seconds(taskMs), "under 90 s");
for (const [, iteration, latency] of log.matchAll(/^(.*): validate: visible after (.*)$/gm))
  report(`  ${iteration!.slice(0, 30)}: visible after`, latency!);
report("the same with three times two minutes of waiting", seconds(byHandMs));

function parametersOf(name: string): string {
  return [
    `schema=bench_${name}`,
    `landing=${volume}/bench_${name}/landing`,
    `checkpoints=${volume}/bench_${name}/checkpoints`,
  ].join("\n");
}

/** What people write today: start, wait two minutes, validate, produce, wait two minutes, validate, and so on. */
async function testByHand(): Promise<number> {
  const shared = Object.fromEntries(
    parametersOf("by_hand")
      .split("\n")
      .map((line) => line.split("=")),
  );
  const target = "/Shared/by-hand";
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.relative(folder, path.join(entry.parentPath, entry.name));
    const isNotebook = file.endsWith(".py");
    await step.askDatabricks("POST", "/api/2.0/workspace/mkdirs", {
      path: path.posix.join(target, path.dirname(file)),
    });
    await step.askDatabricks("POST", "/api/2.0/workspace/import", {
      path: path.posix.join(target, isNotebook ? file.slice(0, -".py".length) : file),
      ...(isNotebook ? { format: "SOURCE", language: "PYTHON" } : { format: "RAW" }),
      content: (await readFile(path.join(folder, file))).toString("base64"),
    });
  }
  const begun = performance.now();
  await run("clean");
  const task = (key: string, notebook: string) => ({
    task_key: key,
    existing_cluster_id: clusterId,
    notebook_task: {
      notebook_path: `${target}/${notebook}`,
      base_parameters: { ...shared, trigger: "continuous" },
    },
  });
  const { job_id } = await step.askDatabricks<{ job_id: number }>("POST", "/api/2.2/jobs/create", {
    name: "by hand",
    tasks: [task("setup", "setup"), { ...task("streams", "run"), depends_on: [{ task_key: "setup" }] }],
  });
  const { run_id } = await step.askDatabricks<{ run_id: number }>("POST", "/api/2.2/jobs/run-now", {
    job_id,
  });
  await wait(waitMs);
  await run("validate-setup");
  await run("produce", { payload: "1" });
  await wait(waitMs);
  await run("validate", { payload: "1" });
  await upload();
  await wait(waitMs);
  await run("validate", { payload: "2" });
  await step.askDatabricks("POST", "/api/2.2/jobs/runs/cancel", { run_id });
  await step.askDatabricks("POST", "/api/2.2/jobs/delete", { job_id });
  await run("clean");
  return performance.now() - begun;

  async function upload(): Promise<void> {
    const payloads = path.join(folder, "payloads", "2");
    const { databricksUrl, databricksToken } = step.workspace.emulator.ready;
    for (const file of await readdir(payloads))
      await ask(
        step.workspace,
        `${databricksUrl}/api/2.0/fs/files${volume}/bench_by_hand/landing/2/${file}?overwrite=true`,
        {
          method: "PUT",
          headers: { authorization: `Bearer ${databricksToken}` },
          body: await readFile(path.join(payloads, file), "utf8"),
        },
      );
  }

  async function errorOf(runId: number): Promise<string | undefined> {
    const { tasks } = await step.askDatabricks<{ tasks: { run_id: number }[] }>(
      "GET",
      `/api/2.2/jobs/runs/get?run_id=${runId}`,
    );
    const { error } = await step.askDatabricks<{ error?: string }>(
      "GET",
      `/api/2.2/jobs/runs/get-output?run_id=${tasks[0]!.run_id}`,
    );
    return error;
  }

  async function run(notebook: string, parameters: Record<string, string> = {}): Promise<void> {
    const submitted = await step.askDatabricks<{ run_id: number }>("POST", "/api/2.2/jobs/runs/submit", {
      run_name: notebook,
      tasks: [
        {
          task_key: "main",
          existing_cluster_id: clusterId,
          notebook_task: {
            notebook_path: `${target}/${notebook}`,
            base_parameters: { ...shared, ...parameters },
          },
        },
      ],
    });
    for (;;) {
      const { state } = await step.askDatabricks<{
        state: { life_cycle_state: string; result_state?: string; state_message: string };
      }>("GET", `/api/2.2/jobs/runs/get?run_id=${submitted.run_id}`);
      if (state.result_state === "SUCCESS") return;
      if (state.result_state !== undefined)
        throw new Error(`Could not run ${notebook} by hand: ${await errorOf(submitted.run_id)}`);
      await wait(500);
    }
  }
}
