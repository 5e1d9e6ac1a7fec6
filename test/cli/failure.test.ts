import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { command, notebookOps, whenBuilt } from "./run-command.ts";

/** Code that runs in the command's process before it. */
const before = (code: string) => ({
  NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(code)}`,
});

const broken = before(
  `globalThis.AbortController = class { constructor() { throw new TypeError("broken\\nfor the test"); } };`,
);
const brokenLater = before(`setTimeout(() => { throw new RangeError("broken later"); }, 1500);`);

describe("defects of notebook-ops", () => {
  it("a defect of notebook-ops is shown in one sentence that says how to see more", async () => {
    assert.deepEqual(await notebookOps(["emulator"], { environment: broken }), {
      exitCode: 1,
      out: "",
      err: "Could not complete notebook-ops emulator: unexpected TypeError: broken; set NOTEBOOK_OPS_DEBUG=1 to see its stack trace.\n",
    });
  });

  it("a defect of notebook-ops is followed by its stack trace if that is asked for", async () => {
    const environment = { ...broken, NOTEBOOK_OPS_DEBUG: "1" };
    const { exitCode, err } = await notebookOps(["emulator"], { environment });
    assert.equal(exitCode, 1);
    assert.match(
      err,
      /^Could not complete [^\n]+\nTypeError: broken\nfor the test\n {4}at new [\s\S]*\n {4}at [^\n]*notebook-ops\.mjs/,
    );
  });

  it("a defect of notebook-ops is shown in one sentence, too, if nothing waits for what failed", async () => {
    const { exitCode, err } = await notebookOps(["emulator"], { environment: brokenLater });
    assert.equal(exitCode, 1);
    assert.equal(
      err,
      "Could not complete notebook-ops emulator: unexpected RangeError: broken later; set NOTEBOOK_OPS_DEBUG=1 to see its stack trace.\n",
    );
  });
});

describe("expected failures of notebook-ops", () => {
  it("an expected failure of notebook-ops is shown in one sentence, with exit code 1", async () => {
    const { exitCode, out, err } = await notebookOps(["run", "nowhere.yml"]);
    assert.deepEqual({ exitCode, out }, { exitCode: 1, out: "" });
    assert.match(err, /nowhere\.yml[^\n]*: there is no such file; give the path of its YAML file\.\n$/);
  });

  it("an expected failure of notebook-ops shows where it comes from if that is asked for", async () => {
    const { err } = await notebookOps(["run", "nowhere.yml"], { environment: { NOTEBOOK_OPS_DEBUG: "1" } });
    assert.match(err, /^[^\n]+: there is no such file; [^\n]+\nError: [\s\S]*\[cause\]: Error: ENOENT/);
  });
});

describe("notebook-ops without its bundle or its packages", () => {
  let folder: string;
  beforeEach(async () => {
    await whenBuilt();
    folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-bin-"));
    mkdirSync(path.join(folder, "bin"));
    copyFileSync(command, path.join(folder, "bin/notebook-ops.mjs"));
    const check = "scripts/setup/node-version.cjs";
    mkdirSync(path.join(folder, path.dirname(check)), { recursive: true });
    copyFileSync(path.join(path.dirname(command), "..", check), path.join(folder, check));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function start() {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [path.join(folder, "bin/notebook-ops.mjs"), "--help"],
      { encoding: "utf8" },
    );
    return { status, stdout, stderr };
  }

  it("notebook-ops without its bundle says that it is not built", () => {
    assert.deepEqual(start(), {
      status: 1,
      stdout: "",
      stderr: "Could not start notebook-ops: it is not built yet; run npm run setup in its repository.\n",
    });
  });

  it("notebook-ops with its bundle needs no package", () => {
    const bundle = path.join(path.dirname(command), "../dist/cli/notebook-ops.mjs");
    mkdirSync(path.join(folder, "dist/cli"), { recursive: true });
    copyFileSync(bundle, path.join(folder, "dist/cli/notebook-ops.mjs"));
    const { status, stdout, stderr } = start();
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    assert.match(stdout, /Runs notebook pipelines on your own machine/);
  });
});
