import assert from "node:assert/strict";
import { includesOf, withItemNames } from "../../../../shared/notebook/fabric/definition.ts";
import { cellsOf, databricks, fabric, ipynb, magic, projectOf } from "./project.ts";

const code = (source: string, metadata: object = {}) => ({
  cell_type: "code",
  source,
  metadata,
  outputs: [],
});
const pySpark = { kernelspec: { name: "synapse_pyspark" } };

async function names(files: Record<string, string>, globs: string[] = []): Promise<string[]> {
  return (await projectOf(files, globs)).notebooks.map(({ name }) => name);
}

describe("reading a folder of notebooks for Fabric", () => {
  const every = {
    "a.ipynb": ipynb([code("x = 1")], pySpark),
    "jobs/b.py": fabric("x = 1"),
    "jobs/c.Notebook/notebook-content.sql":
      "-- Fabric notebook source\n\n-- CELL ********************\n\nSELECT 1\n",
    "jobs/c.Notebook/.platform": '{"metadata": {"type": "Notebook", "displayName": "c"}}',
    "d.py": databricks("x = 1"),
    "module.py": "x = 1\n",
    "lakehouse.Lakehouse/.platform": "{}",
  };

  it("finds Jupyter notebooks, Fabric's and Databricks' source form, and items of Git integration", async () => {
    const { notebooks, warnings } = await projectOf(every);
    assert.deepEqual(
      notebooks.map(({ name, path, definition }) => [
        name,
        path,
        definition.format,
        definition.parts[0]!.path,
      ]),
      [
        ["a", "a.ipynb", "ipynb", "notebook-content.ipynb"],
        ["d", "d.py", "ipynb", "notebook-content.ipynb"],
        ["jobs/b", "jobs/b.py", "fabricGitSource", "notebook-content.py"],
        ["jobs/c", "jobs/c.Notebook/notebook-content.sql", "fabricGitSource", "notebook-content.sql"],
      ],
    );
    assert.deepEqual(warnings, []);
  });

  it("a notebook that is Fabric's already keeps its text", async () => {
    const files = {
      "a.ipynb": ipynb([code("%run other\nx = 1")], pySpark),
      "b.py": fabric("%run other").replaceAll("\n", "\r\n"),
    };
    const { notebooks } = await projectOf(files);
    assert.deepEqual(
      notebooks.map(({ definition }) => definition.parts[0]!.content),
      Object.values(files),
    );
  });

  it("globs choose notebooks, and items by their folder or their file", async () => {
    assert.deepEqual(await names(every, ["jobs/*"]), ["jobs/b", "jobs/c"]);
    assert.deepEqual(await names(every, ["**/*.py"]), ["d", "jobs/b"]);
    assert.deepEqual(await names(every, ["jobs/c.Notebook"]), ["jobs/c"]);
    assert.deepEqual(await names(every, ["**/notebook-content.*"]), ["jobs/c"]);
    assert.deepEqual(await names(every, ["!jobs/c.Notebook", "!*.ipynb"]), ["d", "jobs/b"]);
    assert.deepEqual(await names(every, ["!**/notebook-content.sql"]), ["a", "d", "jobs/b"]);
  });

  const errors: [title: string, files: Record<string, string>, globs: string[], message: string][] = [
    [
      "fails if the folder has no notebook",
      { "a.py": "x = 1\n", "b.txt": "" },
      [],
      `Could not find a notebook in FOLDER: none of its 2 files is a notebook; give a folder with .ipynb files, with folders "<name>.Notebook", or with .py, .sql, .scala or .r files that begin with the header line of Fabric or Databricks.`,
    ],
    [
      "fails if a glob matches nothing, with the nearest name",
      every,
      ["jobs/b.pi"],
      'Could not choose notebooks in FOLDER: no notebook matches "jobs/b.pi"; did you mean "jobs/b.py"?',
    ],
    [
      "fails if a glob matches nothing and no name is near",
      every,
      ["reports/**"],
      `Could not choose notebooks in FOLDER: no notebook matches "reports/**"; correct the input 'notebooks'.`,
    ],
    [
      "fails if the globs exclude everything",
      every,
      ["!**"],
      "Could not choose notebooks in FOLDER: !** excludes every notebook; correct the input 'notebooks'.",
    ],
    [
      "fails if an item is excluded by its folder only and nothing else is left",
      { "c.Notebook/notebook-content.py": fabric("x = 1") },
      ["!c.Notebook"],
      "Could not choose notebooks in FOLDER: !c.Notebook excludes every notebook; correct the input 'notebooks'.",
    ],
    [
      "fails if a glob names a file that is not a notebook",
      every,
      ["module.py"],
      `Could not run module.py in FOLDER as a notebook: its first line is neither "Fabric notebook source" nor "Databricks notebook source" as a comment; add that line, or export the notebook again.`,
    ],
    [
      "fails if a glob chooses a notebook without its header line",
      { ...every, "e.py": fabric("x = 1").replace("# Fabric notebook source", "") },
      ["*.py"],
      `Could not run e.py in FOLDER as a notebook: its first line is neither "Fabric notebook source" nor "Databricks notebook source" as a comment; add that line, or export the notebook again.`,
    ],
    [
      "fails if a Jupyter notebook cannot be read",
      { "a.ipynb": "{" },
      [],
      "Could not read notebook a.ipynb: it is not a Jupyter notebook (it is not valid JSON); save it again.",
    ],
    [
      "fails if a cell of a Jupyter notebook is not one",
      { "a.ipynb": '{"nbformat": 4, "cells": [null]}' },
      [],
      "Could not read notebook a.ipynb: it is not a Jupyter notebook (one of its cells is not an object); save it again.",
    ],
    [
      "fails if a notebook is in a language that Fabric does not run",
      { "a.ipynb": ipynb([], { kernelspec: { name: "julia-1.9", language: "julia" } }) },
      [],
      'Could not read notebook a.ipynb: it is in julia, and Fabric runs Python, SQL, Scala and R; remove it from the folder, or exclude it by the glob "!a.ipynb".',
    ],
    [
      "fails if two files are the same notebook",
      { "a.py": fabric("x = 1"), "a.ipynb": ipynb([]) },
      [],
      "Could not read a.ipynb and a.py: both are the notebook a; rename or remove one of them.",
    ],
    [
      "fails if a .platform file is damaged",
      { "a.Notebook/notebook-content.py": fabric("x = 1"), "a.Notebook/.platform": "{" },
      [],
      "Could not read a.Notebook/.platform: it is not valid JSON at line 1, column 2; correct it there.",
    ],
  ];
  for (const [title, files, globs, message] of errors)
    it(title, async () => {
      await assert.rejects(projectOf(files, globs), { message });
    });

  it("warns of files that look like a notebook", async () => {
    const { warnings } = await projectOf({
      ...every,
      "e.py": "# CELL ********************\n",
      "f.py": "notebookutils.notebook.exit('')\n",
      "g.sql": "SELECT 1\n",
    });
    assert.deepEqual(
      warnings.map((warning) => warning.replace(/ because .*/, "")),
      ["e.py has the cells of a notebook, but is not run,", "f.py ends as a notebook does, but is not run,"],
    );
  });

  it("a notebook with a kernel of Jupyter gets that of PySpark and keeps its cells", async () => {
    const cells = [
      code("x = 1", { tags: ["parameters"] }),
      { cell_type: "markdown", source: ["a\n", "b"], metadata: {} },
    ];
    const content = ipynb(cells, { kernelspec: { name: "python3", language: "python" }, authors: ["Ada"] });
    const { notebooks } = await projectOf({ "a.ipynb": content });
    const written = JSON.parse(notebooks[0]!.definition.parts[0]!.content);
    assert.deepEqual(written.cells, cells);
    assert.equal(written.metadata.kernelspec.name, "synapse_pyspark");
    assert.deepEqual(written.metadata.authors, ["Ada"]);
    const r = ipynb([code("x <- 1")], { kernelspec: { name: "ir", language: "R" } });
    assert.deepEqual(cellsOf((await projectOf({ "a.ipynb": r })).notebooks[0]!), ["code:%%sparkr\nx <- 1"]);
  });
});

