import { shortExitValue } from "../status-record.ts";
import type { FailingCell } from "../test-case.ts";
import type { CaseView, NotebookView } from "./case-view.ts";
import { exitValueChanges } from "./exit-value-change.ts";
import { latencyText } from "./words.ts";

/** A message beyond this does not fit into the row of its result. In characters. */
const messageOfRow = 200;

/** The words beside the name of a result that say more than its outcome. */
export function tagsOf({ flaky, quarantined, attempts, outcome }: CaseView): string[] {
  const retries = attempts === 1 ? "1 retry" : `${attempts} retries`;
  return [
    ...(flaky ? [`flaky: ${retries}`] : []),
    ...(outcome === "failed" && attempts > 0 ? [retries] : []),
    ...(quarantined ? ["quarantined"] : []),
  ];
}

/** The line below the name of a result. */
export function placeOf(view: CaseView): string {
  const { place, owner } = view;
  return [latencyText(view), place, owner && `owner: ${owner}`].filter(Boolean).join(" · ");
}

/** A part of what a result shows when it is opened. */
export type BodyPart =
  | { kind: "text"; title: string; text: string; isTrace?: boolean }
  | { kind: "cell"; title: string; language: string; cell: FailingCell }
  | { kind: "attempts"; title: string; attempts: { title: string; text: string }[] }
  | { kind: "comparison"; words: string; run: string; url?: string; changes: string[]; text?: string };

/** What the report and the results tab show of an opened result, in this order. */
export function bodyOf(view: CaseView & Partial<NotebookView>): BodyPart[] {
  const { message, failingCell, trace, failedAttempts, output, exitValue } = view;
  const parts: BodyPart[] = [];
  if (view.outcome !== "passed" && message && (message.length > messageOfRow || message.includes("\n")))
    parts.push({ kind: "text", title: "Message", text: message });
  if (failingCell)
    parts.push({
      kind: "cell",
      title: `Cell ${failingCell.number}`,
      language: failingCell.language,
      cell: failingCell,
    });
  if (trace) parts.push({ kind: "text", title: "Traceback", text: trace, isTrace: true });
  if (failedAttempts.length > 0)
    parts.push({
      kind: "attempts",
      title: failedAttempts.length === 1 ? "1 failed attempt" : `${failedAttempts.length} failed attempts`,
      attempts: failedAttempts.map(({ message, trace }, index) => ({
        title: `Attempt ${index + 1}`,
        text: trace?.includes(message) ? trace : [message, trace].filter(Boolean).join("\n\n"),
      })),
    });
  if (output) parts.push({ kind: "text", title: "Output", text: output });
  if (exitValue !== undefined) parts.push({ kind: "text", title: "Exit value", text: exitValue });
  return [...parts, ...comparisonOf(view)];
}

/** The exit value of the last green run beside that of this run. */
function comparisonOf({ exitValue, lastGreen }: Partial<NotebookView>): BodyPart[] {
  if (!lastGreen) return [];
  const { run, url } = lastGreen;
  const part = { kind: "comparison" as const, run, ...(url ? { url } : {}) };
  if (exitValue !== undefined && shortExitValue(exitValue) === lastGreen.exitValue)
    return [{ ...part, words: "The exit value is the same as in the last green run", changes: [] }];
  const changes = exitValue === undefined ? undefined : exitValueChanges(lastGreen.exitValue, exitValue);
  if (changes && changes.length > 0)
    return [{ ...part, words: "The exit value differs from that of the last green run", changes }];
  return [{ ...part, words: "The exit value in the last green run", changes: [], text: lastGreen.exitValue }];
}

/** The parts of a trace, of which those that it points at are marked: IPython does so with an arrow, pytest with `>` and `E`. */
export function traceParts(trace: string): { text: string; isMarked: boolean }[] {
  return trace
    .split(/^((?:-{2,}>|>|E) .*)$/gm)
    .map((text, index) => ({ text, isMarked: index % 2 === 1 }))
    .filter(({ text }) => text !== "");
}
