import { isJsonObject, type JsonObject } from "../http/request.ts";

/** A notebook's content, whatever its form. */
export interface NotebookContent {
  /** Kernel and dependencies, such as the default lakehouse. */
  metadata: JsonObject;
  cells: Cell[];
}

interface Cell {
  kind: "code" | "markdown" | "parameters";
  source: string;
  metadata: JsonObject;
}

const firstLine = "# Fabric notebook source";
const marker = /^# (METADATA|CELL|MARKDOWN|PARAMETERS CELL) \*{20}$/;
const markers = { code: "CELL", markdown: "MARKDOWN", parameters: "PARAMETERS CELL" } as const;
const kinds = { CELL: "code", MARKDOWN: "markdown", "PARAMETERS CELL": "parameters" } as const;

/**
 * Reads Fabric's source form; undefined if the text does not have it.
 * Source: https://learn.microsoft.com/fabric/data-engineering/notebook-source-control-deployment
 */
export function readSource(text: string): NotebookContent | undefined {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  if (lines[0]?.trim() !== firstLine) return undefined;
  const content: NotebookContent = { metadata: {}, cells: [] };
  for (const { name, body } of blocks(lines.slice(1))) {
    if (name === "METADATA") {
      const metadata = readMetadata(body);
      if (!metadata) return undefined;
      const last = content.cells.at(-1);
      if (last) last.metadata = metadata;
      else content.metadata = metadata;
    } else {
      const kind = kinds[name as keyof typeof kinds];
      content.cells.push({ kind, source: readCell(kind, body), metadata: {} });
    }
  }
  return content;
}

function blocks(lines: readonly string[]): { name: string; body: string[] }[] {
  const found: { name: string; body: string[] }[] = [];
  for (const line of lines) {
    const name = marker.exec(line)?.[1];
    if (name) found.push({ name, body: [] });
    else found.at(-1)?.body.push(line);
  }
  return found.map(({ name, body }) => ({ name, body: body.join("\n").trim().split("\n") }));
}

function readMetadata(body: readonly string[]): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(body.map((line) => line.replace(/^# META ?/, "")).join("\n"));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Markdown and cells of another language are comments. */
function readCell(kind: Cell["kind"], body: readonly string[]): string {
  if (kind === "markdown") return body.map((line) => line.replace(/^# ?/, "")).join("\n");
  const isMagic = body.every((line) => /^# MAGIC( |$)/.test(line));
  return (isMagic ? body.map((line) => line.replace(/^# MAGIC ?/, "")) : body).join("\n");
}

export function writeSource({ metadata, cells }: NotebookContent): string {
  const stars = "*".repeat(20);
  const meta = (value: JsonObject) =>
    JSON.stringify(value, null, 2)
      .split("\n")
      .map((line) => `# META ${line}`)
      .join("\n");
  const parts = [firstLine, `# METADATA ${stars}`, meta(metadata)];
  for (const { kind, source, metadata } of cells) {
    parts.push(`# ${markers[kind]} ${stars}`, writeCell(kind, source));
    if (kind !== "markdown") parts.push(`# METADATA ${stars}`, meta(metadata));
  }
  return `${parts.join("\n\n")}\n`;
}

function writeCell(kind: Cell["kind"], source: string): string {
  const commented = (prefix: string) =>
    source
      .split("\n")
      .map((line) => `${prefix} ${line}`.trimEnd())
      .join("\n");
  if (kind === "markdown") return commented("#");
  return source.startsWith("%%") ? commented("# MAGIC") : source;
}

/** Reads an ipynb; undefined if the text is not one. */
export function readIpynb(text: string): NotebookContent | undefined {
  let notebook: unknown;
  try {
    notebook = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(notebook) || !Array.isArray(notebook.cells)) return undefined;
  const { kernel_info, dependencies } = isJsonObject(notebook.metadata) ? notebook.metadata : {};
  const cells = notebook.cells.filter(isJsonObject).map(({ cell_type, source, metadata }): Cell => {
    const given = isJsonObject(metadata) ? metadata : {};
    const isParameters = Array.isArray(given.tags) && given.tags.includes("parameters");
    const microsoft = isJsonObject(given.microsoft) ? given.microsoft : defaultLanguage;
    return {
      kind: cell_type === "markdown" ? "markdown" : isParameters ? "parameters" : "code",
      source: Array.isArray(source) ? source.join("") : String(source ?? ""),
      metadata: microsoft,
    };
  });
  const metadata = { ...(kernel_info ? { kernel_info } : {}), ...(dependencies ? { dependencies } : {}) };
  return { metadata: kernel_info ? metadata : { ...defaultMetadata, ...metadata }, cells };
}

export function writeIpynb({ metadata, cells }: NotebookContent): string {
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { language_info: { name: "python" }, ...metadata },
    cells: cells.map(({ kind, source, metadata }) => ({
      cell_type: kind === "markdown" ? "markdown" : "code",
      ...(kind === "markdown" ? {} : { execution_count: null, outputs: [] }),
      source: source.split(/(?<=\n)/),
      metadata: {
        ...(kind === "markdown" ? {} : { microsoft: metadata }),
        ...(kind === "parameters" ? { tags: ["parameters"] } : {}),
      },
    })),
  };
  return JSON.stringify(notebook, null, 1);
}

const defaultMetadata = { kernel_info: { name: "synapse_pyspark" }, dependencies: {} };
const defaultLanguage = { language: "python", language_group: "synapse_pyspark" };

/** What the service makes of a notebook that is created without a definition. */
export const emptyNotebook: NotebookContent = {
  metadata: defaultMetadata,
  cells: [{ kind: "code", source: "", metadata: defaultLanguage }],
};
