import type { FinishedRun } from "../results/finished-run.ts";
import type { TaskHost } from "../task/host.ts";
import { couldNot } from "../text/could-not.ts";

/** The names of the runs that failed, in the error of the step. The page of the run shows all. */
const shownNames = 20;

/**
 * Sets the outputs RunId, RunUrl and ExitValue, even if notebooks failed. RunId and RunUrl are of the first notebook that failed, or of the
 * last notebook if none failed.
 */
export function setOutputs(host: Pick<TaskHost, "output">, finished: readonly FinishedRun[]): void {
  const shown = finished.find(({ state }) => state === "failed") ?? finished.at(-1)!;
  if (shown.runId !== undefined) host.output("RunId", shown.runId);
  if (shown.result.url !== undefined) host.output("RunUrl", shown.result.url);
  const values = finished.flatMap(({ result: { name, exitValue } }) =>
    exitValue === undefined ? [] : [[name, exitValue] as const],
  );
  if (finished.length > 1) host.output("ExitValue", JSON.stringify(Object.fromEntries(values)));
  else if (values[0]) host.output("ExitValue", values[0][1]);
}

/**
 * The error message of the step, or undefined if every run succeeded that is not quarantined.
 * @param kind the word for a run: `notebook`
 */
export function failureOf(finished: readonly FinishedRun[], kind: string): string | undefined {
  const counted = finished.filter(({ result }) => !result.marks?.quarantined);
  const failed = counted.filter(({ state }) => state !== "succeeded").map(({ result }) => result);
  const [first] = failed;
  if (!first) return undefined;
  const link = first.url ? `see ${first.url}` : "";
  if (counted.length === 1) return couldNot(`complete ${kind} ${first.name}`, first.message ?? "", link);
  const names = failed.slice(0, shownNames).map(({ name }) => name);
  if (failed.length > names.length) names.push(`and ${failed.length - names.length} more`);
  return couldNot(
    `complete ${failed.length} of ${counted.length} ${kind}s (${names.join(", ")})`,
    `${first.name}: ${first.message}`,
    link,
  );
}
