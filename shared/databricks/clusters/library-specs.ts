import { couldNot } from "../../text/could-not.ts";
import { didYouMean } from "../../text/did-you-mean.ts";
import type { Library } from "../api/libraries.ts";

const kinds = ["pypi", "whl", "jar", "requirements", "maven", "cran"] as const;

/**
 * Parses the input `libraries`. Each line is a PyPI requirement (`pandas==2.2.3`) or `kind:value`, whose kind is pypi, whl, jar,
 * requirements, maven or cran. The text may also be the JSON list of the Libraries API. Fails with one sentence.
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
        "read the input 'libraries' as JSON, because it begins with [",
        (error as Error).message,
        "correct the JSON, or write each library on a line of its own",
      ),
      { cause: error },
    );
  }
}

function fromLine(line: string): Library {
  const [, kind, value] = /^([a-z]+):\s*(.+)$/.exec(line) ?? [];
  if (!kind || !value) return { pypi: { package: line } };
  switch (kind as (typeof kinds)[number]) {
    case "pypi":
      return { pypi: { package: value } };
    case "maven":
      return { maven: { coordinates: value } };
    case "cran":
      return { cran: { package: value } };
    case "whl":
      return { whl: value };
    case "jar":
      return { jar: value };
    case "requirements":
      return { requirements: value };
    default:
      throw new Error(
        couldNot(
          `read the library "${line}" in the input 'libraries'`,
          `its kind "${kind}" is unknown`,
          didYouMean(kind, kinds, `use one of ${kinds.join(", ")}`),
        ),
      );
  }
}

/** A library in words, such as `pypi pandas==2.2.3`. */
export function describeLibrary(library: Library): string {
  const [kind, value] = Object.entries(library)[0] ?? ["library", "?"];
  if (typeof value === "string") return `${kind} ${value}`;
  return `${kind} ${value?.package ?? value?.coordinates ?? "?"}`;
}
