import { ResultsError } from "./results-error.ts";
import { countOutcomes, type OutcomeCounts, type TestOutcome } from "./test-case.ts";
import type { TestResults } from "./test-results.ts";

/** The type under which the record is attached to a build. */
export const statusRecordType = "notebook-ops.test-status";
const schema = "notebook-ops/test-status/1";

/** What a run proved about a package in an environment. One record, three readers: the gate, the results tab, the report. */
export interface StatusRecord {
  schema: typeof schema;
  /** Absent where what ran is no package, as in a pull request. */
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
}

export function statusRecord(
  run: TestResults,
  about: Omit<StatusRecord, "schema" | "counts" | "results">,
): StatusRecord {
  return {
    schema,
    ...about,
    counts: countOutcomes(run.cases),
    results: run.cases.map((testCase) => ({
      name: testCase.suite ? [...testCase.suite, testCase.name].join(" / ") : testCase.name,
      ...(testCase.file ? { file: testCase.file } : {}),
      outcome: testCase.outcome,
      durationSeconds: testCase.durationSeconds,
      ...(testCase.message ? { message: testCase.message } : {}),
      ...(testCase.url ? { runUrl: testCase.url } : {}),
    })),
  };
}

/**
 * One record of several about the same artifact, environment and workspace, as jobs and attempts of a build attach them.
 * A result gives way only to one of a record that began after its own had finished: a rerun replaces what it repeats,
 * and of two jobs side by side none hides the other's failure.
 */
export function mergeStatusRecords(records: readonly StatusRecord[]): StatusRecord {
  const [first, ...others] = [...records].sort((a, b) => Date.parse(a.startedOn) - Date.parse(b.startedOn));
  if (!first) throw new ResultsError("There is no test status to merge: no record is attached to the build.");
  for (const other of others)
    if (subject(other) !== subject(first))
      throw new ResultsError(
        `Test status records of different subjects cannot be merged (${subject(first)} and ${subject(other)}): read each for itself.`,
      );
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

/** One record for each subject of a build, in the order in which the subjects were first tested. */
export function mergeBySubject(records: readonly StatusRecord[]): StatusRecord[] {
  const subjects = new Map<string, StatusRecord[]>();
  for (const record of records) {
    const same = subjects.get(subject(record));
    if (same) same.push(record);
    else subjects.set(subject(record), [record]);
  }
  return [...subjects.values()]
    .map(mergeStatusRecords)
    .sort((a, b) => Date.parse(a.startedOn) - Date.parse(b.startedOn));
}

function identity({ name, file }: StatusResult): string {
  return JSON.stringify([file, name]);
}

function subject({ artifact, environment, platform, workspace }: StatusRecord): string {
  const name = artifact ? `${artifact.name} ${artifact.version} ${artifact.digest}` : "no artifact";
  return [name, environment ?? "no environment", platform, workspace].join(", ");
}
