import type { FailingCell } from "./test-case.ts";

// JUnit has no element for the cell of a notebook, so a failure begins with it.

const indent = "    ";

/** The cell in the form that `splitCell` reads, for the start of a failure. */
export function cellText({ number, language, source }: FailingCell): string {
  return `Cell ${number} (${language}):\n${source.replace(/^/gm, indent)}\n\n`;
}

const cellPattern = /^Cell (\d{1,6}) \(([\w .+#-]{1,20})\):\n((?: {4}[^\n]*(?:\n|$))+)/;

/** A failure without the cell at its start, and the cell. */
export function splitCell(failure: string): { cell?: FailingCell; rest: string } {
  const [whole, number, language, lines] = cellPattern.exec(failure) ?? [];
  if (whole === undefined) return { rest: failure };
  const source = lines!
    .trimEnd()
    .split("\n")
    .map((line) => line.slice(indent.length))
    .join("\n");
  return {
    cell: { number: Number(number), language: language!, source },
    rest: failure.slice(whole.length).replace(/^\n+/, ""),
  };
}
