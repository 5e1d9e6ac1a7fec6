import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { whenBuilt } from "../cli/run-command.ts";

const root = path.join(import.meta.dirname, "..", "..");
const script = path.join(root, "scripts", "package.mjs");
const run = promisify(execFile);

describe("an extension that is packed for one's own publisher", () => {
  const vsix = path.join(root, "dist", "notebook-ops-1.7.42.vsix");
  let folder: string;
  let printed: string;

  const json = async (file: string) => JSON.parse(await readFile(path.join(folder, file), "utf8"));

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "vsix-publisher-"));
    const args = ["--publisher", "contoso-data", "--version", "1.7.42"];
    ({ stdout: printed } = await run(process.execPath, [script, ...args], { cwd: root }));
    await run(path.join(root, ".venv", "bin", "python"), ["-m", "zipfile", "--extract", vsix, folder]);
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
    for (const file of [vsix, vsix.replace(/vsix$/, "tgz")]) await rm(file, { force: true });
  });

  it("a packed extension names its publisher and version where the Marketplace reads them", async () => {
    const identity = /<Identity [^>]*>/.exec(
      await readFile(path.join(folder, "extension.vsixmanifest"), "utf8"),
    );
    const attribute = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(identity?.[0] ?? "")?.[1];
    assert.deepEqual(["Id", "Publisher", "Version"].map(attribute), [
      "notebook-ops",
      "contoso-data",
      "1.7.42",
    ]);
  });

  it("a packed extension gives its version to each task, because an organisation keeps a task whose version did not rise", async () => {
    const { contributions } = JSON.parse(readFileSync(path.join(root, "vss-extension.json"), "utf8"));
    const tasks = contributions.filter(({ type }: { type: string }) => type.endsWith(".task"));
    assert.ok(tasks.length > 0);
    for (const { properties } of tasks) {
      const { version } = await json(`${properties.name}/task.json`);
      assert.deepEqual(version, { Major: 1, Minor: 7, Patch: 42 }, properties.name);
    }
  });

  it("npm run package leaves what the build made as it is, and names the publisher in one line", () => {
    const built = readFileSync(path.join(root, "dist/extension/vss-extension.json"), "utf8");
    assert.equal(built, readFileSync(path.join(root, "vss-extension.json"), "utf8"));
    assert.match(printed, /^packed dist\/notebook-ops-1\.7\.42\.vsix for the publisher contoso-data: /m);
    assert.doesNotMatch(printed, /pack it for your publisher/);
  });
});

describe("npm run package", () => {
  before(whenBuilt);

  const refused: [args: string[], message: string][] = [
    [
      ["--publisher", "Contoso Data"],
      'Could not pack for the publisher "Contoso Data": an ID has letters, digits, dots, dashes and underscores only; write the publisher\'s ID, not its display name.',
    ],
    [
      ["--version", "1.0"],
      "Could not pack the version 1.0: it does not have the form N.N.N; write for example 1.0.0.",
    ],
    [
      ["--version", "2.0.0"],
      "Could not pack the version 2.0.0: pipelines name the tasks with @1, and their version is that of the extension; write 1.N.N.",
    ],
    [
      ["--publsher", "contoso"],
      'Could not read the arguments of npm run package: unknown option "--publsher"; did you mean "--publisher"?',
    ],
  ];
  for (const [args, message] of refused)
    it(`npm run package refuses ${args.join(" ")} in one sentence, and packs nothing`, () => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: "utf8" });
      assert.deepEqual({ status, stdout, stderr }, { status: 2, stdout: "", stderr: `${message}\n` });
      assert.ok(!existsSync(path.join(root, "dist", "notebook-ops-2.0.0.vsix")));
    });
});
