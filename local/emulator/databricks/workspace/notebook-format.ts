/** Languages of a notebook, and by what a source file of each begins. Source: https://docs.databricks.com/aws/en/notebooks/notebook-export-import */
export const languages = {
  PYTHON: { header: "# Databricks notebook source", comment: "#", extensions: [".py"] },
  SQL: { header: "-- Databricks notebook source", comment: "--", extensions: [".sql"] },
  SCALA: { header: "// Databricks notebook source", comment: "//", extensions: [".scala"] },
  R: { header: "# Databricks notebook source", comment: "#", extensions: [".r", ".R"] },
} as const;

export type Language = keyof typeof languages;

export function isLanguage(text: string): text is Language {
  return text in languages;
}

/** The language of a source file by the extension of its name. */
export function languageOfName(name: string): Language | undefined {
  return (Object.keys(languages) as Language[]).find((language) =>
    languages[language].extensions.some((extension) => name.endsWith(extension)),
  );
}

export function hasHeader(content: Buffer, language: Language): boolean {
  const firstLine = content
    .subarray(0, 200)
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/, 1)[0];
  return firstLine === languages[language].header;
}

/** The source with the header of a notebook. Source without a header becomes a notebook of one cell. */
export function withHeader(content: Buffer, language: Language): Buffer {
  if (hasHeader(content, language)) return content;
  return Buffer.concat([Buffer.from(`${languages[language].header}\n`), content]);
}

interface Ipynb {
  nbformat: number;
  cells: { cell_type: string; source: string | string[] }[];
  metadata?: { language_info?: { name?: string }; kernelspec?: { language?: string } };
}

/** A Jupyter notebook of format 4 or later; undefined if the bytes are not one. */
export function parseIpynb(content: Buffer): Ipynb | undefined {
  try {
    const value = JSON.parse(content.toString("utf8")) as Partial<Ipynb>;
    return typeof value.nbformat === "number" && value.nbformat >= 4 && Array.isArray(value.cells)
      ? (value as Ipynb)
      : undefined;
  } catch {
    return undefined;
  }
}

export function languageOfIpynb({ metadata }: Ipynb): Language {
  const name = (metadata?.language_info?.name ?? metadata?.kernelspec?.language ?? "python").toUpperCase();
  return isLanguage(name) ? name : "PYTHON";
}

/** A Jupyter notebook in source form: COMMAND lines separate the cells, and Markdown becomes %md. */
export function ipynbToSource(notebook: Ipynb, language: Language): string {
  const { header, comment } = languages[language];
  const cells = notebook.cells.map(({ cell_type: type, source }) => {
    const text = Array.isArray(source) ? source.join("") : source;
    if (type === "markdown") return magic(`%md\n${text}`, comment);
    return text.startsWith("%") ? magic(text, comment) : text;
  });
  return `${header}\n${cells.join(`\n\n${comment} COMMAND ----------\n\n`)}\n`;
}

/** Notebook source as a Jupyter notebook of format 4. */
export function sourceToIpynb(source: string, language: Language): object {
  const { comment } = languages[language];
  const body = source.replace(/^[^\n]*\n/, "");
  const cells = body.split(new RegExp(`\\n*^${comment} COMMAND ----------$\\n*`, "m")).map((cell) => {
    const prefix = `${comment} MAGIC `;
    const lines = cell
      .split("\n")
      .map((line) => (line.startsWith(prefix) ? line.slice(prefix.length) : line));
    const text = lines.join("\n").trim();
    const isMarkdown = text.startsWith("%md");
    return {
      cell_type: isMarkdown ? "markdown" : "code",
      metadata: {},
      source: (isMarkdown ? text.replace(/^%md\s*/, "") : text).split(/(?<=\n)/),
      ...(isMarkdown ? {} : { execution_count: null, outputs: [] }),
    };
  });
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { language_info: { name: language.toLowerCase() } },
    cells,
  };
}

function magic(text: string, comment: string): string {
  return text
    .split("\n")
    .map((line) => `${comment} MAGIC ${line}`)
    .join("\n");
}
