import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.join(import.meta.dirname, "../..");
const { engines, scripts } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));

/** Node's version as code that runs first sees it. */
const reported = (version: string) =>
  `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });`;

describe("a Node that is too old", () => {
  let folder: string;
  before(() => {
    // A fresh clone: no package is installed and nothing is built.
    folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-node-"));
    for (const name of ["package.json", "package-lock.json", "bin", "scripts"])
      cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function run(command: string, version: string) {
    const preload = path.join(folder, "version.cjs");
    writeFileSync(preload, reported(version));
    const { status, stdout, stderr } = spawnSync("sh", ["-c", command], {
      cwd: folder,
      encoding: "utf8",
      env: {
        ...process.env,
        NODE_OPTIONS: `--require=${preload}`,
        PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}`,
      },
    });
    return { status, stdout, stderr };
  }

  const started: [what: string, command: string, program: string][] = [
    ["npm start", scripts.start, "Notebook Ops"],
    ["npm test", scripts.test, "Notebook Ops"],
    ["npm run setup", scripts.setup, "Notebook Ops"],
    ["npm run package", scripts.package, "Notebook Ops"],
    ["notebook-ops", "node bin/notebook-ops.mjs run azure-pipelines.yml", "notebook-ops"],
  ];
  for (const [what, command, program] of started)
    it(`${what} refuses a Node that is too old in one sentence, before anything is set up`, () => {
      const { status, stdout, stderr } = run(command, "18.20.4");
      assert.deepEqual({ status, stdout }, { status: 1, stdout: "" });
      assert.equal(
        stderr.replace(process.execPath, "/usr/bin/node"),
        `Could not start ${program}: it needs Node 20.19 or newer, but /usr/bin/node is Node 18.20.4; install a newer one, for example from https://nodejs.org.\n`,
      );
      for (const name of [".setup", ".venv", "node_modules"])
        assert.ok(!existsSync(path.join(folder, name)), name);
    });

  const check = "node scripts/setup/node-version.cjs";
  it("a Node is too old before the version that package.json asks for", () => {
    const [, major = 0, minor = 0] = (/^>=(\d+)\.(\d+)$/.exec(engines.node) ?? []).map(Number);
    assert.equal(run(check, `${major}.${minor - 1}.9`).status, 1);
    for (const version of [`${major}.${minor}.0`, `${major + 1}.0.0`, "100.1.0"])
      assert.deepEqual(run(check, version), { status: 0, stdout: "", stderr: "" }, version);
  });

  it("a Node that is too old can read what refuses it: no syntax or module name is newer than ES5", () => {
    const text = readFileSync(path.join(root, "scripts/setup/node-version.cjs"), "utf8");
    const code = text.replaceAll(/^ *(\/\/|\/\*).*$/gm, "");
    assert.doesNotMatch(code, /\b(const|let|import|async|await|class)\b|=>|`|\?\.|\?\?|node:|\.\.\./);
  });
});
