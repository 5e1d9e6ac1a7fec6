import { languages } from "../languages/language.ts";
import { decodeBytes, encodeBytes } from "../languages/literal-text.ts";
import type { CodeCell } from "./code-cells.ts";

/** What Fabric has instead of dbutils, by module. https://learn.microsoft.com/fabric/data-engineering/notebook-utilities */
const insteadOfDbutils: Readonly<Record<string, string>> = {
  "dbutils.widgets": "assign the parameters in a parameters cell",
  "dbutils.notebook": "use notebookutils.notebook",
  "dbutils.fs": "use notebookutils.fs",
  "dbutils.secrets": "use notebookutils.credentials.getSecret with the address of a key vault",
  "dbutils.library": "use notebookutils.session.restartPython",
  "dbutils.data": "use display(df, summary=True)",
  "dbutils.jobs": "pass values by notebookutils.notebook.exit",
};
const insteadOfMagic: Readonly<Record<string, string>> = {
  fs: "use notebookutils.fs",
  restart_python: "use notebookutils.session.restartPython",
  skip: "remove the cell, or convert it to markdown",
  tensorboard: "remove it",
  set_cell_max_output_size_in_mb: "remove it",
};
const databricksModules = new Set(["databricks", "dlt", "delta_sharing"]);
/** The beginnings of paths that only Databricks has. */
const databricksPath = /^(?:file:)?(?:dbfs:\/|\/dbfs\/|\/Volumes\/|\/Workspace\/)/;

/** The limit of the cells that one notebook can run. https://learn.microsoft.com/fabric/data-engineering/notebook-limitation */
const maxCodeCells = 256;

interface Surroundings {
  /** The Python modules and packages in the notebook's folder. */
  modules: ReadonlySet<string>;
  /** The names of the project's notebooks, by which code may run them. */
  notebooks: ReadonlySet<string>;
}

/** A remark for each thing in a notebook that Fabric does not have, with the cells that use it and what to do. */
export function noCounterpart(file: string, cells: readonly CodeCell[], around: Surroundings): string[] {
  const remarks = new Map<string, { found: Found; cells: number[] }>();
  const uses = cells.map((cell) => ({ cell, found: findIn(cell, around) }));
  const isAdapted = uses.some(({ found }) => found.some(({ what }) => what === adapted));
  for (const { cell, found } of uses) {
    for (const one of found) {
      if (one.what === adapted || (isAdapted && one.ofDbutils)) continue;
      const remark = remarks.get(one.what) ?? { found: one, cells: [] };
      if (remark.cells.at(-1) !== cell.number) remark.cells.push(cell.number);
      remarks.set(one.what, remark);
    }
  }
  const sentences = [...remarks.values()].map(({ found, cells }) => {
    const where = `${cells.length === 1 ? "cell" : "cells"} ${listNumbers(cells)}`;
    return `${file} ${found.what} in ${where}, ${found.why}; ${found.advice}.`;
  });
  if (cells.length <= maxCodeCells) return sentences;
  return [
    ...sentences,
    `${file} has ${cells.length} code cells, and Fabric runs at most ${maxCodeCells} of a notebook; merge or split cells.`,
  ];
}

interface Found {
  /** Continues a sentence that begins with the file. */
  what: string;
  why: string;
  advice: string;
  ofDbutils?: boolean;
}

/** Marks a notebook that uses Fabric's own utilities, and so has its own way of telling the platforms apart. */
const adapted = "uses notebookutils";

function findIn(cell: CodeCell, around: Surroundings): Found[] {
  return [
    ...findMagics(cell),
    ...findNames(cell, around),
    ...(cell.language === "python" ? findImports(cell, around) : []),
  ];
}

function findMagics({ text }: CodeCell): Found[] {
  return [...text.matchAll(/^[ \t]*%([A-Za-z_]\w*)/gm)].flatMap(([, word]) => {
    const advice = insteadOfMagic[word!.toLowerCase()];
    return advice ? [{ what: `uses the magic %${word}`, why: "which Fabric does not have", advice }] : [];
  });
}

