// npm test: mocha, then pytest for the Python parts; the last lines are the runners' own counts. Arguments go to mocha. Without any, mocha runs
// several times side by side: tests of whole tasks wait for processes and late effects more than they compute.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { pythonOf } from "./setup/python.mjs";
import { root, setUpOrExplain } from "./setup.mjs";

/** Patterns of tests, each set in a process of its own; all others are in one more. They take about the same time. */
const sideBySide = [
  ["test/tasks/databricks-*/**/*.test.ts", "test/tasks/databricks-*.test.ts"],
  [
    "test/tasks/!(databricks-*)/**/*.test.ts",
    "test/tasks/!(databricks-*).test.ts",
    "test/hostile/**/*.test.ts",
    "test/reliability/**/*.test.ts",
  ],
];

/** Runs a test runner, passing on what it prints; its exit code, and the lines that count its tests. */
function runTests(command, args, isCount, print = (text) => process.stdout.write(text)) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ["inherit", "pipe", "pipe"] });
    const counts = [];
    let line = "";
    child.stdout.on("data", (chunk) => {
      print(chunk);
      const lines = (line + chunk).split("\n");
      line = lines.pop();
      counts.push(...lines.filter((text) => isCount(text)));
    });
    child.stderr.on("data", print);
    child.on("close", (code) =>
      resolve({ failed: code !== 0, counts: line && isCount(line) ? [...counts, line] : counts }),
    );
  });
}

function runMocha(args, print) {
  const mocha = path.join(root, "node_modules", "mocha", "bin", "mocha.js");
  const isCount = (line) => /^\s+\d+ (passing|failing|pending)/.test(line);
  return runTests(process.execPath, [mocha, ...args], isCount, print);
}

/** All of mocha's tests. What the other processes print follows the output of the first one. */
async function runAllOfMocha() {
  const ignored = sideBySide.flat().flatMap((pattern) => ["--ignore", pattern]);
  const held = sideBySide.map(() => []);
  let isFirstDone = false;
  const first = runMocha(ignored).then((result) => {
    isFirstDone = true;
    for (const chunk of held.flat()) process.stdout.write(chunk);
    return result;
  });
  const others = sideBySide.map((patterns, index) =>
    runMocha(
      patterns.flatMap((pattern) => ["--spec", pattern]),
      (chunk) => {
        if (isFirstDone) process.stdout.write(chunk);
        else held[index].push(chunk);
      },
    ),
  );
  const results = await Promise.all([first, ...others]);
  return { failed: results.some(({ failed }) => failed), counts: results.flatMap(({ counts }) => counts) };
}

if (await setUpOrExplain()) {
  const args = process.argv.slice(2);
  const mocha = args.length > 0 ? await runMocha(args) : await runAllOfMocha();
  const pytests = path.join(root, "test", "python");
  const pytest = existsSync(pytests)
    ? await runTests(pythonOf(root), ["-m", "pytest", "-q", pytests], (line) =>
        /\d+ (passed|failed|error).* in /.test(line),
      )
    : { failed: false, counts: [] };
  console.log(`\nmocha:\n${mocha.counts.join("\n")}\npytest:\n  ${pytest.counts.join("\n  ")}`);
  process.exitCode = mocha.failed || pytest.failed ? 1 : 0;
}
