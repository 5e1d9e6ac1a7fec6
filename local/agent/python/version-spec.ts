import { couldNot } from "../../../shared/text/could-not.ts";

/** Reads a versionSpec, and returns a function that tells whether a version matches it: `3.11`, `3.x`, `>=3.10`, `>=3.10 <3.13`, `3.10 || 3.12`. */
export function readVersionSpec(spec: string): (version: string) => boolean {
  const alternatives = spec.split("||").map((alternative) =>
    alternative
      .replace(/([<>=~^]+)\s+/g, "$1")
      .trim()
      .split(/[\s,]+/)
      .filter((part) => part !== "")
      .map(readComparison),
  );
  if (alternatives.some((comparisons) => comparisons.length === 0))
    throw new Error(
      couldNot(`read versionSpec ${JSON.stringify(spec)}`, "a version is missing", "write 3.x or >=3.10"),
    );
  return (version) => {
    const parts = version.split(".").map((part) => Number.parseInt(part, 10));
    return alternatives.some((comparisons) => comparisons.every((comparison) => comparison(parts)));
  };
}

function readComparison(text: string): (version: readonly number[]) => boolean {
  const [, operator = "", digits = ""] = /^(>=|<=|>|<|={0,2}|~=?|\^)v?([\d.*xX]+)$/.exec(text) ?? [];
  if (digits === "")
    throw new Error(
      couldNot("read versionSpec", `${JSON.stringify(text)} is not a version`, "write 3.x or >=3.10"),
    );
  const expected: number[] = [];
  for (const part of digits.split(".")) {
    if (!/^\d+$/.test(part)) break;
    expected.push(Number(part));
  }
  const difference = (version: readonly number[]) => {
    for (const [index, part] of expected.entries()) {
      const step = (version[index] ?? 0) - part;
      if (step !== 0) return step;
    }
    return 0;
  };
  const sameUpTo = (version: readonly number[], count: number) =>
    expected.slice(0, count).every((part, index) => version[index] === part);
  switch (operator) {
    case ">=":
      return (version) => difference(version) >= 0;
    case "<=":
      return (version) => difference(version) <= 0;
    case ">":
      return (version) => difference(version) > 0;
    case "<":
      return (version) => difference(version) < 0;
    case "^":
      return (version) => sameUpTo(version, 1) && difference(version) >= 0;
    case "~":
    case "~=":
      return (version) =>
        sameUpTo(version, Math.max(1, Math.min(2, expected.length))) && difference(version) >= 0;
    default:
      return (version) => difference(version) === 0;
  }
}
