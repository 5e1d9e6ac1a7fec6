import assert from "node:assert/strict";
import { parameterWarnings } from "../../../../shared/notebook/fabric/parameter-warnings.ts";
import { databricks, fabric, ipynb, magic, projectOf } from "./project.ts";

async function remarksOn(content: string, others: Record<string, string> = {}): Promise<readonly string[]> {
  const { notebooks } = await projectOf({ "etl.py": content, ...others }, ["etl.py"]);
  return notebooks[0]!.remarks;
}

describe("remarks on what Fabric does not have", () => {
  it("name the file, the cells and what to do", async () => {
    const content = databricks(
      magic("%md dbutils.widgets.text"),
      'dbutils.widgets.text("day", "1")\nday = dbutils.widgets.get("day")',
      '# dbutils.fs.ls("/")\nx = "dbutils.secrets"',
      'dbutils.fs.cp("/Volumes/a/b", "x")',
      "dbutils.widgets.removeAll()",
      magic("%fs ls /"),
      magic("%sql\nCREATE WIDGET TEXT day DEFAULT '1'"),
      magic('%scala\nval s = dbutils.secrets.get("a", "b")'),
      magic('%r\ndbutils.notebook.exit("x")'),
      "from databricks.sdk import WorkspaceClient",
    );
    assert.deepEqual(await remarksOn(content), [
      "etl.py uses dbutils.widgets in cells 2 and 5, which Fabric does not have; assign the parameters in a parameters cell.",
      "etl.py uses dbutils.fs in cell 4, which Fabric does not have; use notebookutils.fs.",
      "etl.py uses a path that begins with /Volumes/ in cell 4, which Fabric does not have; use Files/ in Spark, or /lakehouse/default/Files/ in Python, of the default lakehouse.",
      "etl.py uses the magic %fs in cell 6, which Fabric does not have; use notebookutils.fs.",
      "etl.py creates a widget in cell 7, which Fabric does not have; assign the parameters in a parameters cell.",
      "etl.py uses dbutils.secrets in cell 8, which Fabric does not have; use notebookutils.credentials.getSecret with the address of a key vault.",
      "etl.py uses dbutils.notebook in cell 9, which Fabric does not have; use notebookutils.notebook.",
      "etl.py imports databricks in cell 10, which Fabric does not have; replace it.",
    ]);
  });

  it("say what else dbutils has a substitute for", async () => {
    const calls = [
      "library.restartPython()",
      "data.summarize(df)",
      "jobs.taskValues.set('a', 1)",
      "credentials.x()",
    ];
    const remarks = await remarksOn(databricks(...calls.map((call) => `dbutils.${call}`)));
    assert.deepEqual(
      remarks.map((remark) => /; (.*)\.$/.exec(remark)![1]),
      [
        "use notebookutils.session.restartPython",
        "use display(df, summary=True)",
        "pass values by notebookutils.notebook.exit",
        "replace it",
      ],
    );
  });

  it("are about modules beside the notebook, which Fabric does not upload", async () => {
    const others = { "tariff.py": "x = 1\n", "model/__init__.py": "", "lib/other.py": "" };
    const content = fabric("import tariff\nfrom model import days\nimport other, json");
    assert.deepEqual(await remarksOn(content, others), [
      "etl.py imports tariff from its folder in cell 1, but a Fabric notebook has no files beside it; put the module into an environment, or include a notebook by %run.",
      "etl.py imports model from its folder in cell 1, but a Fabric notebook has no files beside it; put the module into an environment, or include a notebook by %run.",
    ]);
  });

  it("are about a notebook of the folder that code runs by its name", async () => {
    const content = fabric(
      'notebookutils.notebook.run("lib", 60)',
      'notebookutils.notebook.run("deployed", 60)',
    );
    assert.deepEqual(await remarksOn(content, { "lib.py": fabric("x = 1") }), [
      'etl.py runs the notebook "lib" by its name in cell 1, which finds an item of the workspace and not the file of this folder; include it by %run, or deploy it first.',
    ]);
  });

  it("are about notebooks of the folder that code runs together", async () => {
    const content = fabric(
      'notebookutils.notebook.runMultiple(["lib", "deployed"])\nprint("other")',
      'notebookutils.notebook.runMultiple({"activities": [{"name": "first", "path": "other", "args": dict(a=(1))}]})',
      'mssparkutils.notebook.run(path="lib", arguments={"then": "other"})',
    );
    const others = { "lib.py": fabric("x = 1"), "other.py": fabric("x = 1") };
    const why = "which finds an item of the workspace and not the file of this folder";
    assert.deepEqual(await remarksOn(content, others), [
      `etl.py runs the notebook "lib" by its name in cells 1 and 3, ${why}; include it by %run, or deploy it first.`,
      `etl.py runs the notebook "other" by its name in cell 2, ${why}; include it by %run, or deploy it first.`,
    ]);
  });

  // https://docs.databricks.com/compute/serverless/dependencies
  it("are about the packages that a notebook of Databricks brings along in its environment", async () => {
    const remark =
      "brings packages along in its environment, which a notebook of Fabric cannot; put them into an environment of the workspace, or install them by %pip.";
    const block = (dependencies: string) =>
      databricks("x = 1").replace(
        "\n",
        `\n# /// script\n# [tool.databricks.environment]\n# dependencies = [${dependencies}]\n# ///\n`,
      );
    assert.deepEqual(await remarksOn(block('\n#   "simplejson",\n# ')), [`etl.py ${remark}`]);
    assert.deepEqual(await remarksOn(block("")), []);
    const { notebooks } = await projectOf({
      "etl.ipynb": JSON.stringify({
        cells: [],
        metadata: {
          "application/vnd.databricks.v1+notebook": {
            language: "python",
            environmentMetadata: { dependencies: ["simplejson"] },
          },
        },
        nbformat: 4,
        nbformat_minor: 5,
      }),
    });
    assert.deepEqual(notebooks[0]!.remarks, [`etl.ipynb ${remark}`]);
  });

  it("are about more cells than Fabric runs", async () => {
    const cells = Array.from({ length: 257 }, () => "x = 1");
    assert.deepEqual(await remarksOn(databricks(...cells)), [
      "etl.py has 257 code cells, and Fabric runs at most 256 of a notebook; merge or split cells.",
    ]);
  });

  it("are not about dbutils if the notebook also uses notebookutils", async () => {
    const content = databricks(
      "try:\n    import notebookutils\nexcept ImportError:\n    notebookutils = dbutils",
      'notebookutils.notebook.exit("x")',
    );
    assert.deepEqual(await remarksOn(content), []);
  });
});

