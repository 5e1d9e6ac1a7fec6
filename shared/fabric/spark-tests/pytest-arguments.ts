import { InputError } from "../../task/host.ts";
import { couldNot } from "../../text/could-not.ts";

/** Options whose values belong to the run. */
const reserved = /^--(junit-?xml|remote)(=|$)/;

/**
 * Splits pytest's arguments as a shell does: spaces separate them, quotes of both kinds keep them together, and a backslash before a quote
 * or a backslash within double quotes is left out. Anything else is taken as it is.
 */
export function splitArguments(text: string): string[] {
  const found: string[] = [];
  let current: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === "'" || character === '"') {
      const end = endOfQuote(text, at);
      if (end < 0) throw unusable(`its quote ${character} at character ${at + 1} has no end`, "close it");
      const quoted = text.slice(at + 1, end);
      current = (current ?? "") + (character === '"' ? quoted.replace(/\\(["\\])/g, "$1") : quoted);
      at = end;
    } else if (/\s/.test(character)) {
      if (current !== undefined) found.push(current);
      current = undefined;
    } else current = (current ?? "") + character;
  }
  if (current !== undefined) found.push(current);
  const taken = found.find((argument) => reserved.test(argument));
  if (taken !== undefined)
    throw unusable(
      `it contains ${taken.split("=")[0]}, which this task sets or replaces`,
      "remove that option",
    );
  return found;
}

function endOfQuote(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[start] === '"' && text[at] === "\\") at++;
    else if (text[at] === text[start]) return at;
  }
  return -1;
}

function unusable(problem: string, advice: string): InputError {
  return new InputError(couldNot("use the input 'pytestArguments'", problem, advice));
}

/**
 * The test files that pytest would collect by its defaults (`test_*.py`, `*_test.py`), if nothing was collected: of the folders and files
 * that the arguments name, or else all.
 */
export function defaultTestFiles(files: readonly string[], pytestArguments: readonly string[]): string[] {
  const tests = files.filter((file) => /(^|\/)(test_[^/]*|[^/]*_test)\.py$/.test(file));
  const named = pytestArguments
    .filter((argument) => !argument.startsWith("-"))
    .map((argument) => argument.split("::")[0]!.replace(/^\.\//, "").replace(/\/+$/, ""))
    .filter((name) => files.some((file) => file === name || file.startsWith(`${name}/`)));
  if (named.length === 0) return tests;
  return tests.filter((file) => named.some((name) => file === name || file.startsWith(`${name}/`)));
}
