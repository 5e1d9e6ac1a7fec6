import { plainText } from "../text/plain-text.ts";
import type { StatusRecord, StatusResult } from "./status-record.ts";
import type { StartedPhase } from "./streaming-phase.ts";
import type { TestCase } from "./test-case.ts";
import type { TestResults } from "./test-results.ts";

/** What a page shows of a result that a status record does not have. It comes from attachments, which are not trusted. */
export interface ResultDetails extends Pick<TestCase, "failingCell" | "trace" | "failedAttempts" | "output"> {
  /** Of a notebook. */
  exitValue?: string;
  /** The exit value in the last run in which the notebook passed. */
  lastGreen?: { exitValue: string; run: string; url?: string };
  /** Of a streaming test, without its latency, which the record has. */
  phase?: Omit<StartedPhase, "latencySeconds">;
  /** A notebook with its output, as a page. */
  exportedHtml?: string;
}

/**
 * The details of a record's results in the JUnit file of the same step. The record decides what there is and how it ended: a case of the file
 * that differs from the record is not used.
 */
export function detailsOf(record: StatusRecord, junit: TestResults): Map<StatusResult, ResultDetails> {
  const byName = new Map<string, TestCase[]>();
  for (const testCase of junit.cases)
    for (const name of namesOf(testCase, junit.name)) {
      const known = byName.get(name);
      if (known) known.push(testCase);
      else byName.set(name, [testCase]);
    }
  const found = new Map<StatusResult, ResultDetails>();
  for (const result of record.results) {
    const candidates = byName.get(plainText(result.name)) ?? [];
    const at = candidates.findIndex(
      ({ outcome, file }) => outcome === result.outcome && (!file || !result.file || file === result.file),
    );
    if (at < 0) continue;
    const [{ failingCell, trace, failedAttempts, output, phase }] = candidates.splice(at, 1) as [TestCase];
    const isNotebook = !result.name.includes(" / ");
    found.set(result, {
      ...(failingCell ? { failingCell } : {}),
      ...(trace ? { trace } : {}),
      ...(failedAttempts ? { failedAttempts } : {}),
      ...(output && !isNotebook ? { output } : {}),
      ...(output && isNotebook ? { exitValue: output } : {}),
      ...(phase && isNotebook ? { phase: withoutLatency(phase) } : {}),
    });
  }
  return found;
}

function withoutLatency({ latencySeconds: _, ...phase }: StartedPhase): Omit<StartedPhase, "latencySeconds"> {
  return phase;
}

/** The names that a case can have in a record: `toJUnit` puts the cases without a suite into one with the name of the run. */
function namesOf({ name, className, suite = [] }: TestCase, run: string): string[] {
  const path = suite.join(" / ");
  return path === "" || path === run ? [`${className}/${name}`, name] : [`${path} / ${name}`];
}

/** The results of a record, with their details, as they would be reported by one step. */
export function resultsOfRecord(
  record: StatusRecord,
  details: ReadonlyMap<StatusResult, ResultDetails>,
): TestResults {
  const { artifact, environment } = record;
  return {
    name: [artifact ? `${artifact.name} ${artifact.version}` : "Notebooks", environment]
      .filter(Boolean)
      .join(" · "),
    startedOn: new Date(record.startedOn),
    cases: record.results.map((result): TestCase => {
      const { exitValue, phase, lastGreen: _, exportedHtml: __, ...known } = details.get(result) ?? {};
      const end = result.name.lastIndexOf(" / ");
      const slash = result.name.lastIndexOf("/");
      const output = known.output ?? exitValue ?? result.exitValue;
      return {
        ...known,
        ...(end > 0
          ? {
              name: result.name.slice(end + 3),
              className: result.name.slice(0, end),
              suite: [result.name.slice(0, end)],
            }
          : {
              name: result.name.slice(slash + 1),
              className: slash < 0 ? "notebooks" : result.name.slice(0, slash),
            }),
        outcome: result.outcome,
        durationSeconds: result.durationSeconds,
        ...(result.file ? { file: result.file } : {}),
        ...(result.message ? { message: result.message } : {}),
        ...(result.runUrl ? { url: result.runUrl } : {}),
        ...(result.reportedBy ? { reportedBy: result.reportedBy } : {}),
        ...(result.failedAttempts && !known.failedAttempts
          ? {
              failedAttempts: Array.from({ length: Math.min(result.failedAttempts, 100) }, () => ({
                message: "",
              })),
            }
          : {}),
        ...marksOf(result),
        ...(phase ? { phase: phaseOf(phase, result) } : {}),
        ...(output ? { output } : {}),
      };
    }),
  };
}

/** The phase of a result with the latency of the record, which decides. */
export function phaseOf(
  phase: Omit<StartedPhase, "latencySeconds">,
  { latencySeconds }: StatusResult,
): StartedPhase {
  return { ...phase, ...(latencySeconds === undefined ? {} : { latencySeconds }) };
}

function marksOf({ quarantined, owner, tags }: StatusResult): Pick<TestCase, "marks"> {
  if (!quarantined && !owner && !tags) return {};
  return {
    marks: {
      ...(quarantined ? { quarantined } : {}),
      ...(owner ? { owner } : {}),
      ...(tags ? { tags } : {}),
    },
  };
}
