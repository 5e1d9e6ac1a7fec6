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
  /** One record for each subject. */
  records: StatusRecord[];
  /** A sentence for each record that could not be read. */
  problems: string[];
}

export interface LoadedHistory {
  /** The runs that have records, oldest first. */
  runs: PastRun[];
  problems: string[];
}

/** @throws Error with one sentence if Azure DevOps does not list the records */
export async function loadRun(
  service: AttachmentService,
  run: RunReference,
  signal: AbortSignal,
  limits = limitsOfRun,
): Promise<LoadedRun> {
  const attached = await service.attachments(run, statusRecordType, signal);
  const read = await Promise.allSettled(
    attached.slice(0, limits.records).map(async ({ name, read }) => {
      return parseStatusRecord(await read(limits.bytes), `test status ${name} of run ${run.number}`);
    }),
  );
  signal.throwIfAborted();
  const problems = problemsOf(read);
  if (attached.length > limits.records)
    problems.push(
      `Run ${run.number} has ${attached.length} test status records, of which the first ${limits.records} are shown.`,
    );
  return { records: mergeBySubject(values(read)), problems };
}

/** @throws Error with one sentence if Azure DevOps does not list the runs */
export async function loadHistory(
  service: AttachmentService,
  run: RunReference,
  { records }: LoadedRun,
  signal: AbortSignal,
): Promise<LoadedHistory> {
  const last = await service.lastRuns(run, historyLength, signal);
  const others = last.filter(({ buildId }) => buildId !== run.buildId);
  const read = await Promise.allSettled(
    others.map(async (each) => ({ each, loaded: await loadRun(service, each, signal, limitsOfOtherRun) })),
  );
  signal.throwIfAborted();
  const loaded = values(read);
  const runs = [...loaded.map(({ each, loaded }) => pastRun(each, loaded.records)), pastRun(run, records)];
  return {
    // A later run has a higher build id.
    runs: runs
      .filter((each) => each.records.length > 0)
      .sort((a, b) => Number(a.buildId) - Number(b.buildId)),
    problems: [...problemsOf(read), ...loaded.flatMap(({ loaded }) => loaded.problems)],
  };
}

function pastRun({ buildId, number, url }: RunReference, records: StatusRecord[]): PastRun {
  return { buildId, number, ...(url ? { url } : {}), records };
}

function values<T>(settled: readonly PromiseSettledResult<T>[]): T[] {
  return settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
}

function problemsOf(settled: readonly PromiseSettledResult<unknown>[]): string[] {
  return settled.flatMap((each) => (each.status === "rejected" ? [(each.reason as Error).message] : []));
}
