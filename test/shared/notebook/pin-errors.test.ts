import assert from "node:assert/strict";
import { NotebookError, type NotebookErrorKind } from "../../../shared/notebook/notebook-error.ts";
import { pinNotebook } from "../../../shared/notebook/pin.ts";

const py = "# Databricks notebook source\n";
const sql = "-- Databricks notebook source\n";
const scala = "// Databricks notebook source\n";

describe("pinning with an error", () => {
  const notLiteral = (file: string, line: string, written: string) =>
    `Could not pin the widget "v" in ${file}, line ${line}: its default is ${written}, which is not a plain string literal; write a literal such as "0.0.0" there, and compute the value elsewhere.`;

  const cases: [what: string, file: string, content: string, kind: NotebookErrorKind, message: string][] = [
    [
      "a variable",
      "jobs/a.py",
      `${py}\ndbutils.widgets.text(\n  "v", version)`,
      "default-not-literal",
      notLiteral("jobs/a.py", "3", "version"),
    ],
    [
      "an f-string",
      "a.py",
      `${py}dbutils.widgets.text("v", f"0")`,
      "default-not-literal",
      notLiteral("a.py", "2", 'f"0"'),
    ],
    [
      "a concatenation",
      "a.py",
      `${py}dbutils.widgets.text("v", "0" +\n "1")`,
      "default-not-literal",
      notLiteral("a.py", "2", '"0" + "1"'),
    ],
    [
      "adjacent literals, which Python joins",
      "a.py",
      `${py}dbutils.widgets.text("v", "0." "1")`,
      "default-not-literal",
      notLiteral("a.py", "2", '"0." "1"'),
    ],
    [
      "bytes",
      "a.py",
      `${py}dbutils.widgets.text("v", b"0")`,
      "default-not-literal",
      notLiteral("a.py", "2", 'b"0"'),
    ],
    [
      "unpacked arguments",
      "a.py",
      `${py}dbutils.widgets.text("v", **more)`,
      "default-not-literal",
      notLiteral("a.py", "2", "**more"),
    ],
    [
      "an interpolated string in Scala",
      "a.scala",
      `${scala}dbutils.widgets.text("v", s"0")`,
      "default-not-literal",
      notLiteral("a.scala", "2", 's"0"'),
    ],
    [
      "a call in R",
      "a.r",
      `${py}dbutils.widgets.text("v", paste0("0"))`,
      "default-not-literal",
      notLiteral("a.r", "2", 'paste0("0")'),
    ],
    [
      "an expression in SQL, with CRLF",
      "a.sql",
      `${sql}SELECT 1;\nCREATE WIDGET TEXT v DEFAULT now() CHOICES SELECT 1`.replaceAll("\n", "\r\n"),
      "default-not-literal",
      notLiteral("a.sql", "3", "now()"),
    ],
    [
      "an expression in a Fabric parameters cell",
      "notebook-content.py",
      '# Fabric notebook source\n\n# PARAMETERS CELL ********************\n\nv = "0" + "1"\n',
      "default-not-literal",
      notLiteral("notebook-content.py", "5", '"0" + "1"'),
    ],
    [
      "a variable in an ipynb",
      "a.ipynb",
      '{"cells": [\n{"cell_type": "markdown", "source": ""},\n{"cell_type": "code", "source": ["x\\n", "dbutils.widgets.text(\'v\', x)"]}], "metadata": {}}',
      "default-not-literal",
      notLiteral("a.ipynb", "3 (cell 2)", "x"),
    ],
    [
      "no default at all",
      "a.py",
      `${py}dbutils.widgets.text("v")`,
      "no-default",
      'Could not pin the widget "v" in a.py, line 2: it is declared without a default; give it a plain string literal.',
    ],
    [
      "a dropdown that does not offer the value",
      "a.py",
      `${py}dbutils.widgets.dropdown("v", "0", ["0", "1"])`,
      "value-not-offered",
      'Could not pin the widget "v" in a.py, line 2: the dropdown offers "0", "1" and not "9"; add it to the choices, or declare the widget as text or combobox.',
    ],
    [
      "a multiselect",
      "a.sql",
      `${sql}CREATE WIDGET MULTISELECT v DEFAULT '0' CHOICES SELECT '0'`,
      "multiselect",
      'Could not pin the widget "v" in a.sql, line 2: it is a multiselect; declare it as text, dropdown or combobox.',
    ],
    [
      "a truncated ipynb",
      "a.ipynb",
      '{"cells": [\n  {"cell_type": "code", "source": ["abc',
      "malformed",
      "Could not read the notebook a.ipynb, line 2: the file ends in the middle of its JSON; export or save the notebook again, or remove it from the folder.",
    ],
    [
      "an ipynb with merge marks",
      "a.ipynb",
      '{"cells": [\n<<<<<<< HEAD\n]}',
      "malformed",
      "Could not read the notebook a.ipynb, line 2: the JSON is not valid there; export or save the notebook again, or remove it from the folder.",
    ],
    [
      "an ipynb older than nbformat 4",
      "a.ipynb",
      '{"worksheets": []}',
      "malformed",
      "Could not read the notebook a.ipynb: its JSON contains no list of cells; save it as nbformat 4 (Jupyter's format since 2014).",
    ],
    [
      "JSON nested too deeply",
      "a.ipynb",
      "[".repeat(100_000),
      "malformed",
      "Could not read the notebook a.ipynb, line 1: the JSON is not valid there; export or save the notebook again, or remove it from the folder.",
    ],
  ];
  for (const [what, file, content, kind, message] of cases) {
    it(`the error of a pinning names file, line and what to do for ${what}`, () =>
      assertFails(() => pinNotebook(file, Buffer.from(content), { widget: "v", value: "9" }), kind, message));
  }

  it("the error of a pinning names file, byte and what to do for invalid UTF-8", () => {
    const content = Buffer.concat([Buffer.from(`${py}# K`), Buffer.from([0xf6]), Buffer.from("ln")]);
    const message = "Could not read the notebook a.py: it is not UTF-8 at byte 32 (0xf6); save it as UTF-8.";
    assertFails(() => pinNotebook("a.py", content, { widget: "v", value: "9" }), "not-utf8", message);
  });

  it("the error of a pinning names file, byte and what to do for UTF-8 that ends within a character", () => {
    const content = Buffer.from([...Buffer.from(py), 0xc3]);
    const message = "Could not read the notebook a.py: it is not UTF-8 at byte 29 (0xc3); save it as UTF-8.";
    assertFails(() => pinNotebook("a.py", content, { widget: "v", value: "9" }), "not-utf8", message);
  });

  it("the error of a pinning names file, size and what to do for a notebook of 50 MB", () => {
    const content = Buffer.alloc(50 * 1024 * 1024, "#");
    content.write(py);
    const message =
      "Could not read the notebook a.py: it is 50.0 MB, and Databricks imports at most 10 MB; clear its outputs or split it.";
    assertFails(() => pinNotebook("a.py", content, { widget: "v", value: "9" }), "too-large", message);
  });

  it("the error of a pinning names file, line and what to do for a value that the language cannot write as a string", () => {
    const content = Buffer.from(`${py}dbutils.widgets.text("v", "0")`);
    const message =
      'Could not pin the widget "v" in a.r, line 2: the value has a character that the notebook\'s language does not allow in a string; choose another value.';
    assertFails(
      () => pinNotebook("a.r", content, { widget: "v", value: "a\0b" }),
      "value-not-expressible",
      message,
    );
  });
});

describe("pinning with a warning", () => {
  it("pinning warns about a dropdown whose choices are computed", () => {
    const content = Buffer.from(`${py}dbutils.widgets.dropdown("v", "0", versions)`);
    const pinned = pinNotebook("a.py", content, { widget: "v", value: "9" });
    assert.deepEqual(pinned.warnings, [
      'The dropdown "v" in a.py, line 2 is pinned to "9" without a check: its choices are computed when the notebook runs.',
    ]);
  });

  it("pinning does not warn about a dropdown whose choices are partly computed and offer the value", () => {
    const content = Buffer.from(`${py}dbutils.widgets.dropdown("v", "0", ["0", "9", *more])`);
    assert.deepEqual(pinNotebook("a.py", content, { widget: "v", value: "9" }).warnings, []);
  });
});

function assertFails(action: () => unknown, kind: NotebookErrorKind, message: string): void {
  assert.throws(action, (error) => {
    assert.ok(error instanceof NotebookError);
    assert.equal(error.message, message);
    assert.equal(error.kind, kind);
    return true;
  });
}
