import type { PastRun } from "../../shared/results/past-run.ts";
import { mergeBySubject, type StatusRecord, statusRecordType } from "../../shared/results/status-record.ts";
import { parseStatusRecord } from "../../shared/results/status-record-reader.ts";
import type { AttachmentService, RunReference } from "../attachments/attachment-service.ts";

const megabyte = 1024 * 1024;

/** Limits for the run of the page, and for each other run of its history. The tasks never attach more. */
const limitsOfRun = { records: 200, bytes: 32 * megabyte };
const limitsOfOtherRun = { records: 20, bytes: 4 * megabyte };

/** The number of runs in a line of the history. */
const historyLength = 15;

export interface LoadedRun {
  /** One record for each subject. Their results are objects of `attached`. */
  records: StatusRecord[];
  /** The records as they were attached, with the steps that attached them. */
  attached: { step: string; record: StatusRecord }[];
  /** A sentence for each record that could not be read. */
  problems: string[];
}

export interface LoadedHistory {
  /** The runs that have records, oldest first. */
  runs: PastRun[];
  /** The same runs, by build id. */
  loaded: ReadonlyMap<string, { run: RunReference; loaded: LoadedRun }>;
  problems: string[];
}

/** @throws Error with one sentence if Azure DevOps does not list the records */
export async function loadRun(
  service: AttachmentService,
  run: RunReference,
  signal: AbortSignal,
  limits = limitsOfRun,
): Promise<LoadedRun> {
  const attachments = await service.attachments(run, statusRecordType, signal);
  const read = await Promise.allSettled(
    attachments.slice(0, limits.records).map(async ({ name, read }) => ({
      step: stepOf(name),
      record: parseStatusRecord(await read(limits.bytes), `test status ${name} of run ${run.number}`),
    })),
  );
  signal.throwIfAborted();
  const problems = problemsOf(read);
  if (attachments.length > limits.records)
    problems.push(
      `Run ${run.number} has ${attachments.length} test status records, of which the first ${limits.records} are shown.`,
    );
  const attached = values(read);
  return { records: mergeBySubject(attached.map(({ record }) => record)), attached, problems };
}

/** What the attachments of one step have in common: their name without folder and extension. */
export function stepOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1).replace(/\.(json|xml|html)$/, "");
}

/** @throws Error with one sentence if Azure DevOps does not list the runs */
export async function loadHistory(
  service: AttachmentService,
  run: RunReference,
  ofRun: LoadedRun,
  signal: AbortSignal,
): Promise<LoadedHistory> {
  const last = await service.lastRuns(run, historyLength, signal);
  const others = last.filter(({ buildId }) => buildId !== run.buildId);
  const read = await Promise.allSettled(
    others.map(async (each) => ({
      run: each,
      loaded: await loadRun(service, each, signal, limitsOfOtherRun),
    })),
  );
  signal.throwIfAborted();
  const loaded = values(read);
  const all = [...loaded, { run, loaded: ofRun }]
    .filter((each) => each.loaded.records.length > 0)
    // A later run has a higher build id.
    .sort((a, b) => Number(a.run.buildId) - Number(b.run.buildId));
  return {
    runs: all.map((each) => pastRun(each.run, each.loaded.records)),
    loaded: new Map(all.map((each) => [each.run.buildId, each])),
    problems: [...problemsOf(read), ...loaded.flatMap(({ loaded }) => loaded.problems)],
  };
}

function pastRun({ buildId, number, url }: RunReference, records: StatusRecord[]): PastRun {
  return { buildId, number, ...(url ? { url } : {}), records };
}

export function values<T>(settled: readonly PromiseSettledResult<T>[]): T[] {
  return settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
}

export function problemsOf(settled: readonly PromiseSettledResult<unknown>[]): string[] {
  return settled.flatMap((each) => (each.status === "rejected" ? [(each.reason as Error).message] : []));
}
