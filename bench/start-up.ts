/**
 * Compares all of `npm start`, after its set-up, with plain PySpark with Delta Lake, from its start to the count of its first table.
 * Run: npm run bench -- start-up
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { PipelineRecord } from "../local/agent/run/run-types.ts";
import { alternately, report, seconds } from "./measure.ts";

const rounds = 3;

const root = path.join(import.meta.dirname, "..");
const folder = await mkdtemp(path.join(tmpdir(), "start-up-"));
const recordFile = path.join(folder, "record.json");

/** The milliseconds until the process prints `mark`, or until it ends without `mark`. */
async function timed(command: string, args: string[], mark?: RegExp): Promise<number> {
  const start = performance.now();
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let marked: number | undefined;
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      output += chunk;
      if (mark?.test(output)) marked ??= performance.now() - start;
    });
  const [code] = await once(child, "close");
  if (code !== 0 || (mark && marked === undefined))
    throw new Error(`Could not measure ${command}: it ended with ${code}:\n${output.slice(-2_000)}`);
  return marked ?? performance.now() - start;
}

try {
  const { plain, ours } = await alternately(rounds, {
    plain: () =>
      timed(
        path.join(root, ".venv", "bin", "python"),
        [path.join(root, "bench", "plain-pyspark.py")],
        /^1461$/m,
      ),
    ours: () => timed(process.execPath, [path.join(root, "scripts", "start.mjs"), "--record", recordFile]),
  });
  report("plain PySpark, to the count of its first table", seconds(plain));
  report("npm start, in total", seconds(ours));
  report("ratio", (ours / plain).toFixed(2), "at most 1");
  const record = JSON.parse(await readFile(recordFile, "utf8")) as PipelineRecord;
  console.log("\nsteps of the last run");
  for (const { displayName, durationMs } of record.jobs.flatMap(({ steps }) => steps))
    report(`  ${displayName}`, seconds(durationMs));
} finally {
  await rm(folder, { recursive: true, force: true });
}
