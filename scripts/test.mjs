// npm test: mocha, then pytest for the Python parts; the last lines are the runners' own counts. Arguments go to mocha. Without any, mocha runs
// twice side by side: the tests of whole tasks wait for processes and late effects more than they compute.
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { pythonOf } from "./setup/python.mjs";
import { root, setUpOrExplain } from "./setup.mjs";

/** Folders of test/ that take half of the time of all. */
const waiting = ["tasks"];

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

/** All of mocha's tests in two processes; what the second one prints follows the first one's output. */
async function runAllOfMocha() {
  const folders = readdirSync(path.join(root, "test"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const without = (names) => names.flatMap((name) => ["--ignore", `test/${name}/**`]);
  const held = [];
  let isFirstDone = false;
  const first = runMocha(without(waiting)).then((result) => {
    isFirstDone = true;
    for (const chunk of held) process.stdout.write(chunk);
    return result;
  });
  const second = runMocha(without(folders.filter((name) => !waiting.includes(name))), (chunk) => {
    if (isFirstDone) process.stdout.write(chunk);
    else held.push(chunk);
  });
  const results = await Promise.all([first, second]);
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
