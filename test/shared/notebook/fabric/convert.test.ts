import assert from "node:assert/strict";
import fc from "fast-check";
import { cellsOf, databricks, ipynb, magic, parse, projectOf } from "./project.ts";

async function converted(content: string, file = "etl.py"): Promise<string[]> {
  return cellsOf((await projectOf({ [file]: content })).notebooks[0]!);
}

describe("converting a notebook of Databricks for Fabric", () => {
  const forms: [databricks: string, fabric: string][] = [
    ["x = 1\n\n\ny = 2", "code:x = 1\n\n\ny = 2"],
    [magic("%md\n# Title\n\ntext"), "markdown:# Title\n\ntext"],
    [magic("%md # Title"), "markdown:# Title"],
    [magic("%md-sandbox\n<b>x</b>"), "markdown:<b>x</b>"],
    [magic("%sql\nSELECT 1;\nSELECT 2"), "code:%%sql\nSELECT 1;\nSELECT 2"],
    [magic("%sql SELECT 1"), "code:%%sql\nSELECT 1"],
    [magic("%python\nprint(1)"), "code:print(1)"],
    [magic("%scala\nval x = 1"), "code:%%spark\nval x = 1"],
    [magic("%r\nx <- 1"), "code:%%sparkr\nx <- 1"],
    [magic("%sh\nls -e"), "code:%%sh\nls -e"],
    [magic("%sh -e\nls"), "code:%%sh\nls"],
    [magic("%pip install --quiet pandas"), "code:%pip install --quiet pandas"],
    [magic("%fs ls /"), "code:%fs ls /"],
    [magic("%run ./tariff"), "code:%run tariff"],
    [magic('%run "./daily load"'), 'code:%run "daily load"'],
    [magic('%run ./tariff $day="1" $name = "a b"'), 'code:%run tariff {"day":"1","name":"a b"}'],
    ["# DBTITLE 1,Load\nx = 1", "code:# Load\nx = 1"],
    [`# DBTITLE 1,Load\n${magic("%sql\nSELECT 1")}`, "code:%%sql\n-- Load\nSELECT 1"],
    [`# DBTITLE 1,Load\n${magic("%md\ntext")}`, "markdown:**Load**\n\ntext"],
    [`# DBTITLE 1,Load\n${magic("%run ./tariff")}`, "code:%run tariff\n# Load"],
    ["%%time\nx = 1", "code:%%time\nx = 1"],
    ["", "code:"],
  ];
  for (const [from, to] of forms)
    it(`${JSON.stringify(from)} becomes ${JSON.stringify(to)}`, async () => {
      assert.deepEqual(await converted(databricks("first = 1", from, "last = 1")), [
        "code:first = 1",
        to,
        "code:last = 1",
      ]);
    });

  it("a notebook in another language than Python has its language in each cell", async () => {
    const sql =
      "-- Databricks notebook source\nSELECT 1\n\n-- COMMAND ----------\n\n-- MAGIC %python\n-- MAGIC x = 1\n";
    assert.deepEqual(await converted(sql, "a.sql"), ["code:%%sql\nSELECT 1", "code:x = 1"]);
    const scala = "// Databricks notebook source\nval x = 1\n\n// COMMAND ----------\n\n// MAGIC %md text\n";
    assert.deepEqual(await converted(scala, "a.scala"), ["code:%%spark\nval x = 1", "markdown:text"]);
    assert.deepEqual(await converted("# Databricks notebook source\nx <- 1", "a.r"), [
      "code:%%sparkr\nx <- 1",
    ]);
  });

  it("an ipynb that Databricks exported loses its outputs and keeps its cells", async () => {
    const content = ipynb(
      [
        { cell_type: "markdown", source: "# Title", metadata: {} },
        { cell_type: "code", source: ["%sql\n", "SELECT 1"], metadata: {}, outputs: [{ text: "big" }] },
        { cell_type: "code", source: "%md\ntext", metadata: {} },
        {
          cell_type: "code",
          source: 'day = "1"',
          metadata: {
            tags: ["parameters"],
            "application/vnd.databricks.v1+cell": { title: "Day", showTitle: true },
          },
        },
        { cell_type: "raw", source: "raw", metadata: {} },
      ],
      { "application/vnd.databricks.v1+notebook": { language: "python" } },
    );
    const { notebooks } = await projectOf({ "etl.ipynb": content });
    const [part] = notebooks[0]!.definition.parts;
    assert.deepEqual(cellsOf(notebooks[0]!), [
      "markdown:# Title",
      "code:%%sql\nSELECT 1",
      "markdown:text",
      'code:# Day\nday = "1"',
      "raw:raw",
    ]);
    assert.deepEqual(parse(part!.content).cells[3]!.metadata.tags, ["parameters"]);
    assert.doesNotMatch(part!.content, /big|databricks/);
    assert.equal(part!.path, "notebook-content.ipynb");
  });

  it('a cell with the title "Parameters" becomes the parameters cell', async () => {
    const { notebooks } = await projectOf({
      "etl.py": databricks('# DBTITLE 1,Parameters\nday = "1"', "x = 1"),
    });
    const { cells, metadata } = parse(notebooks[0]!.definition.parts[0]!.content);
    assert.deepEqual(
      cells.map((cell) => cell.metadata.tags),
      [["parameters"], undefined],
    );
    assert.equal(metadata.kernelspec.name, "synapse_pyspark");
  });

  it("no cell is lost, and the text of none changes, whatever the notebook contains", async () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "# COMMAND ----------",
        "# MAGIC x",
        "# DBTITLE 1,x",
        "%sql",
        "%md",
        "%%sql",
        "ü\u2028",
        '"""',
        "\\u0041",
      ),
    );
    const language = fc.constantFrom("", "%sql", "%md", "%scala", "%r", "%python", "%sh");
    const cell = fc.record({
      language,
      text: fc.array(line, { maxLength: 4 }).map((lines) => lines.join("\n")),
    });
    const prefix: Record<string, string> = {
      "%sql": "%%sql\n",
      "%scala": "%%spark\n",
      "%r": "%%sparkr\n",
      "%sh": "%%sh\n",
    };
    const notebook = fc.record({ cells: fc.array(cell, { minLength: 1, maxLength: 5 }), crlf: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(notebook, async ({ cells, crlf }) => {
        // Begins with a name, so that the text is neither a magic, a title nor a separator of its own.
        const given = cells.map(({ language, text }) => ({
          language,
          text: `x${text.replace(/\r/g, "")}`.trimEnd(),
        }));
        const usable = given.map(({ language, text }) =>
          language === "" ? { language, text: text.replaceAll("# COMMAND", "#COMMAND") } : { language, text },
        );
        const source = databricks(
          ...usable.map(({ language, text }) => (language === "" ? text : magic(`${language}\n${text}`))),
        );
        const actual = await converted(crlf ? source.replaceAll("\n", "\r\n") : source);
        const expected = usable.map(({ language, text }) => {
          return `${language === "%md" ? "markdown" : "code"}:${prefix[language] ?? ""}${text}`;
        });
        assert.deepEqual(actual, expected);
      }),
      { numRuns: 80 },
    );
  });
});
