import { RequestError } from "../../http/errors.ts";
import type { Log } from "../../task/host.ts";
import { clause } from "../../text/could-not.ts";
import { oneLine } from "../../text/plain-text.ts";
import type { ItemId } from "../api/jobs.ts";
import type { SessionOwner } from "../api/sessions.ts";
import type { FabricClient } from "../connection.ts";

/** A longer log is that of a notebook which prints much; its end cannot be read without the rest. */
const maxLogBytes = 4 * 1024 * 1024;
const maxError = 600;
/** Python's heading, and that of IPython, which ends differently. */
const heading = "Traceback (most recent call last)";
/** The line after a trace that names the error: `ValueError: 3 rows`, `KeyboardInterrupt`. IPython has other lines that are not indented, too. */
const errorLine = /^[A-Za-z_][\w.]*(?:: .*|:)?$/;

/** The last Python trace in what the driver of a run has printed. Undefined if there is none, or if the log cannot be read. */
export async function driverTrace(
  fabric: FabricClient,
  run: { owner: SessionOwner; item: ItemId; jobInstanceId: string; log: Log },
): Promise<string | undefined> {
  const { owner, item, jobInstanceId, log } = run;
  for (const file of ["stdout", "stderr"] as const) {
    try {
      const text = await fabric.sessions.driverLog(owner, item, {
        jobInstanceId,
        file,
        maxBytes: maxLogBytes,
      });
      const trace = text && lastTrace(text);
      if (trace) return trace;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      log.detail(error.message);
    }
  }
  return undefined;
}

/** The last trace in a log: from its heading to the line that names the error. */
export function lastTrace(text: string): string | undefined {
  const start = text.lastIndexOf(heading);
  if (start < 0) return undefined;
  const [first = "", ...lines] = text.slice(start).split(/\r?\n/);
  const end = lines.findIndex((line) => errorLine.test(line));
  return [first, ...(end < 0 ? lines : lines.slice(0, end + 1))].join("\n").trimEnd();
}

/** The error that a trace ends with, as the end of a sentence. */
export function errorOf(trace: string): string {
  return clause(oneLine(trace.split("\n").at(-1) ?? "", maxError));
}
