import assert from "node:assert/strict";
import { readProject } from "../../../../shared/databricks/folders/project.ts";
import { makeFolder } from "../../notebook/folder.ts";

const notebook = "# Databricks notebook source\n1";
const noHeader = "x = 1\n\n# COMMAND ----------\n\ny = 2\n";

describe("a project with a notebook whose header line is missing", () => {
  const read = async (files: Record<string, string>, globs: string[]) => {
    const folder = makeFolder(files);
    try {
      return await readProject(folder.path, globs);
    } finally {
      folder.remove();
    }
  };

  for (const [file, content, reason] of [
    ["b.py", noHeader, "has the cells of a notebook"],
    ["b.py", "value = dbutils.widgets.get('x')", "uses dbutils"],
    ["b.sql", "SELECT 1\n-- COMMAND ----------\nSELECT 2", "has the cells of a notebook"],
    ["b.scala", "// MAGIC %md hello", "has the cells of a notebook"],
  ] as const)
    it(`warns of ${file} if it ${reason} and all notebooks are run`, async () => {
      const { warnings, notebooks } = await read({ "a.py": notebook, [file]: content }, []);
      assert.deepEqual(
        notebooks.map(({ path }) => path),
        ["a.py"],
      );
      assert.equal(warnings.length, 1);
      assert(
        warnings[0]!.startsWith(`${file} ${reason}, but is not run, because its first line is not "`),
        warnings[0],
      );
      assert.match(warnings[0]!, / Databricks notebook source"; add that line if it is a notebook\.$/);
    });

  for (const glob of ["*.py", "**", "{a,b}.py"])
    it(`refuses a notebook without header line if the glob ${glob} chooses it`, () =>
      assert.rejects(
        read({ "a.py": notebook, "b.py": noHeader }, [glob]),
        /Could not run b\.py in \S+ as a notebook: its first line is not "# Databricks notebook source"; export it/,
      ));

  it("warns of a module that only uses dbutils if a glob chooses it", async () => {
    const { warnings } = await read({ "a.py": notebook, "b.py": "def f(dbutils): dbutils.fs.ls('/')" }, [
      "**",
    ]);
    assert.match(warnings.join("\n"), /^b\.py uses dbutils, but is not run/);
  });

  it("does not warn of files that the globs do not choose, nor of modules", async () => {
    assert.deepEqual((await read({ "a.py": notebook, "b.py": noHeader }, ["a.py"])).warnings, []);
    assert.deepEqual((await read({ "a.py": notebook, "b.py": noHeader }, ["!b.py"])).warnings, []);
    assert.deepEqual(
      (await read({ "a.py": notebook, "b.py": "def f(): pass", "c.md": "dbutils." }, [])).warnings,
      [],
    );
  });
});
