import type { PastRun } from "../../shared/results/past-run.ts";
import { mergeBySubject, type StatusRecord, statusRecordType } from "../../shared/results/status-record.ts";
import { parseStatusRecord } from "../../shared/results/status-record-reader.ts";
import type { AttachmentService, RunReference } from "../attachments/attachment-service.ts";

const megabyte = 1024 * 1024;

/** Of the page's run, and of each other run of its history: more is no work of the tasks. */
const ofRun = { records: 200, bytes: 32 * megabyte };
const ofOtherRun = { records: 20, bytes: 4 * megabyte };

/** Runs that are asked for: as many as a line of the history shows. */
const historyLength = 15;

export interface LoadedRun {
  /** One for each subject. */
  records: StatusRecord[];
  /** A sentence for each record that could not be read: the others stand. */
  problems: string[];
}

export interface LoadedHistory {
  /** Oldest first; those without records are left out. */
  runs: PastRun[];
  problems: string[];
}

/** @throws Error in one sentence where Azure DevOps does not say which records there are */
export async function loadRun(
  service: AttachmentService,
  run: RunReference,
  signal: AbortSignal,
  limits = ofRun,
): Promise<LoadedRun> {
  const attached = await service.attachments(run, statusRecordType, signal);
  const read = await Promise.allSettled(
    attached.slice(0, limits.records).map(async ({ name, read }) => {
      return parseStatusRecord(await read(limits.bytes), `test status ${name} of run ${run.number}`);
    }),
  );
  signal.throwIfAborted();
  const problems = sentences(read);
  if (attached.length > limits.records)
    problems.push(
      `Run ${run.number} has ${attached.length} test status records, of which the first ${limits.records} are shown.`,
    );
  return { records: mergeBySubject(values(read)), problems };
}

/** @throws Error in one sentence where Azure DevOps does not say which runs there are */
export async function loadHistory(
  service: AttachmentService,
  run: RunReference,
  { records }: LoadedRun,
  signal: AbortSignal,
): Promise<LoadedHistory> {
  const last = await service.lastRuns(run, historyLength, signal);
  const others = last.filter(({ buildId }) => buildId !== run.buildId);
  const read = await Promise.allSettled(
    others.map(async (each) => ({ each, loaded: await loadRun(service, each, signal, ofOtherRun) })),
  );
  signal.throwIfAborted();
  const loaded = values(read);
  const runs = [...loaded.map(({ each, loaded }) => pastRun(each, loaded.records)), pastRun(run, records)];
  return {
    // Build ids grow with time.
    runs: runs
      .filter((each) => each.records.length > 0)
      .sort((a, b) => Number(a.buildId) - Number(b.buildId)),
    problems: [...sentences(read), ...loaded.flatMap(({ loaded }) => loaded.problems)],
  };
}

function pastRun({ buildId, number, url }: RunReference, records: StatusRecord[]): PastRun {
  return { buildId, number, ...(url ? { url } : {}), records };
}

function values<T>(settled: readonly PromiseSettledResult<T>[]): T[] {
  return settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
}

function sentences(settled: readonly PromiseSettledResult<unknown>[]): string[] {
  return settled.flatMap((each) => (each.status === "rejected" ? [(each.reason as Error).message] : []));
}
