/**
 * Measures how soon DatabricksRunStreamingTest notices that a result is visible. The bench itself makes each result visible, at a random time after its
 * payload was produced; the validation only looks. The step may take as long as one run of the validation, which the workspace measured, and 1 s.
 * Run: npm run bench -- streaming
 */
import { type TaskFixture, taskFixture } from "../test/harness/task-fixture.ts";
import { median, report, seconds } from "./measure.ts";

const iterations = 12;
const longestWaitMs = 10_000;

const python = (code: string) => `# Databricks notebook source\n${code}\n`;
const definition = `name: Bench
job: { notebook: stream }
iterations:
${Array.from({ length: iterations }, (_, index) => `  - { name: "${index}", produce: produce, validate: { notebook: validate, parameters: { payload: "${index}" } } }`).join("\n")}
`;

await using step = await taskFixture("DatabricksRunStreamingTest", {
  hasCluster: true,
  notebooks: {
    "streaming.yml": definition,
    "stream.py": python("import time\nwhile True: time.sleep(1)"),
    "produce.py": python("pass"),
    "validate.py": python('dbutils.fs.head("dbfs:/visible/" + dbutils.widgets.get("payload"))'),
  },
});
const visibleAt = new Map<string, number>();
const passedAt = new Map<string, number>();
let canceledAt = 0;
const start = performance.now();
const { result, log } = await step.run({
  inputs: { definition: `${step.notebookFolder}/streaming.yml` },
  onLine: (line) => {
    const [, payload = "", phase] = /^(\d+): (produce: succeeded|validate: visible)/.exec(line) ?? [];
    if (phase === "produce: succeeded")
      setTimeout(() => void makeVisible(step, payload), Math.random() * longestWaitMs);
    else if (phase) passedAt.set(payload, performance.now());
    if (line.startsWith("job: ran for")) canceledAt = performance.now();
  },
});
const endedAt = performance.now();
if (result !== "succeeded") throw new Error(`Could not run the streaming test: the step ${result}:\n${log}`);

const validationMs = await passingRunsMs(step);
const noticed = [...visibleAt].map(([payload, at]) => passedAt.get(payload)! - at);
const beyond = noticed.map((ms, index) => ms - validationMs[index]!);
report(`${iterations} results in a test of`, seconds(endedAt - start));
report("  one run of the validation", seconds(median(validationMs)));
report("  from visible to noticed, median", seconds(median(noticed)));
report("    without one run of the validation", seconds(median(beyond)), "under 1 s");
report("    the longest of them", seconds(Math.max(...beyond)));
report("  from the last result to the end of the job", seconds(canceledAt - Math.max(...passedAt.values())));

async function makeVisible(fixture: TaskFixture, payload: string): Promise<void> {
  await fixture.askDatabricks("POST", "/api/2.0/dbfs/put", { path: `/visible/${payload}`, contents: "eA==" });
  visibleAt.set(payload, performance.now());
}

/** How long the run took that passed, for each iteration, by the workspace's clock. */
async function passingRunsMs(fixture: TaskFixture): Promise<number[]> {
  const passing = new Map<string, number>();
  let page = "";
  do {
    const found = await fixture.askDatabricks<{
      runs?: { run_name: string; state: { result_state?: string }; start_time: number; end_time: number }[];
      next_page_token?: string;
    }>("GET", `/api/2.2/jobs/runs/list?limit=25${page}`);
    for (const { run_name, state, start_time, end_time } of found.runs ?? []) {
      const payload = /^Bench\/(\d+): validate/.exec(run_name)?.[1];
      if (payload !== undefined && state.result_state === "SUCCESS")
        passing.set(payload, end_time - start_time);
    }
    page = found.next_page_token ? `&page_token=${encodeURIComponent(found.next_page_token)}` : "";
  } while (page);
  return [...visibleAt.keys()].map((payload) => passing.get(payload)!);
}
