import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.join(import.meta.dirname, "../..");

/** A project of someone else: a notebook in its Git repository, and the pipeline that runs it. */
const project = {
  "notebooks/count.py": `# Databricks notebook source
dbutils.widgets.text("rows", "0")
count = spark.range(int(dbutils.widgets.get("rows"))).count()
dbutils.notebook.exit(f"{count} rows")
`,
  "azure-pipelines.yml": `variables:
  - group: staging
steps:
  - task: DatabricksCreateBearerToken@1
    inputs:
      azureSubscription: azure
      workspaceUrl: $(DATABRICKS_HOST)
  - task: DatabricksRunNotebook@1
    name: notebooks
    inputs:
      notebookFolder: notebooks
      serverless: true
      parameters: rows=41
  - script: python -m pip --version
`,
  "notebook-ops.local.yml": `variableGroups:
  staging: { DATABRICKS_HOST: "\${databricksUrl}" }
serviceConnections:
  azure: { type: azurerm }
databricks: {}
`,
};

describe("the npm package of the command", function () {
  this.timeout(300_000);
  let folder: string;
  let cache: string;

  function run(command: string, args: string[], environment: Record<string, string> = {}) {
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1", XDG_CACHE_HOME: cache, ...environment },
    });
    return { status, stdout, stderr };
  }
  const command = () => path.join(folder, "node_modules", ".bin", "notebook-ops");

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-installed-"));
    cache = path.join(folder, "cache");
    const packed = spawnSync(process.execPath, [path.join(root, "scripts/package.mjs")], {
      encoding: "utf8",
    });
    assert.equal(packed.status, 0, packed.stderr);
    const name = /packed dist\/(\S+\.tgz)/.exec(packed.stdout)?.[1];
    assert.ok(name, packed.stdout);
    // As from another folder: what npm installs must not need the repository beside it.
    cpSync(path.join(root, "dist", name), path.join(folder, name));
    const installed = run("npm", ["install", "--offline", "--no-audit", "--no-fund", `./${name}`]);
    assert.equal(installed.status, 0, installed.stderr);
    for (const [name, content] of Object.entries(project)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), content);
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("the command's npm package needs no other package", () => {
    assert.deepEqual(
      readdirSync(path.join(folder, "node_modules")).filter((name) => !name.startsWith(".")),
      ["notebook-ops"],
    );
  });

  it("the command's npm package contains no path of the machine that packed it, no test and no source of TypeScript", () => {
    const installed = path.join(folder, "node_modules", "notebook-ops");
    for (const entry of readdirSync(installed, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      assert.doesNotMatch(entry.name, /\.(ts|map|pyc)$|^\./);
      const content = readFileSync(path.join(entry.parentPath, entry.name), "utf8");
      assert.ok(!content.includes(root), `${entry.name} names ${root}`);
    }
  });

  it("the installed command sets nothing up to describe itself, or to refuse its arguments or a pipeline", () => {
    assert.equal(run(command(), ["--help"]).status, 0);
    assert.equal(run(command(), ["run", "--help"]).status, 0);
    assert.equal(run(command(), ["run", "azure-pipelines.yml", "--nod", "20"]).status, 2);
    assert.equal(run(command(), ["--version"]).stdout, "1.0.0\n");
    writeFileSync(path.join(folder, "refused.yml"), "steps:\n  - script: echo\n  - task: Maven@4\n");
    const refused = run(command(), ["run", "refused.yml"]);
    assert.deepEqual([refused.status, refused.stdout], [2, ""]);
    assert.match(
      refused.stderr,
      /^refused\.yml:3:5: the task Maven@4 is not supported; .*\nNothing was started because of this problem; .*\n$/,
    );
    assert.ok(!existsSync(cache));
  });

  it("the installed command sets itself up in a cache folder at its first use, and runs a pipeline of an empty folder", () => {
    prepareCache();
    const first = run(command(), ["run", "azure-pipelines.yml", "--record", "run.json"]);
    assert.equal(first.status, 0, first.stdout + first.stderr);
    assert.match(
      first.stderr,
      /^Setting up Python, Spark and Delta Lake in \S+\/cache\/notebook-ops\/\w{12}, once/,
    );
    assert.match(first.stderr, /✓ Python environment/);
    assert.match(first.stdout, /41 rows/);
    const { result, leftovers } = JSON.parse(readFileSync(path.join(folder, "run.json"), "utf8"));
    assert.deepEqual({ result, leftovers }, { result: "succeeded", leftovers: [] });
    assert.ok(!existsSync(path.join(folder, "node_modules", "notebook-ops", ".setup")));

    const script = "console.log(JSON.stringify(Object.keys(process.env).includes('DATABRICKS_HOST')))";
    const second = run(command(), ["emulator", "--", process.execPath, "-e", script]);
    assert.deepEqual(second, { status: 0, stdout: "true\n", stderr: "" });
  });

  /**
   * What the set-up would download, from this repository's own: the packages of .venv by links, Delta's jars, and where Java is. pip then
   * finds all that it is asked for.
   */
  function prepareCache(): void {
    const home = path.join(cache, "notebook-ops", homeName());
    const environment = JSON.parse(readFileSync(path.join(root, ".setup/environment.json"), "utf8"));
    const created = run(environment.python, ["-m", "venv", "--without-pip", path.join(home, ".venv")]);
    assert.equal(created.status, 0, created.stderr);
    const venv = path.dirname(path.dirname(environment.python));
    const packages = path.join(home, ".venv", path.relative(venv, environment.sitePackages));
    for (const name of readdirSync(environment.sitePackages))
      if (name !== "__pycache__")
        symlinkSync(path.join(environment.sitePackages, name), path.join(packages, name));
    cpSync(path.join(root, ".setup/jars"), path.join(home, ".setup/jars"), { recursive: true });
    writeFileSync(
      path.join(home, ".setup/environment.json"),
      JSON.stringify({ ...environment, python: path.join(home, ".venv/bin/python") }),
    );
  }

  function homeName(): string {
    const module = path.join(folder, "node_modules/notebook-ops/local/driver/home.mjs");
    const code = `import { homeOf } from ${JSON.stringify(module)}; console.log(homeOf(${JSON.stringify(path.dirname(path.dirname(path.dirname(module))))}))`;
    return path.basename(run(process.execPath, ["--input-type=module", "--eval", code]).stdout.trim());
  }
});
