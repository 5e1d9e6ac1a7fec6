import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os, { tmpdir } from "node:os";
import path from "node:path";
import { listingOf } from "../harness/listing.ts";
import { runFixture } from "./run-fixture.ts";

/** A package whose console script tells the version, and with which Python it runs. */
function files(version: string, name = "demo"): Record<string, string> {
  const info = `${name}-${version}.dist-info`;
  return {
    [`${name}.py`]: `import sys\ndef main():\n    print("${name}", "${version}", "of", sys.prefix)\n`,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
    [`${info}/WHEEL`]: "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    [`${info}/entry_points.txt`]: `[console_scripts]\n${name} = ${name}:main\n`,
    [`${info}/RECORD`]: [`${name}.py`, "METADATA", "WHEEL", "entry_points.txt", "RECORD"]
      .map((file) => `${file.endsWith(".py") ? file : `${info}/${file}`},,\n`)
      .join(""),
  };
}

/** A virtual environment with demo 1.0, and a folder with the wheel of demo 2.0, in a home folder. */
function makeHome(home: string): { environment: string; wheels: string } {
  const environment = path.join(home, "Umgebung für mich");
  const wheels = path.join(home, "wheels");
  mkdirSync(wheels);
  execFileSync("python3", ["-m", "venv", "--without-pip", environment]);
  const site = execFileSync(path.join(environment, "bin", "python"), [
    "-c",
    "import site; print(site.getsitepackages()[0])",
  ])
    .toString()
    .trim();
  for (const [name, text] of Object.entries(files("1.0"))) {
    mkdirSync(path.dirname(path.join(site, name)), { recursive: true });
    writeFileSync(path.join(site, name), text);
  }
  writeFileSync(path.join(site, "editable.pth"), `${path.join(home, "editable")}\n`);
  mkdirSync(path.join(home, "editable"));
  writeFileSync(path.join(home, "editable", "edited.py"), "");
  const contents = { "demo-2.0": files("2.0"), "other-1.0": files("1.0", "other") };
  execFileSync("python3", ["-c", zip, wheels], { input: JSON.stringify(contents) });
  return { environment, wheels };
}

const zip = `
import json, os, sys, zipfile
for wheel, files in json.load(sys.stdin).items():
    with zipfile.ZipFile(os.path.join(sys.argv[1], wheel + "-py3-none-any.whl"), "w") as out:
        for name, text in files.items():
            out.writestr(name, text)`;

const steps = `steps:
  - checkout: none
  - script: |
      demo
      python -c "import edited; print('editable package imported')"
      pip uninstall --yes demo | grep 'Not uninstalling'
      demo
      pip install --quiet --no-index --find-links "$WHEELS" --upgrade demo
      demo
      pip install --quiet --no-index --find-links "$WHEELS" --user other
      other
      python -m venv --without-pip nested
      nested/bin/python -c "import json; print('nested')"
      pip config set global.timeout 60
      git config --global user.name ci
    env: { PIP_CACHE_DIR: "" }
  - task: UsePythonVersion@0
    name: py
    inputs: { versionSpec: 3.x }
  - script: |
      demo
      other
      $(py.pythonLocation)/python -c "import sys; print('at', sys.prefix == '$(py.pythonLocation)')"
`;

describe("Python of a local run", () => {
  // pip does not change what is outside of its environment: UninstallPathSet.from_dist in pip's src/pip/_internal/req/req_uninstall.py.
  it("steps install, upgrade and uninstall packages, and the home folder with the activated environment stays as it was", async function () {
    this.timeout(120_000); // pip takes seconds on a machine that is busy
    const folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
    const before = { ...process.env };
    const homedir = os.homedir();
    try {
      const home = path.join(folder, "home");
      mkdirSync(home);
      const { environment, wheels } = makeHome(home);
      const file = path.join(folder, "pipeline.yml");
      writeFileSync(file, steps);
      for (const name of Object.keys(process.env))
        if (/^(PIP_|PYTHON|XDG_|VIRTUAL_ENV|CONDA)/.test(name)) delete process.env[name];
      const ownPath = `${path.join(environment, "bin")}${path.delimiter}${before.PATH}`;
      Object.assign(process.env, { HOME: home, VIRTUAL_ENV: environment, PATH: ownPath, WHEELS: wheels });
      process.env.RUSTUP_HOME ??= path.join(homedir, ".rustup"); // pip asks rustc for its version, and a new rustup sets itself up
      const listing = listingOf(home);
      let log = "";
      const { text } = await runFixture(file, { onText: (all) => (log = all) });
      assert.deepEqual(listingOf(home), listing);
      assert.match(
        log,
        /Using Python 3\.\S+ of \S+ with the packages of .*Umgebung für mich, in a throw-away environment: /,
      );
      const lines = text.split("\n").filter((line) => line.startsWith("   "));
      const told = lines.map((line) =>
        line
          .trim()
          .replace(/ of <run>\S*\/_tool\/(\w+)\/\S*/, " of $1")
          .replace(/ at .*(Umgebung für mich)\/.*/, " at $1"),
      );
      assert.deepEqual(
        told.filter((line) => /^(demo|other|editable|at) |^nested$|^Not|^error/.test(line)),
        [
          "demo 1.0 of System",
          "editable package imported",
          "Not uninstalling demo at Umgebung für mich",
          "demo 1.0 of System",
          "demo 2.0 of System",
          "other 1.0 of System",
          "nested",
          "demo 1.0 of Python", // what was installed into the other Python is not in this one
          "other 1.0 of System", // a script of `pip install --user` runs with the Python that installed it
          "at True",
        ],
      );
    } finally {
      for (const name of Object.keys(process.env)) delete process.env[name];
      Object.assign(process.env, before);
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
