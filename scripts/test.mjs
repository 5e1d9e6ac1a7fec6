// npm test: mocha, then pytest for the Python parts. Arguments go to mocha; the last lines are the two runners' own counts.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { pythonOf } from "./setup/python.mjs";
import { root, setUpOrExplain } from "./setup.mjs";

/** Runs a test runner, passing on what it prints; its exit code, and the lines that count its tests. */
function runTests(command, args, isCount) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ["inherit", "pipe", "inherit"] });
    const counts = [];
    let line = "";
    child.stdout.on("data", (chunk) => {
      process.stdout.write(chunk);
      const lines = (line + chunk).split("\n");
      line = lines.pop();
      counts.push(...lines.filter((text) => isCount(text)));
    });
    child.on("close", (code) =>
      resolve({ failed: code !== 0, counts: line && isCount(line) ? [...counts, line] : counts }),
    );
  });
}

if (await setUpOrExplain()) {
  const mochaArguments = [
    path.join(root, "node_modules", "mocha", "bin", "mocha.js"),
    ...process.argv.slice(2),
  ];
  const mocha = await runTests(process.execPath, mochaArguments, (line) =>
    /^\s+\d+ (passing|failing|pending)/.test(line),
  );
  const pytests = path.join(root, "test", "python");
  const pytest = existsSync(pytests)
    ? await runTests(pythonOf(root), ["-m", "pytest", "-q", pytests], (line) =>
        /\d+ (passed|failed|error).* in /.test(line),
      )
    : { failed: false, counts: [] };
  console.log(`\nmocha:\n${mocha.counts.join("\n")}\npytest:\n  ${pytest.counts.join("\n  ")}`);
  process.exitCode = mocha.failed || pytest.failed ? 1 : 0;
}
