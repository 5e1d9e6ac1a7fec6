// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text is code of other languages
import assert from "node:assert/strict";
import { pinNotebook } from "../../../shared/notebook/pin.ts";

/**
 * Each form is a notebook's code in which «…» marks the default. Pinned to 1.0.0, the marked text becomes the text after `→`
 * (by default "1.0.0" in the quotes of the marked one) and nothing else changes.
 */
type Form = string | [code: string, becomes: string];

const headers = {
  py: "# Databricks notebook source\n",
  scala: "// Databricks notebook source\n",
  r: "# Databricks notebook source\n",
  sql: "-- Databricks notebook source\n",
};

function environment(comment: string): string {
  const lines = ["/// script", "[tool.databricks.environment]", 'environment_version = "5"', "///"];
  return lines.map((line) => `${comment} ${line}`).join("\n");
}

const pythonForms: Form[] = [
  'dbutils.widgets.text("v", «"0"»)',
  "dbutils.widgets.text('v', «'0'»)",
  'dbutils.widgets.text("v", «"0"», "Label")',
  'dbutils.widgets.text("v", «""», label="Label")',
  'dbutils.widgets.text(name="v", defaultValue=«"0"»)',
  'dbutils.widgets.text(defaultValue=«"0"», label="v", name="v")',
  'dbutils.widgets.text("v", label="0", defaultValue=«"0"»)',
  'dbutils.widgets.text(\n    "v",\n    «"0"»,\n)',
  'dbutils.widgets.text( # "v", "x"\n    "v" # the name\n    , # the default: "0"\n    «"0"» # as tested\n)',
  'dbutils . widgets . text ( "v" , «"0"» )',
  'dbutils.widgets \\\n  .text("v", «"0"»)',
  '(dbutils\n  .widgets\n  .text("v", «"0"»))',
  'dbutils.widgets.text(("v"), («"0"»))',
  'dbutils.widgets.text("v", ((\n  «"0"» # kept\n)))',
  'dbutils.widgets.text("""v""", «"""0"""»)',
  "dbutils.widgets.text('''v''', «'''0\n1'''»)",
  ["dbutils.widgets.text('v', «r'0'»)", "r'1.0.0'"],
  ['dbutils.widgets.text(u"v", «u"0"»)', 'u"1.0.0"'],
  ['dbutils.widgets.text("v", «"a\\"b\\\\"»)', '"1.0.0"'],
  'dbutils.widgets.text("\\x76", «"0"»)',
  'dbutils.widgets.dropdown("v", «"0"», ["0", "1.0.0"])',
  "dbutils.widgets.dropdown(name='v', defaultValue=«'0'», choices=['0', '1.0.0'], label='V')",
  'dbutils.widgets.dropdown("v", «"0"», choices=("0", "1.0.0",))',
  'dbutils.widgets.dropdown(choices=["0", "1.0.0"], defaultValue=«"0"», name="v")',
  'dbutils.widgets.combobox("v", «"0"», ["0"], "V")',
  'x = 1; dbutils.widgets.text("v", «"0"»); y = 2',
  'if True:\n\tdbutils.widgets.text("v", «"0"»)',
  'dbutils.widgets.text("v", «"0"»)\ndbutils.widgets.text("v", «"2"»)',
  'print(f"{a["b"]!r:>{w}} }} {{ {x:%Y \'q\'}")\ndbutils.widgets.text("v", «"0"»)',
  'f"{d[\'k\']}" f\'{ {1: "}"} }\'\ndbutils.widgets.text("v", «"0"»)',
  'x = "unclosed\ndbutils.widgets.text("v", «"0"»)',
  '!echo "weather\ndbutils.widgets.text("v", «"0"»)',
  'f"{a!="}" + b}"\ndbutils.widgets.text("v", «"0"»)',
  '%pip install "weather\ndbutils.widgets.text("v", «"0"»)',
  'y = (10\n  % 3)\ndbutils.widgets.text("v", «"0"»)',
  'größe = "ß"\ndbutils.widgets.text("v", «"ü"»)',
];

const scalaForms: Form[] = [
  'dbutils.widgets.text("v", «"0"»)',
  'dbutils.widgets.text("v", «"0"», "Label")',
  'dbutils.widgets.text(name = "v", defaultValue = «"0"»)',
  'dbutils.widgets.text(defaultValue = «"0"», argName = "v")',
  'dbutils\n  .widgets\n  .text("v", /* "x" /* nested */ */ «"0"») // "v"',
  ['dbutils.widgets.text("v", «"""0"""»)', '"""1.0.0"""'],
  ['dbutils.widgets.text("v", «"""a"b""""»)', '"""1.0.0"""'],
  'dbutils.widgets.dropdown("v", «"0"», Seq("0", "1.0.0"))',
  'dbutils.widgets.dropdown("v", «"0"», List("0", "1.0.0"), "V")',
  'dbutils.widgets.combobox("v", «"0"», Array("0"))',
  `val c = '"'; val s = 'symbol; dbutils.widgets.text("v", «"0"»)`,
  'val s = s"a ${m("k")} $b $$"; dbutils.widgets.text("v", «"0"»)',
];

