import type { ReleaseVersion } from "../../shared/results/release-matrix.ts";
import type { StatusRecord } from "../../shared/results/status-record.ts";
import type { RunReference } from "../attachments/attachment-service.ts";
import type { LoadedHistory, LoadedRun } from "./load.ts";

/** What the page shows: a record, with the run and the steps that attached it. */
export interface Subject {
  run: RunReference;
  record: StatusRecord;
  /** The records of its steps, which contain its results. */
  attached: LoadedRun["attached"];
}

export function subjectsOfRun(run: RunReference, { records, attached }: LoadedRun): Subject[] {
  return records.map((record) => subjectOf(run, record, attached));
}

/** The last test of a version in each environment. */
export function subjectsOfVersion({ cells }: ReleaseVersion, { loaded }: LoadedHistory): Subject[] {
  return cells.flatMap((cell) => {
    const of = cell && loaded.get(cell.run.buildId);
    return of ? [subjectOf(of.run, cell.record, of.loaded.attached)] : [];
  });
}

function subjectOf(run: RunReference, record: StatusRecord, all: LoadedRun["attached"]): Subject {
  const results = new Set(record.results);
  return {
    run,
    record,
    attached: all.filter((each) => each.record.results.some((result) => results.has(result))),
  };
}
