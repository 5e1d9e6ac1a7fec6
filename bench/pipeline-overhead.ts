/**
 * Measures the overhead of the pipeline in `npm start`: the total time without pip, the runs of the notebooks and the simulated start of the
 * cluster. The time of the notebooks is from the log of the task, so that the result is exact to half a second.
 * Run: npm run bench -- pipeline-overhead
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "yaml";
import type { PipelineRecord, StepRecord } from "../local/agent/run/run-types.ts";
import { median, report, seconds } from "./measure.ts";

const rounds = 3;

const root = path.join(import.meta.dirname, "..");
const example = path.join(root, "examples", "databricks-weather");
const pipeline = path.join(example, "azure-pipelines-pr.yml");

const folder = await mkdtemp(path.join(tmpdir(), "overhead-"));
try {
  const { databricks } = parse(await readFile(path.join(example, "notebook-ops.local.yml"), "utf8"));
  const clusterStartMs = databricks.clusterStartSeconds * 1000;
  const overheadsMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { totalMs, steps } = await runExample(path.join(folder, `record-${round}.json`));
    const others = named(steps, "Install build tools").durationMs + (await notebooksMs(steps));
    overheadsMs.push(totalMs - others - clusterStartMs);
  }
  report("overhead of the pipeline", seconds(median(overheadsMs)), "under 5 s");
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function runExample(recordFile: string): Promise<{ totalMs: number; steps: StepRecord[] }> {
  const start = performance.now();
  const command = [path.join(root, "bin", "notebook-ops.mjs"), "run", pipeline, "--record", recordFile];
  const [code] = await once(spawn(process.execPath, command, { stdio: "ignore" }), "close");
  const totalMs = performance.now() - start;
  const record = JSON.parse(await readFile(recordFile, "utf8")) as PipelineRecord;
  if (code !== 0)
    throw new Error(`Could not run the example: it ${record.result}; run npm start to see why.`);
  return { totalMs, steps: record.jobs.flatMap(({ steps }) => steps) };
}

/** The time of the longest notebook, because all run at once. */
async function notebooksMs(steps: StepRecord[]): Promise<number> {
  const log = await readFile(named(steps, "Run notebooks").logFile ?? "", "utf8");
  const times = [...log.matchAll(/succeeded after (?:(\d+) min )?(\d+(?:\.\d+)?) s/g)];
  if (times.length === 0)
    throw new Error(
      "Could not read the log of the step Run notebooks: it contains no times of notebooks; adapt the pattern.",
    );
  return Math.max(...times.map(([, minutes = "0", rest]) => (Number(minutes) * 60 + Number(rest)) * 1000));
}

function named(steps: StepRecord[], displayName: string): StepRecord {
  const found = steps.find((step) => step.displayName === displayName);
  if (!found)
    throw new Error(`Could not find the step ${displayName}: the example has no such step; adapt the name.`);
  return found;
}
