import { oneLine } from "../text/plain-text.ts";
import type { PhaseKind } from "./streaming-phase.ts";
import { countOutcomes, type OutcomeCounts, type TestCase } from "./test-case.ts";
import type { TestOutcome } from "./test-outcome.ts";
import type { TestResults } from "./test-results.ts";

/** The type under which the record is attached to a build. */
export const statusRecordType = "notebook-ops.test-status";
export const statusRecordSchema = "notebook-ops/test-status/1";

/** The results of a run that tested a package in an environment, for the gate, the results tab and the report. */
export interface StatusRecord {
  schema: typeof statusRecordSchema;
  /** Undefined if no package was tested, as in a pull request. */
  artifact?: { name: string; version: string; digest: string };
  environment?: string;
  platform: "databricks" | "fabric";
  /** The workspace's address. */
  workspace: string;
  run: { buildId: string; url?: string };
  /** ISO 8601. */
  startedOn: string;
  finishedOn: string;
  counts: OutcomeCounts;
  results: StatusResult[];
}

export interface StatusResult {
  name: string;
  file?: string;
  outcome: TestOutcome;
  durationSeconds: number;
  message?: string;
  runUrl?: string;
  /** Of a notebook that reported no tests; its start if it is long. */
  exitValue?: string;
  /** Name of the notebook or scenario that reported this test. Undefined if the result is that of a notebook or scenario. */
  reportedBy?: string;
  /** How many earlier attempts failed. A result that then passed is flaky. */
  failedAttempts?: number;
  /** Of a streaming test. */
  phase?: PhaseKind;
  /** Of the validation of a streaming test that passed: from the end of the payload's production to the end of the run that passed. */
  latencySeconds?: number;
  /** Its failure is known, and does not fail the gate. */
  quarantined?: true;
  /** Whom to ask. */
  owner?: string;
  tags?: string[];
}

/** An exit value as a record has it. In one line, and cut, because a record is read whole, and with it those of earlier runs. */
export function shortExitValue(exitValue: string): string {
  return oneLine(exitValue, 1_000);
}

export function statusRecord(
  run: TestResults,
  about: Omit<StatusRecord, "schema" | "counts" | "results">,
): StatusRecord {
  const withTests = new Set(run.cases.map(({ reportedBy }) => reportedBy));
  const exitValueOf = ({ suite, output = "", name, fullName = name }: TestCase) => {
    const exitValue = run.notebooks && !suite && !withTests.has(fullName) ? shortExitValue(output) : "";
    return exitValue ? { exitValue } : {};
  };
  return {
    schema: statusRecordSchema,
    ...about,
    counts: countOutcomes(run.cases),
    results: run.cases.map((testCase) => ({
      name: testCase.suite
        ? [...testCase.suite, testCase.name].join(" / ")
        : (testCase.fullName ?? testCase.name),
      ...(testCase.file ? { file: testCase.file } : {}),
      outcome: testCase.outcome,
      durationSeconds: testCase.durationSeconds,
      ...(testCase.message ? { message: testCase.message } : {}),
      ...(testCase.url ? { runUrl: testCase.url } : {}),
      ...exitValueOf(testCase),
      ...(testCase.reportedBy ? { reportedBy: testCase.reportedBy } : {}),
      ...(testCase.failedAttempts?.length ? { failedAttempts: testCase.failedAttempts.length } : {}),
      ...(testCase.phase ? { phase: testCase.phase.kind } : {}),
      ...latencyOfPassed(testCase),
      ...testCase.marks,
    })),
  };
}

function latencyOfPassed({ outcome, phase }: TestCase): Pick<StatusResult, "latencySeconds"> {
  const { latencySeconds } = phase ?? {};
  return outcome === "passed" && latencySeconds !== undefined ? { latencySeconds } : {};
}

/**
 * Merges the records of one subject, which the jobs and attempts of a build attached. A result is replaced only by one of a record that
 * began after its own had finished, so that a rerun replaces what it repeats, but a job never hides the failure of another that ran at the
 * same time.
 */
function mergeRecords(records: readonly StatusRecord[]): StatusRecord {
  const first = [...records].sort(byStart)[0]!;
  const results = records.flatMap((record) => {
    const repeated = new Set(
      records
        .filter((later) => Date.parse(later.startedOn) > Date.parse(record.finishedOn))
        .flatMap((later) => later.results.map(identity)),
    );
    return record.results.filter((result) => !repeated.has(identity(result)));
  });
  const finishedOn = Math.max(...records.map((record) => Date.parse(record.finishedOn)));
  return {
    ...first,
    finishedOn: new Date(finishedOn).toISOString(),
    counts: countOutcomes(results),
    results,
  };
}

/** One record for each subject (artifact, environment and workspace) of a build, in the order in which they were first tested. */
export function mergeBySubject(records: readonly StatusRecord[]): StatusRecord[] {
  const subjects = new Map<string, StatusRecord[]>();
  for (const record of records) {
    const same = subjects.get(subject(record));
    if (same) same.push(record);
    else subjects.set(subject(record), [record]);
  }
  return [...subjects.values()].map(mergeRecords).sort(byStart);
}

function byStart(a: StatusRecord, b: StatusRecord): number {
  return Date.parse(a.startedOn) - Date.parse(b.startedOn);
}

function identity({ name, file }: StatusResult): string {
  return JSON.stringify([file, name]);
}

function subject({ artifact, environment, platform, workspace }: StatusRecord): string {
  const name = artifact ? `${artifact.name} ${artifact.version} ${artifact.digest}` : "no artifact";
  return [name, environment ?? "no environment", platform, workspace].join(", ");
}
