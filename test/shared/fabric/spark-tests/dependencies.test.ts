import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { type Dependencies, readDependencies } from "../../../../shared/fabric/spark-tests/dependencies.ts";
import {
  type Requirements,
  sortRequirements,
} from "../../../../shared/fabric/spark-tests/requirements-text.ts";

interface Cases {
  project: string;
  sorted: ({ title: string; text: string } & Partial<Requirements>)[];
  refused: { text: string; path: string }[];
  installs: { pyproject: string; install: string }[];
}
const cases: Cases = JSON.parse(readFileSync(new URL("requirements.cases.json", import.meta.url), "utf8"));
const buildSystem = '[build-system]\nrequires = ["hatchling"]\n';
// As uv 0.13.9 writes it for a project with a local dependency, a marker and a dependency from Git.
const uvExport = `-e ./lib
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:08695f5cb7ed6e0531a20572697297273c47b8cae5a63ffc6d6ed5c201be6e44 \\
    --hash=sha256:4f1d9991f5acc0ca119f9d443620b77f9d6b33703e51011c16baf57afb285fc6
py4j==0.10.9.9 \\
    --hash=sha256:c7c26e4158defb37b0bb124933163641a2ff6e3a3913f7811b0ddbe07ed61533
pyspark==4.1.4 \\
    --hash=sha256:77f8f0f4ac2dbb0e8d9d4f5ddb4b7b64e2fd9b0c7ed9d0e4d1a2a4d2d2c1b0aa
tools @ git+https://github.com/contoso/tools@2f0e1c
`;