describe("parameters of a run on Fabric", () => {
  async function warningsOf(parameters: string[], files: Record<string, string>, globs: string[] = []) {
    return parameterWarnings(parameters, await projectOf(files, globs));
  }

  it("a parameter that no parameters cell declares gets a warning with the nearest name", async () => {
    const declares = fabric('PARAMETERS\nday = "1"\nregion: str = compute()', "print(day)");
    assert.deepEqual(await warningsOf(["day", "region", "regoin"], { "a.py": declares }), [
      'a.py does not declare the parameter "regoin" in its parameters cell; did you mean "region"?',
    ]);
    assert.deepEqual(await warningsOf(["year"], { "a.py": declares, "b.py": fabric("x = 1") }), [
      `No notebook of this run declares the parameter "year" in its parameters cell; assign it there, or remove it from the input 'parameters'.`,
    ]);
  });

  it("a parameter that is assigned outside of a parameters cell gets a warning, because the run's value is replaced", async () => {
    assert.deepEqual(await warningsOf(["day"], { "a.py": fabric('day: str = "1"\nprint(day)') }), [
      'a.py assigns day outside of a parameters cell, which replaces the value of the parameter "day"; mark the cell as the parameters cell.',
    ]);
  });

  const cell = { cell_type: "code", source: 'day = "1"', metadata: { tags: ["parameters"] } };
  const known: [how: string, files: Record<string, string>][] = [
    ["by a tag of an ipynb", { "a.ipynb": ipynb([cell]) }],
    ["by the title of a Databricks cell", { "a.py": databricks('# DBTITLE 1,Parameters\nday = "1"') }],
    [
      "in a parameters cell in another language than Python",
      { "a.ipynb": ipynb([{ ...cell, source: '%%sparkr\nday = "1"' }]) },
    ],
    [
      "in a notebook that is included",
      { "a.py": fabric("%run lib"), "lib.py": fabric('PARAMETERS\nday = "1"') },
    ],
  ];
  for (const [how, files] of known)
    it(`a parameter gets no warning if it is declared ${how}`, async () => {
      assert.deepEqual(await warningsOf(["day"], files, [Object.keys(files)[0]!]), []);
    });

  it("a parameter gets no warning if the code reads it without a parameters cell", async () => {
    assert.deepEqual(await warningsOf(["day"], { "a.py": fabric("if day == 1:\n    print(day)") }), []);
  });

  it("a notebook that installs packages gets a warning unless a parameter allows it", async () => {
    const files = { "a.py": fabric("%pip install pandas"), "b.py": fabric("x = 1") };
    assert.deepEqual(await warningsOf([], files), [
      'a.py installs packages by %pip or %conda, which Fabric disables in runs; put the packages into an environment, or give the parameters as JSON with "_inlineInstallationEnabled": true.',
    ]);
    assert.deepEqual(await warningsOf([], { "a.py": databricks(magic("%pip install pandas")) }), [
      'a.py installs packages by %pip or %conda, which Fabric disables in runs; put the packages into an environment, or give the parameters as JSON with "_inlineInstallationEnabled": true.',
    ]);
    assert.deepEqual(await warningsOf(["_inlineInstallationEnabled"], files), []);
    assert.deepEqual(await warningsOf([], files, ["b.py"]), []);
  });
});
