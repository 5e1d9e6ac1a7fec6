import assert from "node:assert/strict";
import path from "node:path";
import type { PipelineRecord } from "../../local/agent/run/run-types.ts";
import { assertNoSecrets, assertNoSecretsIn } from "./secrets.ts";

/** Asserts that a run of `notebook-ops run` shows no secret: on the terminal, in its record, or in any file that it left on the disk. */
export function assertNoSecretsOfRun(
  run: { output: string; record: PipelineRecord },
  known: readonly string[] = [],
): void {
  assertNoSecrets("the terminal", run.output, known);
  assertNoSecrets("the record", JSON.stringify(run.record), known);
  const logs = run.record.jobs.flatMap(({ steps }) => steps).flatMap(({ logFile }) => logFile ?? []);
  // logs/01-….log is in the folder that also contains the run's artifacts, attachments and test results.
  for (const folder of new Set(logs.map((file) => path.dirname(path.dirname(file)))))
    assert.ok(assertNoSecretsIn(folder, { known }) >= logs.length, `${folder} contains the logs of the run`);
}
