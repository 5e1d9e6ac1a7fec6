import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { whenBuilt } from "../cli/run-command.ts";
import { assertGolden } from "../harness/golden.ts";

const scripts = path.join(import.meta.dirname, "../../scripts");

function start(script: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(scripts, script), ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("the arguments of scripts", () => {
  before(whenBuilt);

  for (const name of ["results-tab", "package"])
    it(`describes the arguments of npm run ${name} by --help`, () => {
      const { status, stdout, stderr } = start(`${name}.mjs`, "--version", "--help");
      assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
      assertGolden(import.meta.url, `${name}-help.txt`, stdout);
    });

  const refused: [script: string, args: string[], message: string][] = [
    [
      "results-tab.mjs",
      ["--prot", "80"],
      'Could not read the arguments of npm run results-tab: unknown option "--prot"; did you mean "--port"?',
    ],
    [
      "results-tab.mjs",
      ["--run", "80"],
      'Could not read the arguments of npm run results-tab: unknown option "--run"; did you mean "--runs"?',
    ],
    [
      "results-tab.mjs",
      ["--port", "http"],
      "Could not listen on port http: it is not a port; write a number from 0 to 65535.",
    ],
    [
      "generate.mjs",
      ["--chek"],
      'Could not read the arguments of scripts/generate.mjs: unknown argument "--chek"; write --check or nothing.',
    ],
    [
      "bench.mjs",
      ["nowhere"],
      "Could not run the bench nowhere: there is no such file in bench/; write one of ",
    ],
  ];
  for (const [script, args, message] of refused)
    it(`refuses the arguments of a script in one sentence: ${script} ${args.join(" ")}`, () => {
      const { status, stdout, stderr } = start(script, ...args);
      assert.deepEqual({ status, stdout }, { status: 2, stdout: "" });
      assert.ok(stderr.startsWith(message), stderr);
      assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
    });
});
