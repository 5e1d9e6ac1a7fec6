import { readFile } from "node:fs/promises";
import path from "node:path/posix";
import { nearestName } from "../text/nearest-name.ts";
import { declaredWidgets } from "./declarations/find-declarations.ts";
import { NotebookError } from "./notebook-error.ts";
import type { NotebookFile } from "./notebook-folder.ts";
import { extensionOf } from "./notebook-format.ts";
import { maxNotebookBytes, readNotebook } from "./read-notebook.ts";

/** The notebooks of a run, and the files beside them, which they may include or import. */
interface NotebooksOfRun {
  notebooks: readonly NotebookFile[];
  files: readonly NotebookFile[];
}

/**
 * A warning for each parameter that no notebook of the run declares as a widget or names in its code, with the nearest widget. There is none
 * if a notebook can read a parameter without naming it: by `getAll`, by a name that it computes, or in a notebook that it runs from
 * elsewhere.
 */
export async function undeclaredParameters(
  parameters: readonly string[],
  { notebooks, files }: NotebooksOfRun,
): Promise<string[]> {
  if (parameters.length === 0) return [];
  const reading = await readAll(notebooks, files);
  if (reading === undefined) return [];
  const { texts, widgets } = reading;
  return parameters
    .filter((name) => !widgets.has(name) && !texts.some((text) => namesParameter(text, name)))
    .map((name) => {
      const nearest = nearestName(name, widgets);
      const advice =
        nearest === undefined
          ? `declare it by dbutils.widgets.text("${name}", "") or remove it from the input 'parameters'.`
          : `did you mean "${nearest}"?`;
      const who =
        notebooks.length === 1
          ? `${notebooks[0]!.path} does not declare`
          : "No notebook of this run declares";
      return `${who} the parameter "${name}" as a widget; ${advice}`;
    });
}

/** The notebooks, those that they include by %run, and the modules that use widgets. Undefined if they may read any parameter. */
async function readAll(
  notebooks: readonly NotebookFile[],
  files: readonly NotebookFile[],
): Promise<{ texts: string[]; widgets: Set<string> } | undefined> {
  const byName = new Map(files.filter(isNotebook).map((file) => [nameOf(file), file]));
  const modules = files.filter((file) => !isNotebook(file) && extensionOf(file.path) === ".py");
  const sources = new Set([...notebooks, ...modules]);
  const texts: string[] = [];
  const widgets = new Set<string>();
  // A set that grows while it is walked: included notebooks come after the others.
  for (const file of sources) {
    if (file.size > maxNotebookBytes) return undefined;
    const content = await readFile(file.file);
    const text = content.toString("utf8");
    if (readsUnnamed.test(text)) return undefined;
    texts.push(text);
    if (!isNotebook(file)) continue;
    const declared = widgetsOf(file, content);
    if (declared === undefined) return undefined;
    for (const widget of declared) widgets.add(widget);
    for (const [, quoted, bare] of text.matchAll(include)) {
      const target = (quoted ?? bare)!;
      const included = byName.get(path.join(path.dirname(file.path), target));
      if (included === undefined || path.isAbsolute(target)) return undefined;
      sources.add(included);
    }
  }
  return { texts, widgets };
}

/** All parameters at once, or one whose name is not a literal. In an ipynb a quote has a backslash before it. */
const readsUnnamed =
  /\bgetAll\b|getCurrentBindings|\b(?:widgets\.get|getArgument)\s*\(\s*(?!\s|\\?["'])|\bwidgets\.(?:text|dropdown|combobox|multiselect)\s*\(\s*(?!\s|\\?["']|name\s*=\s*\\?["'])/;

/** `%run ./path` or `%run "./path"`. */
const include = /%run\s+(?:\\?"([^"\\]+)\\?"|([^\s"\\$]+))/g;

/** Whether the text has the name in quotes, or as SQL refers to parameters: `:name`, `${name}` or `$name`. */
function namesParameter(text: string, name: string): boolean {
  const escaped = name.replace(/[\\^$.|+*?()[\]{}]/g, "\\$&");
  return new RegExp(`["'\`:$]\\{?\\s*${escaped}(?!\\w)`).test(text);
}

/** Undefined if the notebook cannot be parsed. Databricks may still run it. */
function widgetsOf(file: NotebookFile, content: Buffer): string[] | undefined {
  try {
    const notebook = readNotebook(file.path, content);
    return notebook && declaredWidgets(notebook);
  } catch (error) {
    if (error instanceof NotebookError) return undefined;
    throw error;
  }
}

function isNotebook(file: NotebookFile): boolean {
  return file.format.kind !== "plain";
}

/** The path by which %run finds the notebook. */
function nameOf(file: NotebookFile): string {
  return file.path.slice(0, -extensionOf(file.path).length);
}