const rForms: Form[] = [
  'dbutils.widgets.text("v", «"0"»)',
  "dbutils.widgets.text('v', «'0'», 'Label')",
  'dbutils.widgets.text(defaultValue = «"0"», name = "v")',
  'dbutils.widgets.text("v", # "x"\n  «"0"»)',
  ["dbutils.widgets.text('v', «r\"(0)\"»)", 'r"(1.0.0)"'],
  ["dbutils.widgets.text('v', «R'---[a]--']---'»)", "R'---[1.0.0]---'"],
  'dbutils.widgets.dropdown("v", «"0"», list("0", "1.0.0"))',
  'dbutils.widgets.dropdown("v", «"0"», as.list(c("0", "1.0.0")))',
  'dbutils.widgets.combobox("v", «"0"», c("0"), "V")',
  'x <- "a\nb"; `odd "name` <- 1\ndbutils.widgets.text("v", «"0"»)',
];

const sqlForms: Form[] = [
  'CREATE WIDGET TEXT v DEFAULT «"0"»',
  "create widget text v default «'0'»;",
  "CREATE WIDGET TEXT `v` DEFAULT «'0'»",
  "CREATE /* a /* b */ */ WIDGET -- text\n TEXT\n v\n DEFAULT\n «'0'»\n;\nSELECT 1",
  'CREATE WIDGET DROPDOWN v DEFAULT «"0"» CHOICES SELECT * FROM (VALUES ("0"), ("1.0.0"))',
  "CREATE WIDGET DROPDOWN v DEFAULT «'0'» CHOICES (VALUES '0', '1.0.0')",
  "CREATE WIDGET DROPDOWN v DEFAULT «'0'» CHOICES SELECT '0' UNION ALL SELECT '1.0.0'",
  'CREATE WIDGET COMBOBOX v DEFAULT «"0"» CHOICES SELECT DISTINCT x FROM t',
  "CREATE WIDGET TEXT a DEFAULT 'x'\nCREATE WIDGET TEXT v DEFAULT «'0'»\nCREATE WIDGET TEXT b DEFAULT 'y'",
  "CREATE WIDGET TEXT v DEFAULT «'it''s \\' it'»",
  ["CREATE WIDGET TEXT v DEFAULT «r'0'»", "r'1.0.0'"],
  "SELECT 'a', \"b\", `c'`; CREATE WIDGET TEXT v DEFAULT «'0'»",
];

const magicForms: Form[] = [
  '# COMMAND ----------\n# MAGIC %sql\n# MAGIC CREATE WIDGET TEXT v\n# MAGIC   DEFAULT «"0"»',
  "# COMMAND ----------\n# DBTITLE 1,Widgets\n# MAGIC %sql CREATE WIDGET TEXT v DEFAULT «'0'»;",
  '# COMMAND ----------\n\n# MAGIC %scala\n# MAGIC dbutils.widgets.text(\n# MAGIC   "v", «"0"») // c',
  "# COMMAND ----------\n# MAGIC %r\n# MAGIC dbutils.widgets.text('v', «'0'»)",
  '# COMMAND ----------\n# MAGIC %python\n# MAGIC dbutils.widgets.text("v", «"""0\n# MAGIC 1"""»)',
  '# COMMAND ----------\n# MAGIC %pip install x\n# MAGIC dbutils.widgets.text("v", «"0"»)',
  '"""\n# COMMAND ----------\ndbutils.widgets.text("v", «"0"»)',
  // The environment of a notebook: https://packaging.python.org/en/latest/specifications/inline-script-metadata/
  `${environment("#")}\n# MAGIC %sql\n# MAGIC CREATE WIDGET TEXT v DEFAULT «'0'»`,
  `${environment("#")}\n# DBTITLE 1,Widgets\n# MAGIC %sql CREATE WIDGET TEXT v DEFAULT «'0'»`,
  `${environment("#")}\ndbutils.widgets.text("v", «"0"»)`,
  `# /// script\n# COMMAND ----------\ndbutils.widgets.text("v", «"0"»)\n# COMMAND ----------\n# ///`,
  `# /// script\n# not closed\ndbutils.widgets.text("v", «"0"»)`,
];

describe("pinning every form of declaration", () => {
  for (const form of pythonForms) specify("py", form);
  for (const form of scalaForms) specify("scala", form);
  for (const form of rForms) specify("r", form);
  for (const form of sqlForms) specify("sql", form);
  for (const form of magicForms) specify("py", form);
  specify("sql", '-- COMMAND ----------\n-- MAGIC %python\n-- MAGIC dbutils.widgets.text("v", «"0"»)');
  specify("sql", `${environment("--")}\n-- MAGIC %python\n-- MAGIC dbutils.widgets.text("v", «"0"»)`);
  specify("scala", '// COMMAND ----------\n// MAGIC %sql\n// MAGIC CREATE WIDGET TEXT v DEFAULT «"0"»');
});

