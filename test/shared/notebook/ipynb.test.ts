import assert from "node:assert/strict";
import { pinNotebook } from "../../../shared/notebook/pin.ts";

const widgetPin = { widget: "v", value: "1.0.0" };

function pin(document: string): string {
  return pinNotebook("a.ipynb", Buffer.from(document), widgetPin).content.toString();
}

/** A notebook with Databricks' metadata of the widget v, as the workspace writes them. */
function withWidget(widgetInfo: object, typedWidgetInfo: object): string {
  const widgets = { v: { currentValue: "0", typedWidgetInfo, widgetInfo } };
  const metadata = { "application/vnd.databricks.v1+notebook": { language: "python", widgets } };
  return JSON.stringify({ cells: [], metadata, nbformat: 4, nbformat_minor: 0 });
}

function codeCell(source: string | string[], metadata: object = {}, notebook: object = {}): string {
  const cell = { cell_type: "code", metadata, source, outputs: [], execution_count: null };
  return JSON.stringify({ cells: [cell], metadata: notebook, nbformat: 4, nbformat_minor: 0 });
}

describe("the widget metadata of an ipynb", () => {
  it("the widget metadata of an ipynb gets the value as the default in both forms, and is otherwise unchanged", () => {
    const before = withWidget(
      { widgetType: "text", defaultValue: "0", label: null },
      { defaultValue: "0", options: { widgetDisplayType: "Text" } },
    );
    assert.equal(pin(before), before.replaceAll('"defaultValue":"0"', '"defaultValue":"1.0.0"'));
  });

  it("the widget metadata of an ipynb counts as a declaration, even with a default of null", () => {
    const before = withWidget({ widgetType: "text", defaultValue: null }, { defaultValue: "0" });
    assert.equal(pinNotebook("a.ipynb", Buffer.from(before), widgetPin).declarations, 2);
    assert.match(pin(before), /"widgetInfo":\{"widgetType":"text","defaultValue":"1\.0\.0"\}/);
  });

  it("refuses a value that a dropdown of the widget metadata does not offer", () => {
    const options = {
      widgetDisplayType: "Dropdown",
      choices: ["0", "2"],
      fixedDomain: true,
      multiselect: false,
    };
    const before = withWidget({ widgetType: "text", defaultValue: "0" }, { defaultValue: "0", options });
    assert.throws(() => pin(before), { kind: "value-not-offered" });
  });

  it("recognises a combobox, which typedWidgetInfo describes as a dropdown without a fixed domain", () => {
    const options = { widgetDisplayType: "Dropdown", choices: ["0"], fixedDomain: false, multiselect: false };
    const before = withWidget({ widgetType: "combobox", defaultValue: "0" }, { defaultValue: "0", options });
    assert.match(pin(before), /"typedWidgetInfo":\{"defaultValue":"1\.0\.0"/);
  });

  it("refuses a multiselect in either form of widget metadata", () => {
    const options = { widgetDisplayType: "Dropdown", choices: ["0"], fixedDomain: true, multiselect: true };
    assert.throws(() => pin(withWidget({}, { defaultValue: "0", options })), { kind: "multiselect" });
    assert.throws(() => pin(withWidget({ widgetType: "multiselect", defaultValue: "0" }, {})), {
      kind: "multiselect",
    });
  });

  it("refuses widget metadata whose default is a number", () => {
    const before = withWidget({ widgetType: "text", defaultValue: 0 }, {});
    assert.throws(() => pin(before), { kind: "default-not-literal" });
  });
});

describe("the cells of an ipynb", () => {
  const call = 'dbutils.widgets.text("v", "0")';
  const pinned = 'dbutils.widgets.text("v", "1.0.0")';

  it("pins ipynb cells whose source is one string or a list of strings", () => {
    assert.equal(pin(codeCell(call)), codeCell(pinned));
    assert.equal(pin(codeCell(["x = 1\n", call])), codeCell(["x = 1\n", pinned]));
  });

  it("pins a declaration in an ipynb cell that is split into several strings", () => {
    assert.equal(
      pin(codeCell(["dbut", "ils.widgets.te", 'xt("', 'v", "0")'])),
      codeCell(["dbut", "ils.widgets.te", 'xt("', 'v", "1.0.0")']),
    );
  });

  it("joins the strings of an ipynb cell if the default itself is split", () => {
    assert.equal(
      pin(codeCell(['dbutils.widgets.text("v", "', "a", 'b")', "\nx"])),
      codeCell([pinned, "\nx"]),
    );
  });

  it("reads ipynb cells in the language of the notebook's metadata or of their magic", () => {
    const sql = "CREATE WIDGET TEXT v DEFAULT '0'";
    const done = "CREATE WIDGET TEXT v DEFAULT '1.0.0'";
    assert.equal(
      pin(codeCell(sql, {}, { language_info: { name: "sql" } })),
      codeCell(done, {}, { language_info: { name: "sql" } }),
    );
    assert.equal(pin(codeCell(`%sql\n${sql}`)), codeCell(`%sql\n${done}`));
    assert.equal(pin(codeCell(sql)), codeCell(sql));
  });

  it("does not pin ipynb cells with a cell magic of another tool", () => {
    assert.equal(pin(codeCell(`%%bash\n${call}`)), codeCell(`%%bash\n${call}`));
  });

  it("pins ipynb cells with a cell magic that measures their code", () => {
    assert.equal(pin(codeCell(`%%time\n${call}`)), codeCell(`%%time\n${pinned}`));
  });

  it("reads the last of two members of the same name in an ipynb cell", () => {
    const before = `{"cells":[{"cell_type":"code","source":"${call.replaceAll('"', "'")}","source":"x"}]}`;
    assert.equal(pin(before), before);
  });

  it("pins variables in a cell tagged `parameters` for Fabric, but not for Databricks", () => {
    const tagged = { tags: ["parameters"] };
    assert.equal(pin(codeCell("v = '0'\n", tagged)), codeCell("v = '1.0.0'\n", tagged));
    const databricks = { "application/vnd.databricks.v1+notebook": {} };
    assert.equal(pin(codeCell("v = '0'\n", tagged, databricks)), codeCell("v = '0'\n", tagged, databricks));
  });

  it("keeps the escape sequences of ipynb cells and of other values", () => {
    const before = `{"cells":[{"cell_type":"code","source":"# \\u00e9\\/\\ud83c\\udf26\\n\\u0064butils.widgets.text(\\u0022v\\u0022, \\"0\\")"}],"metadata":{"x":1.0E+2,"x":-0}}`;
    assert.equal(pin(before), before.replace('\\"0\\"', '\\"1.0.0\\"'));
  });
});

describe("the parameters cell of a Fabric notebook", () => {
  const notebook = (code: string) =>
    `# Fabric notebook source\n\n# CELL ********************\n\nv = "0"\n\n# PARAMETERS CELL ********************\n\n${code}\n\n# METADATA ********************\n\n# META {\n# META   "language": "python"\n# META }\n`;

  for (const [code, result] of [
    ['v = "0"', 'v = "1.0.0"'],
    ["w = 'v'; v: str = '0'  # v", "w = 'v'; v: str = '1.0.0'  # v"],
    ["v = (\n  '0'\n)", "v = (\n  '1.0.0'\n)"],
    ["vv = '0'\nx.v = '0'\nv == '0'\nf(v='0')\n# v = '0'", undefined],
  ] as const) {
    it(`${result === undefined ? "does not change" : "pins"} a parameters cell with ${JSON.stringify(code)}`, () => {
      const content = Buffer.from(notebook(code));
      assert.equal(
        pinNotebook("notebook-content.py", content, widgetPin).content.toString(),
        notebook(result ?? code),
      );
    });
  }
});
