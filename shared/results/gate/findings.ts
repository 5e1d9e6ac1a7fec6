import { couldNot } from "../../text/could-not.ts";
import { oneLine } from "../../text/plain-text.ts";
import { ResultsError } from "../results-error.ts";
import { mergeBySubject, type StatusRecord } from "../status-record.ts";
import { parseStatusRecord } from "../status-record-reader.ts";
import { statusTag } from "../status-tag.ts";
import type { PipelineRun } from "./pipeline-run.ts";

/** Clocks of agents and of the server may differ by so much. */
export const clockSkewMs = 10 * 60_000;

/** The version whose tests are looked for. */
export interface TestedVersion {
  name: string;
  version: string;
  environment: string;
}

/**
 * What a pipeline run says about a version: the record of its tests, or why it says nothing that counts. Times are in ms, and within those of
 * the run by the server.
 */
export type Finding = { run: PipelineRun; from: number; to: number } & (
  | { record: StatusRecord; problem?: undefined }
  | { record?: undefined; problem: string }
);

/** A document that is attached to a run; no text if it could not be read for the reason that `problem` gives. */
export type AttachedText = { name: string } & (
  | { text: string; problem?: undefined }
  | { text?: undefined; problem: string }
);

/**
 * What the documents of a run say about a version. A document about another version is ignored, but every other one that is not the record
 * of this run's tests is a finding with a problem: it could be the one that failed.
 * @param now ms, by the clock of the server
 */
export function findingsOf(
  run: PipelineRun,
  documents: readonly AttachedText[],
  { tested, now }: { tested: TestedVersion; now: number },
): Finding[] {
  const [started, finished] = [Date.parse(run.startedOn), run.finishedOn ? Date.parse(run.finishedOn) : now];
  const problems: string[] = [];
  const records: StatusRecord[] = [];
  let explainsTag = false;
  for (const document of documents) {
    const record = readRecord(document, problems);
    if (record === undefined) continue;
    explainsTag ||= isSame(statusTag(record), statusTag(wanted(tested)));
    if (!isAbout(record, tested)) continue;
    const problem = problemOf(record, { run, started, finished, tested });
    if (problem === undefined) records.push(record);
    else problems.push(problem);
  }
  if (problems.length === 0 && !explainsTag)
    problems.push(
      "has the tag of the test status but no record, which may have been deleted or not yet uploaded",
    );
  return [
    ...problems.map((problem) => ({ run, from: started, to: finished, problem })),
    ...mergeBySubject(records).map((record) => ({
      run,
      record,
      ...timesOf(record, { records, started, finished }),
    })),
  ];
}

function readRecord({ name, text, problem }: AttachedText, problems: string[]): StatusRecord | undefined {
  const refuse = (reason: string) => void problems.push(`has a test status that is malformed: ${reason}`);
  if (text === undefined) {
    refuse(problem);
    return undefined;
  }
  try {
    return parseStatusRecord(text, `test status ${oneLine(name, 80)}`);
  } catch (error) {
    if (!(error instanceof ResultsError)) throw error;
    refuse(reasonIn(error.message));
    return undefined;
  }
}

/** What came back, of a message that couldNot made. */
function reasonIn(message: string): string {
  const [, reason = message] = /^Could not read the [^:]*: (.*); [^;]*$/.exec(message) ?? [];
  return reason;
}

function wanted({ name, version, environment }: TestedVersion) {
  return { artifact: { name, version, digest: "" }, environment };
}

/** Azure DevOps compares tags without the case of letters. */
function isSame(tag: string, other: string): boolean {
  return tag.toLowerCase() === other.toLowerCase();
}

function isAbout({ artifact, environment }: StatusRecord, tested: TestedVersion): boolean {
  return (
    artifact?.name === tested.name &&
    artifact.version === tested.version &&
    environment?.toLowerCase() === tested.environment.toLowerCase()
  );
}

function problemOf(
  record: StatusRecord,
  {
    run,
    started,
    finished,
    tested,
  }: { run: PipelineRun; started: number; finished: number; tested: TestedVersion },
): string | undefined {
  // The tags are the same to Azure DevOps. Such a record must not open the gate, and its failures must not be overlooked.
  if (record.environment !== tested.environment)
    return `has a test status of the environment ${oneLine(record.environment ?? "", 80)}, which differs from ${tested.environment} only in the case of letters`;
  if (record.run.buildId !== run.id)
    return `has a test status that claims to be of run ${oneLine(record.run.buildId, 40)}, so it is forged or copied`;
  const isTooEarly = Date.parse(record.startedOn) < started - clockSkewMs;
  const isTooLate = Date.parse(record.finishedOn) > finished + clockSkewMs;
  if (!isTooEarly && !isTooLate) return undefined;
  const times = `${record.startedOn} to ${record.finishedOn}`;
  return `has a test status whose times, ${times}, are more than 10 minutes ${isTooEarly ? "before it began" : run.finishedOn ? "after it finished" : "in the future"}`;
}

/**
 * When the tests whose results count began and ended, as far as the times of the run allow: a later record of the run can have repeated all
 * that an earlier one contains.
 */
function timesOf(
  merged: StatusRecord,
  { records, started, finished }: { records: readonly StatusRecord[]; started: number; finished: number },
): { from: number; to: number } {
  const results = new Set(merged.results);
  const whole = records.filter(
    (record) =>
      record.results.length === results.size && record.results.every((result) => results.has(result)),
  );
  const begins = [merged, ...whole].map(({ startedOn }) => Date.parse(startedOn));
  const inRun = (time: number) => Math.min(Math.max(time, started), finished);
  return { from: inRun(Math.max(...begins)), to: inRun(Date.parse(merged.finishedOn)) };
}

/**
 * Whether the tests of one finding clearly began after those of the other had ended: by the server's times of the runs, or by the records'
 * times and more than the clocks may differ.
 */
function isAfter(later: Finding, earlier: Finding): boolean {
  const { finishedOn } = earlier.run;
  const byServer = finishedOn !== undefined && Date.parse(later.run.startedOn) >= Date.parse(finishedOn);
  return byServer || later.from > earlier.to + clockSkewMs;
}

/** The findings that decide: those that no other is after. All of them must pass. */
export function newestOf(findings: readonly Finding[]): Finding[] {
  return findings.filter((finding) => !findings.some((other) => isAfter(other, finding)));
}

/** The runs in the order in which to read them: those that may have tested last come first. */
export function inReadingOrder(runs: readonly PipelineRun[]): PipelineRun[] {
  const end = ({ finishedOn }: PipelineRun) =>
    finishedOn ? Date.parse(finishedOn) : Number.POSITIVE_INFINITY;
  return runs.toSorted(
    (one, other) =>
      Math.sign(end(other) - end(one) || 0) || Date.parse(other.startedOn) - Date.parse(one.startedOn),
  );
}

/** Whether a run that has not been read can contain tests that decide, as far as its times tell. */
export function canDecide(run: PipelineRun, found: readonly Finding[]): boolean {
  if (run.finishedOn === undefined) return true;
  const finished = Date.parse(run.finishedOn);
  const latest: Finding = { run, from: finished, to: finished, problem: "not read" };
  return !found.some((finding) => isAfter(finding, latest));
}

/** The sentence for records that cannot be decided on because there are too many. */
export function tooMany(what: string): ResultsError {
  return new ResultsError(
    couldNot(
      "decide on the test status",
      what,
      "wait until the tests of this version have finished, and test it once more",
    ),
  );
}