describe("pinning code that does not declare the widget", () => {
  const untouched: [keyof typeof headers, string][] = [
    ["py", '# dbutils.widgets.text("v", "0")'],
    ["py", '"""\ndbutils.widgets.text("v", "0")\n"""'],
    ["py", 'x = \'dbutils.widgets.text("v", "0")\''],
    ["py", "spark.sql(\"CREATE WIDGET TEXT v DEFAULT '0'\")"],
    ["py", "x = f\"{1}dbutils.widgets.text('v', '0')\""],
    ["py", 'dbutils.widgets.text("w", "v")\ndbutils.widgets.text("v2", "0", "v")'],
    [
      "py",
      'dbutils.widgets.text(v, "0")\ndbutils.widgets.text(f"v", "0")\ndbutils.widgets.text("v" + "", "0")',
    ],
    ["py", 'dbutils.widgets.get("v")\ndbutils.widgets.remove("v")\nmydbutils.widgets.text("v", "0")'],
    ["py", 'dbutils.widgets.text("v", "0"'],
    ["py", 'dbutils.widgets.text(name == "v", "0")'],
    ["py", "'''\n  # COMMAND ----------\ndbutils.widgets.text('v', '0')\n# COMMAND ---------- x\n'''"],
    ["py", '# COMMAND ----------\n# MAGIC %md\n# MAGIC dbutils.widgets.text("v", "0")'],
    ["py", "# COMMAND ----------\n# MAGIC %run ./x $v=\"dbutils.widgets.text('v', '0')\""],
    ["py", "# COMMAND ----------\n# MAGIC %sh\n# MAGIC CREATE WIDGET TEXT v DEFAULT '0'"],
    ["py", "# COMMAND ----------\n# MAGIC %sql\n# MAGIC -- CREATE WIDGET TEXT v DEFAULT '0'"],
    ["py", '# COMMAND ----------\n# MAGIC %skip\n# MAGIC dbutils.widgets.text("v", "0")'],
    ["py", "CREATE WIDGET TEXT v DEFAULT '0'"],
    ["py", "# COMMAND ----------\n# MAGICAL\n# MAGIC %sql CREATE WIDGET TEXT v DEFAULT '0'"],
    ["sql", "REMOVE WIDGET v; SELECT 'CREATE WIDGET TEXT v DEFAULT \"0\"'"],
    ["sql", "/* CREATE WIDGET TEXT v DEFAULT '0' */ CREATE WIDGET TEXT V DEFAULT '0'"],
    ["sql", "-- a comment that goes on \\\nCREATE WIDGET TEXT v DEFAULT '0'"],
    ["scala", '/* /* */ dbutils.widgets.text("v", "0") */ // dbutils.widgets.text("v", "0")'],
    ["scala", 'val x = """ dbutils.widgets.text("v", "0") """; val y = s"${"dbutils.widgets.text(1)"}"'],
    ["r", 'x <- r"---(dbutils.widgets.text("v", "0"))---"\nmy.dbutils.widgets.text("v", "0")'],
  ];
  for (const [extension, code] of untouched) {
    it(`leaves the ${extension} code ${JSON.stringify(code)} unchanged`, () => {
      const content = Buffer.from(`${headers[extension]}${code}\n`);
      const pinned = pinNotebook(`n.${extension}`, content, { widget: "v", value: "1.0.0" });
      assert.equal(pinned.declarations, 0);
      assert.deepEqual(pinned.content, content);
    });
  }

  it("leaves a Python file that is not a notebook unchanged", () => {
    const content = Buffer.from('dbutils.widgets.text("v", "0")\n');
    assert.equal(pinNotebook("module.py", content, { widget: "v", value: "1" }).content, content);
  });
});

function specify(extension: keyof typeof headers, form: Form): void {
  const [marked, becomes] = typeof form === "string" ? [form, undefined] : form;
  it(`sets the default between « and » in the ${extension} code ${JSON.stringify(marked)}`, () => {
    const before = headers[extension] + marked.replace(/[«»]/g, "");
    const after =
      headers[extension] +
      marked.replace(/«([^»]*)»/g, (_, literal: string) => {
        const quote = /^("""|'''|"|')/.exec(literal)?.[0];
        return becomes ?? `${quote}1.0.0${quote}`;
      });
    // Line breaks, byte order mark and last line of a file stay as they are.
    for (const variant of [
      (text: string) => text,
      (text: string) => `\ufeff${text.replaceAll("\n", "\r\n")}\r\n`,
      (text: string) => `${text}\n\n`,
    ]) {
      const pinned = pinNotebook(`n.${extension}`, Buffer.from(variant(before)), {
        widget: "v",
        value: "1.0.0",
      });
      assert.equal(pinned.content.toString(), variant(after));
      const again = pinNotebook(`n.${extension}`, pinned.content, { widget: "v", value: "1.0.0" });
      assert.equal(again.changed, false);
    }
  });
}