function findNames({ language, text }: CodeCell, { notebooks }: Surroundings): Found[] {
  const bytes = encodeBytes(text);
  const tokens = languages[language].tokens(bytes);
  const written = tokens.map(({ start, end }) => bytes.slice(start, end));
  return tokens.flatMap((token, index): Found[] => {
    const isMember = written[index - 1] === ".";
    if (token.kind === "string" && token.constant) return findPath(decodeBytes(written[index]!), language);
    if (token.kind !== "name" || isMember) return [];
    const path = dottedName(written, index);
    if (language === "sql") return isCreateWidget(written, index) ? [widgetsOfSql] : [];
    if (path[0] === "notebookutils" || path[0] === "mssparkutils")
      return [{ what: adapted, why: "", advice: "" }, ...findRuns(path, written, index, notebooks)];
    if (path[0] !== "dbutils") return [];
    const module = path.slice(0, 2).join(".");
    const advice = insteadOfDbutils[module] ?? "replace it";
    return [{ what: `uses ${module}`, why: "which Fabric does not have", advice, ofDbutils: true }];
  });
}

const widgetsOfSql: Found = {
  what: "creates a widget",
  why: "which Fabric does not have",
  advice: insteadOfDbutils["dbutils.widgets"]!,
};

function isCreateWidget(written: readonly string[], index: number): boolean {
  return /^create$/i.test(written[index]!) && /^widget$/i.test(written[index + 1] ?? "");
}

/** `a.b.c` as its names. In R it is one name. */
function dottedName(written: readonly string[], index: number): string[] {
  const names = written[index]!.split(".");
  for (let at = index; written[at + 1] === "." && written[at + 2] !== undefined; at += 2)
    names.push(written[at + 2]!);
  return names;
}

/**
 * `notebookutils.notebook.run("etl")` with the name of a notebook of this project, and `runMultiple` with such names in a list or in the paths of
 * activities. https://learn.microsoft.com/fabric/data-engineering/notebookutils/notebookutils-notebook-run
 */
function findRuns(
  path: string[],
  written: readonly string[],
  index: number,
  notebooks: ReadonlySet<string>,
): Found[] {
  if (path[1] !== "notebook" || (path[2] !== "run" && path[2] !== "runMultiple")) return [];
  const call = callArguments(written, index);
  const candidates = path[2] === "run" ? call.slice(0, call[0] === "path" ? 3 : 1) : call;
  const names = candidates.flatMap((each) => /^["'](.*)["']$/.exec(each)?.[1] ?? []);
  return [...new Set(names)]
    .filter((name) => notebooks.has(name))
    .map((name) => ({
      what: `runs the notebook "${name}" by its name`,
      why: "which finds an item of the workspace and not the file of this folder",
      advice: "include it by %run, or deploy it first",
    }));
}

/** What is written between the parentheses of the call that begins at the index. */
function callArguments(written: readonly string[], index: number): string[] {
  const open = written.indexOf("(", index);
  if (open === -1) return [];
  let depth = 0;
  const close = written.findIndex((each, at) => {
    if (at < open) return false;
    if (each === "(") depth++;
    else if (each === ")") depth--;
    return depth === 0;
  });
  return written.slice(open + 1, close === -1 ? undefined : close);
}

function findPath(literal: string, language: CodeCell["language"]): Found[] {
  const value = languages[language].decode(literal) ?? "";
  const start = databricksPath.exec(value)?.[0];
  if (start === undefined) return [];
  return [
    {
      what: `uses a path that begins with ${start}`,
      why: "which Fabric does not have",
      advice: "use Files/ in Spark, or /lakehouse/default/Files/ in Python, of the default lakehouse",
    },
  ];
}

function findImports({ text }: CodeCell, { modules }: Surroundings): Found[] {
  return [...text.matchAll(/^[ \t]*(?:from|import)[ \t]+([A-Za-z_]\w*)/gm)].flatMap(([, name]): Found[] => {
    if (databricksModules.has(name!))
      return [
        { what: `imports ${name}`, why: "which Fabric does not have", advice: "replace it", ofDbutils: true },
      ];
    if (!modules.has(name!)) return [];
    return [
      {
        what: `imports ${name} from its folder`,
        why: "but a Fabric notebook has no files beside it",
        advice: `put the module into an environment, or include a notebook by %run`,
      },
    ];
  });
}

function listNumbers(numbers: readonly number[]): string {
  if (numbers.length === 1) return String(numbers[0]);
  return `${numbers.slice(0, -1).join(", ")} and ${numbers.at(-1)}`;
}
