import { readJUnit } from "../../results/junit-reader.ts";
import { ResultsError } from "../../results/results-error.ts";
import type { TestResults } from "../../results/test-results.ts";
import { type RecordedSession, readEvents } from "./events.ts";
import { type FinishedRecord, readFinished } from "./finished-record.ts";

/** What a run left in its results folder. A file that is missing is undefined. */
export interface RunResults {
  finished?: FinishedRecord;
  events?: RecordedSession;
  junit?: TestResults;
  /** The files that could not be read, as sentences. */
  problems: string[];
}

/** Reads the files of a results folder. What cannot be read is a problem, and never a success. */
export function readResults(files: { finished?: Buffer; events?: Buffer; junit?: Buffer }): RunResults {
  const problems: string[] = [];
  const read = <T>(content: Buffer | undefined, reader: (content: Buffer) => T): T | undefined => {
    if (content === undefined) return undefined;
    try {
      return reader(content);
    } catch (error) {
      if (!(error instanceof ResultsError)) throw error;
      problems.push(error.message);
      return undefined;
    }
  };
  const finished = read(files.finished, readFinished);
  const events = read(files.events, readEvents);
  const junit = read(files.junit, (content) => readJUnit(content, { file: "results.xml" }));
  return {
    ...(finished ? { finished } : {}),
    ...(events ? { events } : {}),
    ...(junit ? { junit } : {}),
    problems,
  };
}
