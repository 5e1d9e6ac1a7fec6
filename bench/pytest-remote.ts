/**
 * Measures what `pytest --remote` adds to the job that runs the tests: from the start of pytest to its end, beyond the time between startedOn and
 * finishedOn in finished.json. It includes signing in, the sync of the project, the start of the job, and the attachment to Spark. Nothing has to be
 * installed. The first run, in which Spark starts and the whole project is copied, does not count. Run: npm run bench -- pytest-remote
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startEmulator } from "../local/emulator/index.ts";
import { median, report, seconds } from "./measure.ts";

const rounds = 5;
const testCount = 200;
const moduleCount = 500;

const root = path.join(import.meta.dirname, "..");
const python = path.join(root, ".venv", "bin", "python");
const tests = `
import pytest
from pyspark.sql import SparkSession

@pytest.mark.parametrize("number", range(${testCount}))
def test_number(number):
    assert number >= 0

def test_spark():
    assert SparkSession.builder.getOrCreate().range(10).count() == 10
`;

const project = await mkdtemp(path.join(tmpdir(), "pytest-remote-"));
const emulator = await startEmulator({
  config: {
    fabric: { workspaces: [{ name: "bench", lakehouses: ["tests"] }] },
    spark: { master: "local[2]" },
  },
});
try {
  await makeProject();
  await runRemotely();
  const runs: { totalMs: number; jobMs: number }[] = [];
  for (let round = 0; round < rounds; round += 1) runs.push(await runRemotely());
  const spread = runs.map(({ totalMs, jobMs }) => totalMs - jobMs);
  report(`pytest --remote, ${testCount + 1} tests`, seconds(median(runs.map(({ totalMs }) => totalMs))));
  report("  the job itself", seconds(median(runs.map(({ jobMs }) => jobMs))));
  report("  added by --remote", seconds(median(spread)), "under 3 s");
  report("  added at most", seconds(Math.max(...spread)));
} finally {
  await emulator.stop();
  await rm(project, { recursive: true, force: true });
}

async function makeProject(): Promise<void> {
  await mkdir(path.join(project, "shop"));
  await writeFile(path.join(project, "pytest.ini"), "[pytest]\n");
  await writeFile(path.join(project, "test_shop.py"), tests);
  for (let index = 0; index < moduleCount; index += 1)
    await writeFile(path.join(project, "shop", `module_${index}.py`), `${"x = 1\n".repeat(150)}`);
}

async function runRemotely(): Promise<{ totalMs: number; jobMs: number }> {
  const startMs = performance.now();
  const child = spawn(python, ["-m", "pytest", "--remote", "-p", "no:cacheprovider"], {
    cwd: project,
    env: {
      PATH: process.env.PATH,
      ...emulator.environment,
      PYTHONPATH: path.join(root, "pytest-plugin", "src"),
      PYTEST_PLUGINS: "pytest_fabric_spark.plugin",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  let output = "";
  for await (const chunk of child.stdout) output += chunk;
  const [code] = await closed;
  const totalMs = performance.now() - startMs;
  if (code !== 0) throw new Error(`Could not run the tests: pytest ended with exit code ${code}:\n${output}`);
  const finished = path.join(project, "remote-test-results", "finished.json");
  const { startedOn, finishedOn } = JSON.parse(await readFile(finished, "utf8"));
  return { totalMs, jobMs: Date.parse(finishedOn) - Date.parse(startedOn) };
}
