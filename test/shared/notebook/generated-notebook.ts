import fc from "fast-check";

/** A generated notebook: its text with DEFAULT0, DEFAULT1, … where defaults are written, and those literals. */
export interface GeneratedNotebook {
  file: string;
  skeleton: string;
  /** The literal of each default as it is written in the code, with its language. */
  literals: { language: CodeLanguage; literal: string }[];
  /** How code is written in the file: as it is, or as the inside of a JSON string. */
  written: (code: string) => string;
}

export type CodeLanguage = "python" | "sql" | "scala" | "r";

export const widgetName = "package_version";
const slot = "\u{1F4CC}";

/** Code that declares nothing, however much it looks like it. */
const noise: Record<CodeLanguage, string[]> = {
  python: [
    `# dbutils.widgets.text("${widgetName}", "0")`,
    `"""\ndbutils.widgets.text('${widgetName}', '0')\n"""`,
    `x = r'\\d' + 'dbutils.widgets.text("${widgetName}", "0")'`,
    `f"{d["dbutils.widgets.text('${widgetName}', '0')"]!r:>{n}} {{"`,
    `dbutils.widgets.text("other", "${widgetName}", label="${widgetName}")`,
    `dbutils.widgets.multiselect("other", "0", ["${widgetName}"])`,
    `print(dbutils.widgets.get("${widgetName}"), größe % 2)`,
    "%pip install 'x",
    "",
  ],
  sql: [
    `-- CREATE WIDGET TEXT ${widgetName} DEFAULT "0"`,
    `/* CREATE WIDGET TEXT /* x */ ${widgetName} DEFAULT "0" */`,
    `SELECT 'CREATE WIDGET TEXT ${widgetName} DEFAULT \\'0\\'' AS \`it''s "\`;`,
    `CREATE WIDGET TEXT other DEFAULT '${widgetName}';`,
    `REMOVE WIDGET ${widgetName};`,
    "SELECT 'ü', r'\\', 1.5e3;",
    "",
  ],
  scala: [
    `// dbutils.widgets.text("${widgetName}", "0")`,
    `/* dbutils.widgets.text("${widgetName}", /* */ "0") */`,
    `val s = """dbutils.widgets.text("${widgetName}", "0")"""`,
    `val t = s"\${m("dbutils.widgets.text")} $$ \\" " + '"'`,
    `dbutils.widgets.text("other", "${widgetName}", "${widgetName}")`,
    "",
  ],
  r: [
    `# dbutils.widgets.text("${widgetName}", "0")`,
    `x <- r"-(dbutils.widgets.text("${widgetName}", "0"))-"`,
    `y <- 'it\\'s dbutils.widgets.text("${widgetName}", "0")'`,
    `dbutils.widgets.text("other", "${widgetName}")`,
    '`odd "name` <- 1',
    "",
  ],
};

/** Declarations of the widget, with slot for the default. */
const declarations: Record<CodeLanguage, string[]> = {
  python: [
    `dbutils.widgets.text("${widgetName}", ${slot})`,
    `dbutils.widgets.text(name='${widgetName}', defaultValue=${slot}, label="x")`,
    `dbutils.widgets.text(\n  label='${widgetName}', # "${widgetName}"\n  defaultValue=(${slot}), # 0\n  name="""${widgetName}""",\n)`,
    `dbutils.widgets.combobox('${widgetName}', ${slot}, ["a", "b"])`,
    `dbutils.widgets.dropdown("${widgetName}", ${slot}, versions)`,
  ],
  sql: [
    `CREATE WIDGET TEXT ${widgetName} DEFAULT ${slot};`,
    `create widget\n  dropdown \`${widgetName}\` -- x\n  default ${slot} CHOICES SELECT v FROM versions;`,
    `CREATE WIDGET COMBOBOX ${widgetName} DEFAULT ${slot} CHOICES SELECT 'a';`,
  ],
  scala: [
    `dbutils.widgets.text("${widgetName}", ${slot})`,
    `dbutils\n  .widgets.text(defaultValue = ${slot}, /* "0" */ name = "${widgetName}")`,
    `dbutils.widgets.dropdown("${widgetName}", ${slot}, versions, "x")`,
  ],
  r: [
    `dbutils.widgets.text("${widgetName}", ${slot})`,
    `dbutils.widgets.combobox(label = '${widgetName}', name = '${widgetName}', # x\n  defaultValue = ${slot}, choices = list("a"))`,
  ],
};

