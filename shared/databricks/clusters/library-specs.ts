import { couldNot } from "../../text/could-not.ts";
import { didYouMean } from "../../text/did-you-mean.ts";
import type { Library } from "../api/libraries.ts";

const kinds = ["pypi", "whl", "jar", "requirements", "maven", "cran"] as const;

/**
 * Parses the input `libraries`: on each line a PyPI requirement (`pandas==2.2.3`) or `kind:what`, where the kind is pypi, whl, jar,
 * requirements, maven or cran; or the JSON list of the Libraries API. Fails with one sentence.
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
      couldNot(
        "read the libraries as JSON, since they begin with [",
        (error as Error).message,
        "correct the JSON, or write one library on each line",
      ),
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
        couldNot(
          `read the library "${line}"`,
          `its kind "${kind}" is unknown`,
          didYouMean(kind, kinds, `use one of ${kinds.join(", ")}`),
        ),
      );
  }
}

/** A library as a person writes it, such as `pypi pandas==2.2.3`. */
export function describeLibrary(library: Library): string {
  const [kind, what] = Object.entries(library)[0] ?? ["library", "?"];
  if (typeof what === "string") return `${kind} ${what}`;
  return `${kind} ${what?.package ?? what?.coordinates ?? "?"}`;
}
