import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pinCommand } from "../../../local/cli/pin.ts";
import { makeFolder, notebookWith } from "./folder.ts";

describe("notebook-ops pin", () => {
  let folder: ReturnType<typeof makeFolder>;
  beforeEach(() => {
    folder = makeFolder({ "jobs/a.py": notebookWith("0") });
  });
  afterEach(() => folder.remove());

  async function run(...args: string[]) {
    const printed = { out: "", err: "" };
    const to = (stream: "out" | "err") => ({ write: (text: string) => (printed[stream] += text) });
    const code = await pinCommand(args, to("out"), to("err"));
    return { code, ...printed };
  }

  it("pins in place and lists the notebooks", async () => {
    assert.deepEqual(await run(folder.path, "--widget", "v", "--value", "1.0.0"), {
      code: 0,
      out: `Pinned "v" to "1.0.0" in 1 notebook of ${folder.path} (1 changed):\n  jobs/a.py\n`,
      err: "",
    });
    assert.equal(readFileSync(join(folder.path, "jobs/a.py"), "utf8"), notebookWith("1.0.0"));
  });

  it("pins into another folder and prints JSON", async () => {
    const out = `${folder.path}-out`;
    const printed = await run(folder.path, "--widget=v", "--value=-1", "--out", out, "--json");
    assert.equal(printed.code, 0);
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

  it("prints one sentence and answers 1 where nothing can be pinned", async () => {
    const { code, out, err } = await run(folder.path, "--widget", "w", "--value", "1");
    assert.deepEqual([code, out], [1, ""]);
    assert.match(err, /^Cannot pin the widget "w" in [^\n]+\n$/);
  });

  it("answers 2 and its usage for wrong arguments", async () => {
    const usage = "usage: notebook-ops pin FOLDER --widget NAME --value VALUE [--out FOLDER] [--json]\n";
    const cases: [string[], string][] = [
      [[], "notebook-ops pin takes one folder"],
      [["a", "b", "--widget", "v", "--value", "1"], "notebook-ops pin takes one folder"],
      [["a", "--value", "1"], "notebook-ops pin needs --widget, the name of the widget to pin"],
      [["a", "--widget", "v"], "notebook-ops pin needs --value, the default that the widget is to have"],
    ];
    for (const [args, problem] of cases) {
      assert.deepEqual(await run(...args), { code: 2, out: "", err: `${problem}; ${usage}` });
    }
    assert.equal((await run("a", "--wrong")).code, 2);
  });
});
