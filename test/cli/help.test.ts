import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import * as declarations from "../../local/cli/declarations.ts";
import { assertGolden } from "../harness/golden.ts";
import { notebookOps } from "./run-command.ts";

const names = Object.values(declarations).map(({ name }) => name);

describe("the help of notebook-ops", () => {
  it("the help of notebook-ops lists the commands", async () => {
    const help = await notebookOps(["--help"]);
    assert.deepEqual({ ...help, out: "" }, { exitCode: 0, out: "", err: "" });
    assertGolden(import.meta.url, "help.txt", help.out);
    for (const args of [["help"], ["-h"], ["help", "--help"]])
      assert.deepEqual(await notebookOps(args), help);
  });

  for (const name of names)
    it(`the help of notebook-ops describes ${name}`, async () => {
      const help = await notebookOps([name, "--help"]);
      assert.deepEqual({ ...help, out: "" }, { exitCode: 0, out: "", err: "" });
      assertGolden(import.meta.url, `${name}-help.txt`, help.out);
      for (const args of [
        ["help", name],
        [name, "-h"],
        [name, "a", "b", "--unknown", "--help"],
        [name, "-h", "--json", "--record"],
      ])
        assert.deepEqual(await notebookOps(args), help, args.join(" "));
    });

  it("the help of notebook-ops is not given for a command that the emulator starts", async () => {
    const script = "console.log(process.argv.slice(1).join())";
    const { exitCode, out } = await notebookOps([
      "emulator",
      "--",
      process.execPath,
      "-e",
      script,
      "--",
      "--help",
    ]);
    assert.deepEqual({ exitCode, out }, { exitCode: 0, out: "--help\n" });
  });

  it("the help of notebook-ops fits a terminal of 100 columns", async () => {
    for (const args of [["help"], ...names.map((name) => ["help", name])])
      for (const line of (await notebookOps(args)).out.split("\n")) assert.ok(line.length <= 100, line);
  });

  it("notebook-ops --version prints the version of package.json", async () => {
    const file = path.join(import.meta.dirname, "../../package.json");
    const { version } = JSON.parse(readFileSync(file, "utf8"));
    assert.deepEqual(await notebookOps(["--version"]), { exitCode: 0, out: `${version}\n`, err: "" });
  });
});
