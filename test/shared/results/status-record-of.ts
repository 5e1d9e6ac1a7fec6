import { type StatusRecord, statusRecord } from "../../../shared/results/status-record.ts";
import type { TestResults } from "../../../shared/results/test-results.ts";
import { weatherRun } from "./weather-run.ts";

/** A status record of the weather run, a minute long; a test states what it varies. */
export function recordOf(
  varied: Partial<Omit<StatusRecord, "schema" | "counts" | "results">> & { testRun?: TestResults } = {},
): StatusRecord {
  const { testRun = weatherRun(), ...about } = varied;
  return statusRecord(testRun, {
    platform: "databricks",
    workspace: "https://adb-4711.7.azuredatabricks.net",
    run: { buildId: "20417" },
    startedOn: "2026-03-02T09:14:05.000Z",
    finishedOn: "2026-03-02T09:15:05.000Z",
    ...about,
  });
}
