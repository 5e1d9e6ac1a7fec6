import type { Library } from "../api/libraries.ts";

const kinds = ["pypi", "whl", "jar", "requirements", "maven", "cran"] as const;

/**
 * The `libraries` input: lines, each a PyPI requirement (`pandas==2.2.3`) or `kind:what` with kind pypi, whl, jar, requirements, maven
 * or cran; or the JSON list that the Libraries API takes. Fails with one sentence.
 */
export function parseLibraries(text: string | undefined): Library[] {
  const trimmed = text?.trim() ?? "";
  if (trimmed.startsWith("[")) return fromJson(trimmed);
  return trimmed
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith("#"))
    .map(fromLine);
}

function fromJson(text: string): Library[] {
  try {
    return JSON.parse(text) as Library[];
  } catch (error) {
    throw new Error(
      `Read the libraries as JSON because they begin with "[", which failed (${(error as Error).message}); correct the JSON or write one library a line.`,
      { cause: error },
    );
  }
}

function fromLine(line: string): Library {
  const [, kind, what] = /^([a-z]+):\s*(.+)$/.exec(line) ?? [];
  if (!kind || !what) return { pypi: { package: line } };
  switch (kind as (typeof kinds)[number]) {
    case "pypi":
      return { pypi: { package: what } };
    case "maven":
      return { maven: { coordinates: what } };
    case "cran":
      return { cran: { package: what } };
    case "whl":
      return { whl: what };
    case "jar":
      return { jar: what };
    case "requirements":
      return { requirements: what };
    default:
      throw new Error(
        `Read the libraries, where "${line}" is of the unknown kind "${kind}"; use one of ${kinds.join(", ")}.`,
      );
  }
}

/** A library as a person writes it, such as `pypi pandas==2.2.3`. */
export function describeLibrary(library: Library): string {
  const [kind, what] = Object.entries(library)[0] ?? ["library", "?"];
  if (typeof what === "string") return `${kind} ${what}`;
  return `${kind} ${what?.package ?? what?.coordinates ?? "?"}`;
}
