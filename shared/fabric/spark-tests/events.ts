import { ResultsError } from "../../results/results-error.ts";
import { couldNot } from "../../text/could-not.ts";
import { isObject, type Json, type JsonObject } from "../../text/json.ts";
import { oneLine } from "../../text/plain-text.ts";
import { remoteTestsSchema } from "./remote-run.ts";

/** One report of pytest: of the set-up, call or teardown of a test, or of a subtest. */
export interface RecordedReport {
  when: string;
  /** `passed`, `failed` or `skipped`. Plugins have others, such as `rerun`. */
  outcome: string;
  durationSeconds: number;
  /** Why it did not pass, in a line. */
  message: string;
  /** What pytest prints of it. */
  text: string;
  /** Whether it is that of a test which is expected to fail, with the reason. */
  expectedFailure?: string;
  isSubtest: boolean;
  /** Captured output: heading and text. */
  sections: [string, string][];
  properties: [string, string][];
}

/** What events.jsonl says of a run. */
export interface RecordedSession {
  /** Node ids in pytest's order; undefined if the collection did not end. */
  collected?: string[];
  reports: Map<string, RecordedReport[]>;
  /** Files that could not be collected, or were skipped as a whole. */
  collectReports: { nodeid: string; report: RecordedReport }[];
  internalError?: string;
  lastStarted?: string;
  /** Undefined if pytest did not end by itself. `stopped`: why it did not run all tests, as with `-x`. */
  finished?: { exitCode: number; stopped?: string };
}

/** Where each known property of a report is; those of other types are left out. */
const mostSections = 100;

/**
 * Reads events.jsonl. A last line without an end is left out, because the process may have ended while it was written.
 * @throws ResultsError for anything else that is not an event
 */
export function readEvents(content: Buffer): RecordedSession {
  const session: RecordedSession = { reports: new Map(), collectReports: [] };
  const lines = content.toString("utf8").split("\n");
  lines.pop();
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    take(session, parse(line, index + 1), index + 1);
  }
  return session;
}

function parse(line: string, number: number): JsonObject {
  let value: Json;
  try {
    value = JSON.parse(line);
  } catch {
    throw unreadable(number, "it is not valid JSON");
  }
  if (!isObject(value)) throw unreadable(number, "it is not an object");
  return value;
}

function take(session: RecordedSession, event: JsonObject, line: number): void {
  switch (event.event) {
    case "session":
      if (event.schema !== remoteTestsSchema)
        throw unreadable(line, `its schema is not ${remoteTestsSchema}`);
      return;
    case "collected":
      if (!Array.isArray(event.nodeids) || !event.nodeids.every((id) => typeof id === "string"))
        throw unreadable(line, "its nodeids are not a list of texts");
      session.collected = event.nodeids as string[];
      return;
    case "collectReport":
      session.collectReports.push(reportOf(event, line));
      return;
    case "started":
      session.lastStarted = textOf(event.nodeid);
      return;
    case "report": {
      const { nodeid, report } = reportOf(event, line);
      const known = session.reports.get(nodeid);
      if (known) known.push(report);
      else session.reports.set(nodeid, [report]);
      return;
    }
    case "ended":
    case "warning":
    case "interrupted":
      return; // what a developer's pytest shows of a run
    case "internalError":
      session.internalError ??= textOf(event.text);
      return;
    case "finished":
      if (typeof event.exitCode !== "number") throw unreadable(line, "its exitCode is not a number");
      session.finished = {
        exitCode: event.exitCode,
        ...(typeof event.stopped === "string" ? { stopped: event.stopped } : {}),
      };
      return;
    default:
      throw unreadable(line, `its event ${oneLine(textOf(event.event), 60)} is not known`);
  }
}

function reportOf(event: JsonObject, line: number): { nodeid: string; report: RecordedReport } {
  const { report } = event;
  if (!isObject(report) || typeof report.nodeid !== "string" || typeof report.outcome !== "string")
    throw unreadable(line, "its report has no nodeid or outcome");
  const seconds = Number(report.duration);
  return {
    nodeid: report.nodeid,
    report: {
      when: textOf(report.when),
      outcome: report.outcome,
      durationSeconds: seconds > 0 && seconds < 1e9 ? seconds : 0,
      message: textOf(event.message),
      text: textOf(event.text),
      ...(typeof report.wasxfail === "string" ? { expectedFailure: report.wasxfail } : {}),
      // SubtestReport of pytest 9, SubTestReport of pytest-subtests.
      isSubtest: /^subtestreport$/i.test(textOf(report.$report_type) || textOf(report._report_type)),
      sections: pairs(report.sections).slice(0, mostSections),
      properties: pairs(report.user_properties),
    },
  };
}

function pairs(value: Json | undefined): [string, string][] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((pair): [string, string][] =>
    Array.isArray(pair) && pair.length === 2 ? [[textOf(pair[0]), textOf(pair[1])]] : [],
  );
}

function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function unreadable(line: number, problem: string): ResultsError {
  return new ResultsError(
    couldNot(
      `read events.jsonl of the run, line ${line}`,
      problem,
      "check that no test writes to the results folder of the run",
    ),
  );
}
