/** What a step runs: the word for it in the log, in errors and on the page of the step. */
export type RunKind = "notebook" | "scenario" | "phase";

/** A run at the beginning of a line of the log: `Notebook etl`. A phase of a streaming test is named after its test, too, which the log need not repeat. */
export function subjectOf({ kind, name }: { kind: RunKind; name: string }): string {
  if (kind === "phase") return name.slice(name.indexOf("/") + 1);
  return `${kind === "notebook" ? "Notebook" : "Scenario"} ${name}`;
}
