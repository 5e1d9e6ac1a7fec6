import assert from "node:assert/strict";
import { notebookOps } from "./run-command.ts";

/** Code that runs in the command's process before it. */
const before = (code: string) => ({
  NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(code)}`,
});

const broken = before(
  `globalThis.AbortController = class { constructor() { throw new TypeError("broken\\nfor the test"); } };`,
);
const brokenLater = before(`setTimeout(() => { throw new RangeError("broken later"); }, 1500);`);

describe("a defect of notebook-ops", () => {
  it("is one sentence that says how to see more", async () => {
    assert.deepEqual(await notebookOps(["emulator"], { environment: broken }), {
      exitCode: 1,
      out: "",
      err: "Could not complete notebook-ops emulator: unexpected TypeError: broken; set NOTEBOOK_OPS_DEBUG=1 to see its stack trace.\n",
    });
  });

  it("is followed by its stack trace if that is asked for", async () => {
    const environment = { ...broken, NOTEBOOK_OPS_DEBUG: "1" };
    const { exitCode, err } = await notebookOps(["emulator"], { environment });
    assert.equal(exitCode, 1);
    assert.match(
      err,
      /^Could not complete [^\n]+\nTypeError: broken\nfor the test\n {4}at new [\s\S]*\n {4}at [^\n]*notebook-ops\.mjs/,
    );
  });

  it("is one sentence, too, if nothing waits for what failed", async () => {
    const { exitCode, err } = await notebookOps(["emulator"], { environment: brokenLater });
    assert.equal(exitCode, 1);
    assert.equal(
      err,
      "Could not complete notebook-ops emulator: unexpected RangeError: broken later; set NOTEBOOK_OPS_DEBUG=1 to see its stack trace.\n",
    );
  });
});

describe("an expected failure of notebook-ops", () => {
  it("is one sentence, with exit code 1", async () => {
    const { exitCode, out, err } = await notebookOps(["run", "nowhere.yml"]);
    assert.deepEqual({ exitCode, out }, { exitCode: 1, out: "" });
    assert.match(err, /nowhere\.yml[^\n]*: there is no such file; give the path of its YAML file\.\n$/);
  });

  it("shows where it comes from if that is asked for", async () => {
    const { err } = await notebookOps(["run", "nowhere.yml"], { environment: { NOTEBOOK_OPS_DEBUG: "1" } });
    assert.match(err, /^[^\n]+: there is no such file; [^\n]+\nError: [\s\S]*\[cause\]: Error: ENOENT/);
  });
});
