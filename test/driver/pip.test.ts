import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { readInstallation } from "../../local/driver/installation.ts";
import { Notebooks, printed } from "./notebooks.ts";

/** Writes a wheel of a package with one module whose VERSION is its version. */
const wheelScript = `
import sys, zipfile
folder, name, version = sys.argv[1:]
info = f"{name}-{version}.dist-info"
with zipfile.ZipFile(f"{folder}/{name}-{version}-py3-none-any.whl", "w") as wheel:
    wheel.writestr(f"{name}/__init__.py", f"VERSION = {version!r}\\n")
    wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(f"{info}/RECORD", f"{name}/__init__.py,,\\n{info}/METADATA,,\\n{info}/WHEEL,,\\n{info}/RECORD,,\\n")
`;

describe("%pip", function () {
  this.timeout(120_000);
  const notebooks = new Notebooks("none");
  const wheels = path.join(notebooks.folder, "wheels");
  const environment = { PIP_NO_INDEX: "1", PIP_FIND_LINKS: wheels };
  const run = (cells: string[], libraries: string[] = []) => notebooks.run(cells, { environment, libraries });
  before(() => {
    mkdirSync(wheels);
    for (const [name, version] of [
      ["weather", "1.0"],
      ["weather", "2.0"],
      ["iniconfig", "99.0"],
    ] as const)
      execFileSync(readInstallation().python, ["-c", wheelScript, wheels, name, version]);
  });
  after(() => notebooks.stop());

  it("%pip installs for its notebook only, from the cluster's index and with the notebook's variables", async () => {
    const result = await run([
      "package_version = '1.0'",
      "%pip install weather==$package_version",
      "import weather\nprint(weather.VERSION)",
    ]);
    assert.equal(result.error, undefined);
    assert.equal(printed(result, 3), "1.0\n");
    const other = await run(["import weather"]);
    assert.equal(other.error?.name, "ModuleNotFoundError");
  });

  it("%pip works among other lines, with {name} in it, and for subprocesses", async () => {
    const result = await run([
      "version = '2.0'\n%pip install --quiet weather=={version}\nimport weather\nprint(weather.VERSION)",
      "%sh\npython -c 'import weather; print(weather.VERSION)'; pip show weather | sed -n 1,2p",
    ]);
    assert.equal(result.error, undefined);
    assert.match(printed(result), /2\.0\n$/);
    assert.equal(printed(result, 2), "2.0\nName: weather\nVersion: 2.0\n");
  });

  it("%pip reads a command as a shell does: over several lines, with files, variables and a comment", async () => {
    notebooks.put("/Shared/pip/needs/weather.txt", "weather==1.0\n");
    const cells = [
      "%pip install --quiet \\\n  -r needs/*.txt   # what it needs",
      "import os\nos.environ['NEEDED'] = 'weather==2.0'",
      "%pip install -q $NEEDED 2>&1 | grep -v already",
      "import weather\nprint(weather.VERSION)",
      "%pip freeze",
    ];
    const result = await notebooks.run(cells, { environment, notebookPath: "/Shared/pip/main" });
    assert.equal(result.error, undefined);
    assert.equal(printed(result, 4), "2.0\n");
    assert.match(printed(result, 5), /^weather(==2\.0| @)/m);
  });

  it("a notebook on serverless compute gets the packages of its environment", async () => {
    const block =
      '# /// script\n# [tool.databricks.environment]\n# dependencies = [\n#   "weather==1.0",\n# ]\n# ///';
    notebooks.put(
      "/Shared/pip/brings",
      `# Databricks notebook source\n${block}\nimport weather\nprint(weather.VERSION)`,
    );
    const databricks = { workspaceUrl: "https://localhost", orgId: "1", user: { id: "1", name: "u" } };
    const result = await notebooks.run([], { environment, databricks, notebookPath: "/Shared/pip/brings" });
    assert.equal(result.error, undefined);
    assert.equal(printed(result), "1.0\n");
  });

  it("%pip replaces a module that was imported before", async () => {
    const result = await run([
      "%pip install --quiet weather==1.0\nimport weather\nfirst = weather.VERSION",
      "%pip install --quiet weather==2.0\nimport weather\nprint(first, weather.VERSION)",
    ]);
    assert.match(printed(result, 2), /1\.0 2\.0\n$/);
  });

  it("%pip keeps the installed version when Python restarts", async () => {
    const result = await run([
      "%pip install --quiet weather==1.0",
      "dbutils.library.restartPython()",
      "import weather\nprint(weather.VERSION)",
    ]);
    assert.equal(result.error, undefined);
    assert.equal(printed(result, 3), "1.0\n");
  });

  it("a package that %pip installs hides that of the base environment without changing it, until it is uninstalled", async () => {
    const version = "import importlib.metadata\nprint(importlib.metadata.version('iniconfig'))";
    const before = printed(await run([version]));
    const result = await run([
      "%pip install --quiet iniconfig==99.0",
      version,
      "%pip uninstall iniconfig",
      version,
    ]);
    assert.equal(result.error, undefined);
    assert.equal(printed(result, 2), "99.0\n");
    assert.equal(printed(result, 4), before);
    assert.equal(printed(await run([version])), before);
  });

  it("%pip fails with the reason that pip gives", async () => {
    const result = await run(["%pip install weather==7.7"]);
    assert.equal(result.state, "failed");
    assert.match(
      result.error?.message ?? "",
      /Could not complete %pip install: it ended with exit code 1; ERROR: No matching distribution found for weather==7\.7/,
    );
  });

  it("%pip sees the libraries of the cluster, which are installed once", async () => {
    const cells = ["import weather\nprint(weather.VERSION, weather.__file__)"];
    const [one, two] = await Promise.all([run(cells, ["weather==1.0"]), run(cells, ["weather==1.0"])]);
    assert.match(printed(one), /^1\.0 /);
    assert.equal(printed(one), printed(two));
    const upgraded = await run(["%pip install --quiet weather==2.0", ...cells], ["weather==1.0"]);
    assert.match(printed(upgraded, 2), /^2\.0 /);
    const missing = await run(cells, ["weather==8.8"]);
    assert.match(
      missing.error?.message ?? "",
      /Could not install the cluster's libraries weather==8\.8: .*No matching/,
    );
  });
});
