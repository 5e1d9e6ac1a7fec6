import { ResultsError } from "../../results/results-error.ts";
import { couldNot } from "../../text/could-not.ts";
import { isObject, type Json } from "../../text/json.ts";
import { remoteTestsSchema } from "./remote-run.ts";

/** finished.json: how the entry point ended. */
export interface FinishedRecord {
  /** `tests` if pytest ran; else the phase that failed, such as `dependencies`. */
  phase: string;
  /** Of pytest, or of what failed. */
  exitCode: number;
  /** Why the tests could not run, as a sentence. */
  message?: string;
}

/** @throws ResultsError if it is not a finished.json of this format */
export function readFinished(content: Buffer): FinishedRecord {
  let value: Json;
  try {
    value = JSON.parse(content.toString("utf8"));
  } catch {
    throw unreadable("it is not valid JSON");
  }
  if (!isObject(value) || value.schema !== remoteTestsSchema)
    throw unreadable(`its schema is not ${remoteTestsSchema}`);
  const { phase, exitCode, message } = value;
  if (
    typeof phase !== "string" ||
    phase === "" ||
    typeof exitCode !== "number" ||
    !Number.isInteger(exitCode)
  )
    throw unreadable("it has no phase or exitCode");
  return { phase, exitCode, ...(typeof message === "string" && message ? { message } : {}) };
}

function unreadable(problem: string): ResultsError {
  return new ResultsError(
    couldNot(
      "read finished.json of the run",
      problem,
      "check that no test writes to the results folder of the run",
    ),
  );
}