const literalsByLanguage: Record<CodeLanguage, string[]> = {
  python: ['"0"', "'0.0'", '""', "'''a'b'''", '"""é"""', 'r"\\d"', "u'\\''", '"a\\\\"'],
  sql: ['"0"', "'0'", "'it''s'", '"a\\"b"', "r'\\d'", "''", "'é'"],
  scala: ['"0"', '"""a"b"""', '"a\\"b\\\\"', '""', '"é"'],
  r: ['"0"', "'0'", 'r"(a"b)"', "R'--[x]--'", "'é\\''"],
};

interface Cell {
  language: CodeLanguage | "md";
  lines: string;
}

const codeCell = (language: CodeLanguage) =>
  fc
    .array(
      fc.oneof(
        { weight: 2, arbitrary: fc.constantFrom(...noise[language]) },
        { weight: 1, arbitrary: fc.constantFrom(...declarations[language]) },
      ),
      { minLength: 1, maxLength: 5 },
    )
    .map((statements): Cell => ({ language, lines: statements.join("\n") }));

const anyCell = fc.oneof(
  fc.constantFrom<CodeLanguage>("python", "sql", "scala", "r").chain(codeCell),
  fc.constant<Cell>({ language: "md", lines: `dbutils.widgets.text("${widgetName}", "0")` }),
);

/** Notebooks of each format and language: mixed line ends, a byte order mark or none, a last line end or none. */
export const generatedNotebook: fc.Arbitrary<GeneratedNotebook> = fc
  .record({
    main: fc.constantFrom<CodeLanguage>("python", "sql", "scala", "r"),
    ipynb: fc.boolean(),
    cells: fc.array(anyCell, { minLength: 1, maxLength: 6 }),
    picks: fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
    lineEnds: fc.array(fc.constantFrom("\n", "\r\n"), { minLength: 1, maxLength: 7 }),
    bom: fc.boolean(),
    lastLine: fc.constantFrom("", "\n", "\r\n\r\n"),
    indent: fc.constantFrom(0, 1, 4),
    oneString: fc.boolean(),
  })
  .map(({ main, ipynb, cells, picks, lineEnds, bom, lastLine, indent, oneString }) => {
    const literals: GeneratedNotebook["literals"] = [];
    const filled = cells.map((cell) => ({
      ...cell,
      lines: cell.lines.replaceAll(slot, () => {
        const options = literalsByLanguage[cell.language as CodeLanguage];
        const literal = options[picks[literals.length % picks.length]! % options.length]!;
        literals.push({ language: cell.language as CodeLanguage, literal });
        return `DEFAULT${literals.length - 1};`;
      }),
    }));
    let line = 0;
    const mixLineEnds = (text: string) => text.replace(/\n/g, () => lineEnds[line++ % lineEnds.length]!);
    const text = ipynb ? ipynbText(main, filled, indent, oneString) : sourceText(main, filled);
    const skeleton = (bom ? "\ufeff" : "") + mixLineEnds(text) + lastLine;
    const extension = { python: "py", sql: "sql", scala: "scala", r: "r" }[main];
    return {
      file: `notebook.${ipynb ? "ipynb" : extension}`,
      skeleton,
      literals,
      written: ipynb ? (code) => JSON.stringify(code).slice(1, -1) : (code) => code,
    };
  });

/** The notebook's bytes with `literals` in its slots. */
export function fill(notebook: GeneratedNotebook, literals: string[]): Buffer {
  return Buffer.from(
    notebook.skeleton.replace(/DEFAULT(\d+);/g, (_, index) => notebook.written(literals[Number(index)]!)),
  );
}

function sourceText(main: CodeLanguage, cells: Cell[]): string {
  const comment = { python: "#", r: "#", scala: "//", sql: "--" }[main];
  const written = cells.map(({ language, lines }) => {
    if (language === main) return lines;
    return [`%${language}`, ...lines.split("\n")].map((line) => `${comment} MAGIC ${line}`).join("\n");
  });
  return `${comment} Databricks notebook source\n${written.join(`\n\n${comment} COMMAND ----------\n\n`)}`;
}

function ipynbText(main: CodeLanguage, cells: Cell[], indent: number, oneString: boolean): string {
  const document = {
    metadata: { language_info: { name: main }, ratio: 1.5 },
    cells: cells.map(({ language, lines }) => {
      const code = language === main || language === "md" ? lines : `%${language}\n${lines}`;
      const source = oneString ? code : code.split(/(?<=\n)/);
      return {
        cell_type: language === "md" ? "markdown" : "code",
        metadata: {},
        outputs: [{ text: lines }],
        source,
      };
    }),
    nbformat: 4,
    nbformat_minor: 5,
  };
  return JSON.stringify(
    document,
    (key, value) => (key === "text" ? String(value).replace(/DEFAULT\d+;/g, "0") : value),
    indent,
  );
}
