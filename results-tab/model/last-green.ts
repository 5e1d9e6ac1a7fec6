import type { PastRun } from "../../shared/results/past-run.ts";
import type { ResultDetails } from "../../shared/results/result-details.ts";
import type { StatusRecord, StatusResult } from "../../shared/results/status-record.ts";

type LastGreen = NonNullable<ResultDetails["lastGreen"]>;

/**
 * For each notebook of a record its exit value in the last earlier run in which it passed, in the same environment.
 * @param runs oldest first
 */
export function lastGreenOf(
  { environment, results }: StatusRecord,
  buildId: string,
  runs: readonly PastRun[],
): Map<StatusResult, LastGreen> {
  const green = new Map<string, LastGreen>();
  for (const run of runs) {
    if (Number(run.buildId) >= Number(buildId)) continue;
    for (const record of run.records) {
      if (record.environment !== environment) continue;
      for (const result of record.results)
        if (result.outcome === "passed" && result.exitValue !== undefined)
          green.set(identity(result), {
            exitValue: result.exitValue,
            run: run.number,
            ...(run.url ? { url: run.url } : {}),
          });
    }
  }
  return new Map(
    results.flatMap((result) => {
      const last = green.get(identity(result));
      return last && !result.reportedBy ? [[result, last] as const] : [];
    }),
  );
}

function identity({ name, file }: StatusResult): string {
  return JSON.stringify([file, name]);
}
