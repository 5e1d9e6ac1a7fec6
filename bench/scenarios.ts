/**
 * Measures what NotebookRunTestScenarios adds to the longest of 100 scenarios that run on one cluster at the same time: the time of the whole step
 * without the longest run, as the workspace measured it. The notebooks only exit. The workspace delays each response by 50 ms.
 * Run: npm run bench -- scenarios
 */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { packArtifact } from "../shared/notebook/artifact/pack.ts";
import { type TaskFixture, taskFixture } from "../test/harness/task-fixture.ts";
import { median, report, seconds } from "./measure.ts";

const scenarioCount = 100;
const addedLatencyMs = 50;
const rounds = 3;
const workspaceFolder = "/Shared/qa/bench";

const inputs = { environment: "qa", workspaceFolder, maxConcurrency: String(scenarioCount) };
await using step = await taskFixture("NotebookRunTestScenarios", {
  workspace: { latencyMs: addedLatencyMs },
  hasCluster: true,
  isBuild: true,
  inputs,
});
await deploy(step);
const addedMs: number[] = [];
const longestMs: number[] = [];
let requests = 0;
for (let round = 0; round < rounds; round += 1) {
  const from = Date.now();
  const requestsBefore = step.requests().length;
  const start = performance.now();
  const { result, log } = await step.run();
  const tookMs = performance.now() - start;
  if (result !== "succeeded") throw new Error(`Could not run the scenarios: the step ${result}:\n${log}`);
  requests = step.requests().length - requestsBefore;
  const longest = await longestRunMs(from);
  longestMs.push(longest);
  addedMs.push(tookMs - longest);
}
report(`the longest of ${scenarioCount} scenarios`, seconds(median(longestMs)));
report("  the step in addition to it", seconds(median(addedMs)), "under 5 s");
report("  requests", String(requests));

async function deploy(fixture: TaskFixture): Promise<void> {
  const source = path.join(fixture.tempFolder, "source");
  await mkdir(path.join(source, "tests"), { recursive: true });
  for (let index = 0; index < scenarioCount; index += 1)
    await writeFile(
      path.join(source, "tests", `scenario${index}.py`),
      `# Databricks notebook source\ndbutils.notebook.exit("${index}")\n`,
    );
  const artifactFolder = path.join(fixture.tempFolder, "artifact");
  await packArtifact({ folder: source, out: artifactFolder, name: "bench", version: "1.0.0", source: {} });
  const { result, log } = await fixture.runTask("NotebookDeployArtifact", {
    inputs: { artifactFolder, environment: "qa", workspaceFolder },
  });
  if (result !== "succeeded") throw new Error(`Could not deploy the scenarios: the step ${result}:\n${log}`);
}

/** The longest run that started after a time, from its submission to its end, by the workspace's clock. */
async function longestRunMs(from: number): Promise<number> {
  let longest = 0;
  let page = "";
  do {
    const found = await step.askDatabricks<{
      runs?: { start_time: number; end_time: number }[];
      next_page_token?: string;
    }>("GET", `/api/2.2/jobs/runs/list?limit=25&start_time_from=${from}${page}`);
    for (const { start_time, end_time } of found.runs ?? [])
      longest = Math.max(longest, end_time - start_time);
    page = found.next_page_token ? `&page_token=${encodeURIComponent(found.next_page_token)}` : "";
  } while (page);
  return longest;
}
