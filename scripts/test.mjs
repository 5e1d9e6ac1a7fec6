// npm test: mocha, and at the same time pytest for the Python parts, whose output follows mocha's; the last lines are the runners' own counts.
// Arguments go to mocha. Without any, mocha runs all files, several at a time: tests of whole tasks wait for processes and late effects
// more than they compute.
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pythonOf } from "./setup/python.mjs";
import { root, setUpOrExplain } from "./setup.mjs";

/** Files at a time: more than the machine has cores, because most of them wait. More than five would need much memory for Spark. */
const jobs = Math.min(5, os.availableParallelism() + 3);

/** Files whose tests take minutes, and mostly wait. They begin first, so that no other file has to wait for them at the end. */
const slow = [
  "test/reliability/",
  "test/tasks/databricks-run-streaming-test/",
  "test/tasks/notebook-deploy-artifact/",
  "test/hostile/",
  "test/driver/spark.test.ts",
  "test/pipelines/",
  "test/tasks/",
];

/** All test files, those that take longest first. */
function testFiles() {
  const rank = (file) => {
    const index = slow.findIndex((folder) => file.startsWith(folder));
    return index < 0 ? slow.length : index;
  };
  return readdirSync(path.join(root, "test"), { recursive: true })
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => path.posix.join("test", file.split(path.sep).join("/")))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** Runs a test runner, passing on what it prints to `print`: whether it failed, and the lines that count its tests. */
function runTests(command, args, { isCount, print }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ["inherit", "pipe", "pipe"] });
    const counts = [];
    let line = "";
    child.stderr.on("data", (chunk) => print(chunk, process.stderr));
    child.stdout.on("data", (chunk) => {
      print(chunk, process.stdout);
      const lines = (line + chunk).split("\n");
      line = lines.pop();
      counts.push(...lines.filter((text) => isCount(text)));
    });
    child.on("close", (code) =>
      resolve({ failed: code !== 0, counts: line && isCount(line) ? [...counts, line] : counts }),
    );
  });
}

function runMocha(args) {
  const mocha = path.join(root, "node_modules", "mocha", "bin", "mocha.js");
  return runTests(process.execPath, [mocha, ...args], {
    isCount: (line) => /^\s+\d+ (passing|failing|pending)/.test(line),
    print: (chunk, stream) => stream.write(chunk),
  });
}

/** Runs pytest; its result also has what it printed, which would otherwise come between mocha's lines. */
async function runPytest() {
  const pytests = path.join(root, "test", "python");
  if (!existsSync(pytests)) return { failed: false, counts: [], printed: [] };
  const printed = [];
  const result = await runTests(pythonOf(root), ["-m", "pytest", "-q", pytests], {
    isCount: (line) => /\d+ (passed|failed|error).* in /.test(line),
    print: (chunk, stream) => printed.push({ chunk, stream }),
  });
  return { ...result, printed };
}

if (await setUpOrExplain()) {
  const args = process.argv.slice(2);
  const [mocha, pytest] = await Promise.all([
    runMocha(args.length > 0 ? args : ["--parallel", "--jobs", String(jobs), ...testFiles()]),
    runPytest(),
  ]);
  for (const { chunk, stream } of pytest.printed) stream.write(chunk);
  console.log(`\nmocha:\n${mocha.counts.join("\n")}\npytest:\n  ${pytest.counts.join("\n  ")}`);
  process.exitCode = mocha.failed || pytest.failed ? 1 : 0;
}