describe("notebooks that include others by %run", () => {
  const files = {
    "etl.py": databricks(magic("%run ./lib/paths"), magic("%run ../shared/dates"), "x = 1"),
    "lib/paths.py": databricks(magic("%run ../schemas")),
    "schemas.ipynb": ipynb([code("schema = 1")], pySpark),
    "unused.py": fabric("x = 1"),
  };

  it("are read with those that they include, directly or not", async () => {
    const { notebooks, included } = await projectOf(files, ["etl.py"]);
    assert.deepEqual(notebooks[0]!.includes, ["paths"]);
    assert.deepEqual(
      included.map(({ name, includes }) => [name, includes]),
      [
        ["lib/paths", ["schemas"]],
        ["schemas", []],
      ],
    );
  });

  it("have a remark on a notebook that is not in the folder", async () => {
    const { notebooks } = await projectOf(files, ["etl.py"]);
    assert.deepEqual(includesOf(notebooks[0]!.definition), ["paths", "dates"]);
    assert.deepEqual(notebooks[0]!.remarks, [
      "etl.py includes ../shared/dates, which is not in the folder; the workspace must contain a notebook named dates.",
    ]);
  });

  it("include notebooks of the same name by their whole path", async () => {
    const { notebooks } = await projectOf(
      {
        "a.py": databricks(magic("%run ./x/Lib"), magic("%run ./y/lib")),
        "x/Lib.py": databricks("x = 1"),
        "y/lib.py": databricks("x = 1"),
        "y/b.py": fabric("%run lib", "# MAGIC %run lib"),
      },
      ["a.py", "y/b.py"],
    );
    assert.deepEqual(
      notebooks.map(({ includes }) => includes),
      [["x-Lib", "y-lib"], ["y-lib"]],
    );
  });

  it("have item names of their own, whatever their paths", async () => {
    const content = fabric("x = 1");
    const { notebooks } = await projectOf({ "a/b.py": content, "c/b.py": content, "A-b.py": content });
    assert.deepEqual(
      notebooks.map(({ name, itemName }) => [name, itemName]),
      [
        ["A-b", "A-b"],
        ["a/b", "a-b-2"],
        ["c/b", "c-b"],
      ],
    );
  });

  it("include an item of Git integration by the name in its .platform file", async () => {
    const { notebooks, included } = await projectOf(
      {
        "a.py": fabric("%run Daily { 'day': 1 }"),
        "old.Notebook/notebook-content.py": fabric("x = 1"),
        "old.Notebook/.platform": '{"metadata": {"displayName": "Daily"}}',
      },
      ["a.py"],
    );
    assert.deepEqual(notebooks[0]!.includes, ["Daily"]);
    assert.deepEqual(
      included.map(({ name }) => name),
      ["old"],
    );
  });

  it("include the items that were created, by their names", async () => {
    const { notebooks } = await projectOf({
      "a.py": fabric('%run lib { "day": 1 }\nx = "%run lib"', "%run -b lib.py", "# MAGIC %run other"),
      "b.ipynb": ipynb([code("%run lib"), { cell_type: "markdown", source: "%run lib" }], pySpark),
      "lib.py": fabric("x = 1"),
    });
    const [a, b] = notebooks.map(({ definition }) =>
      withItemNames(definition, new Map([["lib", "run-7-lib"]])),
    );
    const original = notebooks[0]!.definition.parts[0]!.content;
    assert.equal(a!.parts[0]!.content, original.replace("%run lib {", "%run run-7-lib {"));
    const cells = JSON.parse(b!.parts[0]!.content).cells as { source: string[] | string }[];
    assert.deepEqual(
      cells.map(({ source }) => source),
      [["%run run-7-lib"], "%run lib"],
    );
  });
});
