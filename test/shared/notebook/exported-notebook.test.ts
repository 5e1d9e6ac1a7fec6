import assert from "node:assert/strict";
import {
  notebookContent,
  possibleSources,
  survivesExport,
} from "../../../shared/notebook/exported-notebook.ts";
import type { NotebookFormat } from "../../../shared/notebook/notebook-format.ts";

const python: NotebookFormat = { kind: "source", language: "PYTHON" };
const jupyter: NotebookFormat = { kind: "jupyter" };
const header = "# Databricks notebook source\n";
const separator = "\n\n# COMMAND ----------\n\n";
const content = (format: NotebookFormat, text: string) => notebookContent(format, Buffer.from(text));

describe("the content of a notebook that a workspace has exported", () => {
  const published = `${header}import os\n\n\n# COMMAND ----------\nprint(1)\n# COMMAND ----------\n# MAGIC %md\n# MAGIC \n# MAGIC text\n`;
  const same: [what: string, exported: string][] = [
    ["the line break at the end", published.trimEnd()],
    [
      "the blank lines around cells",
      `${header}import os${separator}print(1)${separator}# MAGIC %md\n# MAGIC \n# MAGIC text`,
    ],
    ["its line breaks", published.replaceAll("\n", "\r\n")],
    ["a byte order mark", `\ufeff${published}`],
    ["the spaces after a bare MAGIC", published.replace("MAGIC \n", "MAGIC\n")],
    ["an empty cell", `${published}${separator}`],
  ];
  for (const [what, exported] of same)
    it(`an exported notebook equals the published source if it differs only in ${what}`, () => {
      assert.equal(content(python, exported), content(python, published));
    });

  const other: [what: string, exported: string][] = [
    ["a changed character", published.replace("print(1)", "print(2)")],
    ["an additional cell", `${published}${separator}print(3)`],
    ["a missing cell", `${header}import os${separator}print(1)`],
    ["two cells joined to one", published.replace("# COMMAND ----------\nprint", "print")],
    ["another indentation", published.replace("print(1)", " print(1)")],
    ["a blank line inside a cell", published.replace("import os", "import os\n\nimport sys")],
  ];
  for (const [what, exported] of other)
    it(`an exported notebook differs from the published source with ${what}`, () => {
      assert.notEqual(content(python, exported), content(python, published));
    });

  it("an exported notebook differs from the published source in another language", () => {
    const r: NotebookFormat = { kind: "source", language: "R" };
    assert.notEqual(content(r, published), content(python, published));
  });
});

describe("the content of an ipynb that a workspace has exported", () => {
  const databricks = "application/vnd.databricks.v1+notebook";
  const file = (cells: object[], metadata: object = {}) =>
    JSON.stringify({ nbformat: 4, nbformat_minor: 0, metadata, cells });
  const code = (source: string | string[], more: object = {}) => ({
    cell_type: "code",
    metadata: {},
    outputs: [],
    execution_count: null,
    source,
    ...more,
  });
  const published = file([code(["import os\n", "print(1)"]), { ...code("# Title"), cell_type: "markdown" }]);

  it("an exported ipynb equals the published ipynb with the ids, titles, outputs and layout that the workspace adds", () => {
    const exported = file(
      [
        code("import os\nprint(1)", {
          metadata: { "application/vnd.databricks.v1+cell": { nuid: "1-2", title: "a", showTitle: true } },
          outputs: [{ output_type: "stream", text: "1" }],
          execution_count: 7,
        }),
        { cell_type: "markdown", metadata: {}, source: ["# Title\n"] },
      ],
      {
        language_info: { name: "python" },
        [databricks]: {
          language: "python",
          notebookName: "etl",
          dashboards: [],
          widgets: {},
          environmentMetadata: null,
        },
      },
    );
    assert.equal(content(jupyter, exported), content(jupyter, published));
  });

  const widgets = (defaultValue: string) => ({
    [databricks]: { widgets: { day: { currentValue: "1", widgetInfo: { defaultValue } } } },
  });
  const environment = (dependencies: string[]) => ({
    [databricks]: { environmentMetadata: { base_environment: "", dependencies } },
  });
  const others: [what: string, one: string, other: string][] = [
    ["a changed cell", published, file([code("import os\nprint(2)")])],
    ["a code cell in place of a markdown cell", published, published.replace('"markdown"', '"code"')],
    [
      "another language",
      published,
      published.replace('"metadata":{}', '"metadata":{"language_info":{"name":"r"}}'),
    ],
    ["another default of a widget", file([code("1")], widgets("a")), file([code("1")], widgets("b"))],
    [
      "another package in its environment",
      file([code("1")], environment([])),
      file([code("1")], environment(["evil"])),
    ],
  ];
  for (const [what, one, other] of others)
    it(`an exported ipynb differs from the published ipynb with ${what}`, () => {
      assert.notEqual(content(jupyter, one), content(jupyter, other));
    });

  for (const broken of ["", "{", "null", '{"cells": 1}', '{"cells": [null]}'])
    it(`the content of an exported ipynb is undefined if it is broken: ${JSON.stringify(broken)}`, () => {
      assert.equal(content(jupyter, broken), undefined);
    });
});

describe("the bytes of a notebook in source form", () => {
  const exported = `${header}import os${separator}print(1)`;
  for (const [what, bytes] of [
    ["as it is exported", exported],
    ["with a line break at the end", `${exported}\n`],
    ["with the line breaks of Windows", `${exported}\n`.replaceAll("\n", "\r\n")],
  ] as const)
    it(`the source bytes of a notebook can be restored from its export ${what}`, () => {
      assert.equal(survivesExport(python, Buffer.from(bytes)), true);
      assert.ok(possibleSources(Buffer.from(exported)).some((each) => each.toString() === bytes));
    });

  for (const [what, bytes] of [
    ["with other blank lines around cells", exported.replaceAll(separator, "\n# COMMAND ----------\n")],
    ["with a byte order mark", `\ufeff${exported}`],
    ["with a space at the end of a line", `${exported} \n`],
  ] as const)
    it(`the source bytes of a notebook cannot be restored from its export ${what}`, () => {
      assert.equal(survivesExport(python, Buffer.from(bytes)), false);
    });
});