describe("the dependencies of a project for Fabric", () => {
  let folder: string;
  let log: string[];
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "dependencies-"));
    log = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (files: Record<string, string>) => {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), content);
    }
  };
  /** @param tool a script that is the only program on PATH, besides the shell */
  async function read(
    files: Record<string, string>,
    tool?: { name: string; script: string },
  ): Promise<Dependencies> {
    write(files);
    const bin = path.join(folder, ".bin");
    mkdirSync(bin);
    if (tool) {
      writeFileSync(path.join(bin, tool.name), `#!/bin/sh\n${tool.script}\n`);
      chmodSync(path.join(bin, tool.name), 0o755);
    }
    const before = process.env.PATH;
    process.env.PATH = bin;
    try {
      const add = (text: string) => void log.push(text);
      const out = { line: add, detail: add, warning: add, outside: add, outsideStream: () => assert.fail() };
      return await readDependencies(folder, { log: out, signal: new AbortController().signal });
    } finally {
      process.env.PATH = before;
    }
  }
  const printing = (text: string) =>
    `while IFS= read -r line; do printf '%s\\n' "$line"; done <<'END'\n${text}END`;

  it("are those of uv.lock, with hashes, Git and local folders apart and without Spark", async () => {
    const files = { "uv.lock": "", "poetry.lock": "", "pyproject.toml": buildSystem };
    const { files: lists, install, source } = await read(files, { name: "uv", script: printing(uvExport) });
    assert.deepEqual([install, source], ["alone", "uv.lock"]);
    assert.deepEqual(lists, [
      {
        name: "requirements.txt",
        content:
          "colorama==0.4.6 ; sys_platform == 'win32' --hash=sha256:08695f5cb7ed6e0531a20572697297273c47b8cae5a63ffc6d6ed5c201be6e44 --hash=sha256:4f1d9991f5acc0ca119f9d443620b77f9d6b33703e51011c16baf57afb285fc6\n",
        exact: true,
      },
      {
        name: "requirements-without-hashes.txt",
        content: "-e ./lib\ntools @ git+https://github.com/contoso/tools@2f0e1c\n",
        exact: true,
      },
    ]);
    assert.deepEqual(log, ["Left out of uv.lock, because Fabric brings its own: py4j, pyspark."]);
  });

  it("are asked for with all extras and groups, in the project's folder", async () => {
    await read({ "pdm.lock": "" }, { name: "pdm", script: 'echo "$*" > asked' });
    assert.equal(
      readFileSync(path.join(folder, "asked"), "utf8"),
      "export --format requirements --group :all\n",
    );
  });

  it("are exported without hashes if PDM has none for a folder of the project", async () => {
    const script =
      'case "$*" in *--no-hashes) echo a==1;; *) echo "Hash is not available, please export with --no-hashes option" >&2; exit 1;; esac';
    const { files } = await read({ "pdm.lock": "" }, { name: "pdm", script });
    assert.deepEqual(files, [{ name: "requirements-without-hashes.txt", content: "a==1\n", exact: true }]);
  });

  it("may name a folder of the project by its address, as Poetry and PDM write it", async () => {
    const text = `lib @ file://${folder}/libs/lib ; python_version >= "3.10"\n-e file://${folder}/libs/other#egg=other\n`;
    const { files } = await read(
      { "poetry.lock": "" },
      { name: "poetry", script: printing(text.replaceAll("$", "\\$")) },
    );
    assert.deepEqual(files, [
      {
        name: "requirements-without-hashes.txt",
        content: './libs/lib ; python_version >= "3.10"\n-e ./libs/other\n',
        exact: true,
      },
    ]);
  });

  it("cannot include a folder outside the project", async () => {
    const reading = read({ "uv.lock": "" }, { name: "uv", script: printing("-e ../shared-lib\n") });
    await assert.rejects(reading, {
      message: `Could not take the dependencies of the project from uv.lock: it requires "${path.resolve(folder, "../shared-lib")}", which is outside the project folder and therefore not copied to Fabric; give the folder that contains both as projectFolder, or publish that package to a feed.`,
    });
  });

  it("need the tool that wrote the lock file, unless an earlier step exported them", async () => {
    await assert.rejects(read({ "uv.lock": "" }), {
      message:
        "Could not read the dependencies of the project from uv.lock: this agent has no uv, which can export that file; run `pip install uv` in a step before this one, or write requirements-remote.txt into the project folder in an earlier step, which is then taken instead.",
    });
    rmSync(path.join(folder, ".bin"), { recursive: true });
    const { source, files } = await read({ "requirements-remote.txt": "iniconfig==2.1.0\n" });
    assert.deepEqual([source, files.length], ["requirements-remote.txt", 1]);
  });

  it("fail with what the tool says", async () => {
    const script = "echo 'Resolving' >&2; echo 'error: The lock file is out of date' >&2; exit 2";
    await assert.rejects(read({ "uv.lock": "" }, { name: "uv", script }), {
      message:
        /: uv export failed: Resolving error: The lock file is out of date; check that uv\.lock is up to date, or write requirements-remote\.txt/,
    });
    rmSync(path.join(folder, ".bin"), { recursive: true });
    rmSync(path.join(folder, "uv.lock"));
    const missing = "echo 'The command \"export\" does not exist.' >&2; exit 1";
    await assert.rejects(read({ "poetry.lock": "" }, { name: "poetry", script: missing }), {
      message: /; run `pip install poetry poetry-plugin-export` in a step before this one/,
    });
  });

  it("are those of requirements.txt with the files that it includes, and a warning for what is not pinned", async () => {
    const { files, install } = await read({
      "requirements.txt":
        "-r dev/more.txt\n--index-url https://pypi.org/simple\nPySpark>=3.5\nrequests>=2 # http\nidna==3.*\n",
      "dev/more.txt": "-c pins.txt\n../libs/lib\niniconfig==2.1.0\n",
    });
    assert.deepEqual(files, [
      {
        name: "requirements.txt",
        content:
          "--constraint project/dev/pins.txt\n--index-url https://pypi.org/simple\n./libs/lib\niniconfig==2.1.0\nrequests>=2\nidna==3.*\n",
        exact: false,
      },
    ]);
    assert.equal(install, "none");
    assert.deepEqual(log, [
      "Left out of requirements.txt, because Fabric brings its own: pyspark.",
      "requirements.txt does not pin the version of requests, idna, so that Fabric installs the newest one that it allows.",
    ]);
  });

  it("are the newest ones with a warning if nothing lists them", async () => {
    assert.deepEqual(await read({ "pyproject.toml": buildSystem }), {
      files: [],
      install: "withDependencies",
      source: "pyproject.toml",
    });
    assert.match(
      log[0]!,
      /^The project has no lock file .* so the versions of its dependencies are not pinned: Fabric installs the newest ones that its pyproject\.toml allows\.$/,
    );
  });

  it("are pytest alone if nothing lists them and the project is no package", async () => {
    assert.deepEqual(await read({}), {
      files: [{ name: "requirements.txt", content: "pytest\n", exact: false }],
      install: "none",
    });
    assert.match(log[0]!, /: Fabric installs pytest, if it has none, and nothing else\.$/);
  });

  it("install the project only if it is a package", async () => {
    for (const { pyproject, install } of cases.installs) {
      rmSync(path.join(folder, ".bin"), { recursive: true, force: true });
      const files = { "pyproject.toml": pyproject, "requirements-remote.txt": "a==1\n" };
      assert.equal((await read(files)).install, install, pyproject);
    }
  });

  // pytest-fabric-spark installs the same: test/python/test_plugin_dependencies.py reads the same cases.
  for (const { title, text, ...expected } of cases.sorted)
    it(title, () => {
      const place = { project: cases.project, base: cases.project, source: "uv.lock" };
      const nothing = { hashed: [], unhashed: [], provided: [], unpinned: [] };
      assert.deepEqual(sortRequirements(text, place), { ...nothing, ...expected });
    });

  it("cannot include what is outside the project, however it is named", () => {
    const place = { project: cases.project, base: cases.project, source: "uv.lock" };
    for (const { text, path: outside } of cases.refused)
      assert.throws(() => sortRequirements(text, place), {
        message: new RegExp(`: it requires "${outside}", which is outside the project folder`),
      });
  });
});
