/**
 * The definition of a notebook as Fabric's API accepts it. A `.platform` file is not a part of it: its name would replace the one that the item is created with.
 * https://learn.microsoft.com/rest/api/fabric/articles/item-management/definitions/notebook-definition
 */
export interface FabricDefinition {
  format: "ipynb" | "fabricGitSource";
  parts: readonly { path: string; content: string }[];
}

/** A line `%run name` with its prefix, in a source form also as `# MAGIC %run name`. Options such as `-b` run a script instead of a notebook. */
const runLine = /^([ \t]*(?:(?:#|\/\/|--) MAGIC )?%run[ \t]+)("[^"\n]*"|[^\s"{-][^\s{]*)/gm;

/** The names of the notebooks that a definition includes by `%run`. */
export function includesOf(definition: FabricDefinition): string[] {
  const names = new Set<string>();
  withIncludes(definition, (name) => {
    names.add(name);
    return name;
  });
  return [...names];
}

/**
 * The definition with other names after `%run`. Fabric finds an included notebook by the name of its item, so that a project whose items get
 * names of their own includes them by those.
 * @param names the name that an item is created with, by FabricNotebook.itemName
 */
export function withItemNames(
  definition: FabricDefinition,
  names: ReadonlyMap<string, string>,
): FabricDefinition {
  return withIncludes(definition, (name) => names.get(name) ?? name);
}

/** The definition with each name after `%run` replaced; a part in which no name changes keeps its text. */
export function withIncludes(
  { format, parts }: FabricDefinition,
  rename: (name: string) => string,
): FabricDefinition {
  const map = format === "ipynb" ? mapCells : (text: string) => mapIncludes(text, rename);
  return { format, parts: parts.map(({ path, content }) => ({ path, content: map(content, rename) })) };
}

function mapIncludes(text: string, rename: (name: string) => string): string {
  return text.replace(
    runLine,
    (_, start: string, name: string) => start + quoteName(rename(name.replace(/^"(.*)"$/, "$1"))),
  );
}

function mapCells(content: string, rename: (name: string) => string): string {
  const notebook = JSON.parse(content.replace(/^\ufeff/, "")) as {
    cells: { cell_type?: unknown; source?: unknown }[];
  };
  let changed = false;
  for (const cell of notebook.cells) {
    if (cell.cell_type !== "code") continue;
    const text = sourceText(cell.source);
    const mapped = mapIncludes(text, rename);
    if (mapped === text) continue;
    cell.source = sourceLines(mapped);
    changed = true;
  }
  return changed ? JSON.stringify(notebook, undefined, 1) : content;
}

/** The name as `%run` reads it: in quotes if it contains white space. */
export function quoteName(name: string): string {
  return /\s/.test(name) ? `"${name}"` : name;
}

/** The text of a cell, whose source is one string or a list of strings to join. */
export function sourceText(source: unknown): string {
  return Array.isArray(source) ? source.join("") : typeof source === "string" ? source : "";
}

/** The source of a cell as Jupyter writes it: a string for each line. */
export function sourceLines(text: string): string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}
