import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, notebookWith } from "../shared/notebook/folder.ts";
import { notebookOps } from "./run-command.ts";

describe("notebook-ops pin", () => {
  let folder: ReturnType<typeof makeFolder>;
  beforeEach(() => {
    folder = makeFolder({ "jobs/a.py": notebookWith("0") });
  });
  afterEach(() => folder.remove());

  const pin = (...args: string[]) => notebookOps(["pin", ...args]);

  it("notebook-ops pin changes notebooks in place and lists the notebooks", async () => {
    assert.deepEqual(await pin(folder.path, "--widget", "v", "--value", "1.0.0"), {
      exitCode: 0,
      out: `Pinned "v" to "1.0.0" in 1 notebook of ${folder.path} (1 changed):\n  jobs/a.py\n`,
      err: "",
    });
    assert.equal(readFileSync(join(folder.path, "jobs/a.py"), "utf8"), notebookWith("1.0.0"));
  });

  it("notebook-ops pin writes into another folder and prints JSON", async () => {
    const out = `${folder.path}-out`;
    const printed = await pin(folder.path, "--widget=v", "--value=-1", "--out", out, "--json");
    assert.equal(printed.exitCode, 0);
    assert.deepEqual(JSON.parse(printed.out), {
      widget: "v",
      value: "-1",
      folder: out,
      pins: [{ file: "jobs/a.py", widget: "v", value: "-1" }],
      changed: 1,
      warnings: [],
      leftOut: [],
    });
    assert.equal(readFileSync(join(out, "jobs/a.py"), "utf8"), notebookWith("-1"));
    assert.equal(readFileSync(join(folder.path, "jobs/a.py"), "utf8"), notebookWith("0"));
  });

  it("notebook-ops pin prints one sentence and exits with 1 if nothing can be pinned", async () => {
    const { exitCode, out, err } = await pin(folder.path, "--widget", "w", "--value", "1");
    assert.deepEqual([exitCode, out], [1, ""]);
    assert.match(err, /^Could not pin the widget "w" in [^\n]+\n$/);
  });

  it("notebook-ops pin says in one sentence that it cannot write the notebooks", async () => {
    const { exitCode, err } = await pin(
      folder.path,
      "--widget",
      "v",
      "--value",
      "1",
      "--out",
      "/dev/null/pinned",
    );
    assert.equal(exitCode, 1);
    assert.match(
      err,
      /^Could not pin the notebooks of [^\n]+: E\w+: [^\n]+; check that its files [^\n]+\.\n$/,
    );
  });

  it("notebook-ops pin accepts an empty text as the value", async () => {
    assert.equal((await pin(folder.path, "--widget", "v", "--value", "")).exitCode, 0);
    assert.equal(readFileSync(join(folder.path, "jobs/a.py"), "utf8"), notebookWith(""));
  });
});
