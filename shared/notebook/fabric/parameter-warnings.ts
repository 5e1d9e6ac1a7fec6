import { nearestName } from "../../text/nearest-name.ts";
import { declaredWidgets } from "../declarations/find-declarations.ts";
import { NotebookError } from "../notebook-error.ts";
import { readNotebook } from "../read-notebook.ts";
import { codeCells } from "./code-cells.ts";
import type { FabricNotebook, FabricProject } from "./fabric-project.ts";

type NotebooksOfRun = Pick<FabricProject, "notebooks" | "included">;

/** The warnings about the parameters of a run: those that no notebook declares, and the one that its notebooks need. */
export function parameterWarnings(parameters: readonly string[], project: NotebooksOfRun): string[] {
  return [...undeclared(parameters, project), ...inlineInstallation(parameters, project)];
}

/**
 * A warning for each parameter that no notebook of the run declares in its parameters cell. Fabric sets parameters in a new cell below that cell or,
 * without one, before all others: code that assigns the variable elsewhere replaces the value of the run.
 * https://learn.microsoft.com/fabric/data-engineering/author-execute-notebook#designate-a-parameters-cell
 */
function undeclared(parameters: readonly string[], { notebooks, included }: NotebooksOfRun): string[] {
  const own = parameters.filter((name) => name !== enablesInstallation);
  if (own.length === 0) return [];
  const all = [...notebooks, ...included];
  const declared = all.map(declaredIn);
  if (declared.includes(undefined)) return [];
  const names = new Set(declared.flatMap((each) => [...each!]));
  return own
    .filter((name) => !names.has(name))
    .flatMap((name) => {
      const assigns = notebooks.find((notebook) => assignsElsewhere(notebook, name));
      if (assigns)
        return `${assigns.path} assigns ${name} outside of a parameters cell, which replaces the value of the parameter "${name}"; mark the cell as the parameters cell.`;
      if (all.some((notebook) => mentions(notebook, name))) return [];
      const nearest = nearestName(name, names);
      const advice =
        nearest === undefined
          ? `assign it there, or remove it from the input 'parameters'.`
          : `did you mean "${nearest}"?`;
      const who =
        notebooks.length === 1
          ? `${notebooks[0]!.path} does not declare`
          : "No notebook of this run declares";
      return `${who} the parameter "${name}" in its parameters cell; ${advice}`;
    });
}

/** https://learn.microsoft.com/fabric/data-engineering/library-management#inline-installation */
const enablesInstallation = "_inlineInstallationEnabled";

/** A warning if a notebook installs packages, which Fabric does in a run only if a parameter says so. */
function inlineInstallation(
  parameters: readonly string[],
  { notebooks, included }: NotebooksOfRun,
): string[] {
  if (parameters.includes(enablesInstallation)) return [];
  const installs = [...notebooks, ...included].find(({ definition }) =>
    codeCells(definition).some(({ text }) => /^[ \t]*%(?:pip|conda)[ \t]/m.test(text)),
  );
  if (!installs) return [];
  return [
    `${installs.path} installs packages by %pip or %conda, which Fabric disables in runs; put the packages into an environment, or give the parameters as JSON with "${enablesInstallation}": true.`,
  ];
}

/** The names that the parameters cells of a notebook assign. Undefined if the notebook cannot be parsed; Fabric may still run it. */
function declaredIn({ definition }: FabricNotebook): Set<string> | undefined {
  try {
    return new Set(
      definition.parts.flatMap(({ path, content }) => {
        const notebook = readNotebook(path, Buffer.from(content));
        return notebook ? declaredWidgets(notebook) : [];
      }),
    );
  } catch (error) {
    if (error instanceof NotebookError) return undefined;
    throw error;
  }
}

/** Whether a cell other than the parameters cell assigns the variable at the start of a line. */
function assignsElsewhere({ definition }: FabricNotebook, name: string): boolean {
  const assignment = new RegExp(`^${escaped(name)}[ \\t]*(?::[^=\\n]+)?=(?!=)`, "m");
  return codeCells(definition).some((cell) => !cell.parameters && assignment.test(cell.text));
}

/** Whether the code has the name as a word: a variable that a run sets need not be declared. */
function mentions({ definition }: FabricNotebook, name: string): boolean {
  const word = new RegExp(`(?<!\\w)${escaped(name)}(?!\\w)`);
  return codeCells(definition).some((cell) => word.test(cell.text));
}

function escaped(name: string): string {
  return name.replace(/[\\^$.|+*?()[\]{}]/g, "\\$&");
}
