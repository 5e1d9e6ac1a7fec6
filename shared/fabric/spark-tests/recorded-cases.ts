import type { FailedAttempt, TestCase } from "../../results/test-case.ts";
import { oneLine } from "../../text/plain-text.ts";
import type { RecordedReport, RecordedSession } from "./events.ts";

/** How a test ended: its last attempt, after those that a plugin ran again. */
interface EndedTest {
  reports: RecordedReport[];
  attempts: FailedAttempt[];
  isComplete: boolean;
}

const knownOutcomes = ["passed", "failed", "skipped"];
const longestMessage = 2_000;
/** The name of the case that stands for the collection of a file. */
export const collectionName = "collection";
/** With --setup-only and --setup-plan, pytest reports set-ups and teardowns, and calls no test. */
export const notCalled = "pytest set it up, but did not call it.";

interface RecordedCases {
  cases: TestCase[];
  /** Those that have a report, which results.xml has, too. */
  reported: TestCase[];
}

/**
 * The tests of a session as cases: files that could not be collected, tests that ran, and tests that were collected and have no result.
 * @param unfinished why tests have no result, as a sentence
 * @param place where the project is in the repository: `""` or a path that ends with a slash
 */
export function recordedCases(
  session: RecordedSession,
  { unfinished, place }: { unfinished: string; place: string },
): RecordedCases {
  const stopped = session.finished?.stopped;
  const outcomeWithout = (): Pick<TestCase, "outcome" | "message"> =>
    stopped === undefined
      ? { outcome: "failed", message: unfinished }
      : {
          outcome: "skipped",
          message: `It did not run, because pytest ended early: ${oneLine(stopped, 200)}.`,
        };
  const collection = session.collectReports.map(({ nodeid, report }) => ({
    ...namedCase(nodeid, place),
    name: collectionName,
    ...endOf({ reports: [report], attempts: [], isComplete: true }, unfinished),
  }));
  const ids = new Set([...(session.collected ?? []), ...session.reports.keys()]);
  const tests = [...ids].map((id): TestCase => {
    const reports = session.reports.get(id);
    const end = reports === undefined ? outcomeWithout() : endOf(endedTest(reports), unfinished);
    return { ...namedCase(id, place), ...end };
  });
  const reportedTests = [...ids].flatMap((id, index) => {
    const reports = session.reports.get(id);
    const test = tests[index]!;
    // JUnit has no subtests: a test that passed and has a skipped one is skipped there.
    const skips = test.outcome === "passed" && reports?.some(({ outcome }) => outcome === "skipped");
    return reports ? [skips ? { ...test, outcome: "skipped" as const } : test] : [];
  });
  return { cases: [...collection, ...tests], reported: [...collection, ...reportedTests] };
}

/** A case with the name of a test, in a suite with the name of its file. */
export function namedCase(nodeid: string, place: string): TestCase {
  const at = nodeid.indexOf("::");
  const file = at < 0 ? nodeid : nodeid.slice(0, at);
  return {
    name: at < 0 ? nodeid : nodeid.slice(at + 2),
    className: file,
    file: `${place}${file}`,
    outcome: "failed",
    durationSeconds: 0,
  };
}

/** pytest-rerunfailures reports `rerun` in place of a failure, and then all phases again. */
function endedTest(reports: readonly RecordedReport[]): EndedTest {
  const attempts: FailedAttempt[] = [];
  let current: RecordedReport[] = [];
  for (const report of reports) {
    if (report.outcome === "rerun") {
      attempts.push({ message: messageOf(report), ...(report.text ? { trace: report.text } : {}) });
      current = [];
    } else if (report.when === "setup" && !report.isSubtest && current.some(({ when }) => when === "setup"))
      current = [report];
    else current.push(report);
  }
  const isComplete = current.some(
    ({ when, outcome }) => when === "teardown" || (when === "???" && outcome === "failed"),
  );
  return { reports: current, attempts, isComplete };
}

function endOf(
  { reports, attempts, isComplete }: EndedTest,
  unfinished: string,
): Pick<
  TestCase,
  "outcome" | "durationSeconds" | "message" | "trace" | "output" | "failedAttempts" | "properties"
> {
  const failed = reports.filter(({ outcome }) => outcome === "failed" || !knownOutcomes.includes(outcome));
  const skipped = reports.find(({ outcome, isSubtest }) => outcome === "skipped" && !isSubtest);
  const texts = failed.map(({ text }) => text).filter(Boolean);
  const common = {
    durationSeconds: reports
      .filter(({ isSubtest }) => !isSubtest)
      .reduce((sum, { durationSeconds }) => sum + durationSeconds, 0),
    ...(texts.length > 0 ? { trace: texts.join("\n\n") } : {}),
    ...outputOf(reports),
    ...(attempts.length > 0 ? { failedAttempts: attempts } : {}),
    ...propertiesOf(reports),
  };
  if (failed.length > 0) return { ...common, outcome: "failed", message: failed.map(failure).join("; ") };
  if (!isComplete) return { ...common, outcome: "failed", message: unfinished };
  if (skipped === undefined)
    return reports.some(({ when, isSubtest }) => when === "call" && !isSubtest)
      ? { ...common, outcome: "passed" }
      : { ...common, outcome: "failed", message: notCalled };
  const { expectedFailure } = skipped;
  const message =
    expectedFailure === undefined
      ? messageOf(skipped).replace(/^Skipped: /, "")
      : `expected failure${expectedFailure ? `: ${oneLine(expectedFailure.replace(/^reason: /, ""), longestMessage)}` : ""}`;
  return { ...common, outcome: "skipped", message };
}

function failure(report: RecordedReport): string {
  const message = messageOf(report);
  if (report.outcome !== "failed")
    return `it ended as ${oneLine(report.outcome, 60)}, which is not known: ${message}`;
  return report.when === "setup" || report.when === "teardown"
    ? `failed in its ${report.when}: ${message}`
    : message;
}

function messageOf({ message }: RecordedReport): string {
  return oneLine(message, longestMessage) || "pytest gives no reason";
}

/** Each report repeats the sections of the earlier phases. */
function outputOf(reports: readonly RecordedReport[]): { output?: string } {
  const sections = new Map(reports.flatMap(({ sections: each }) => each));
  const output = [...sections].map(([heading, text]) => `${heading}:\n${text.trimEnd()}`).join("\n\n");
  return output ? { output } : {};
}

function propertiesOf(reports: readonly RecordedReport[]): { properties?: Record<string, string> } {
  const properties = Object.fromEntries(reports.flatMap((report) => report.properties));
  return Object.keys(properties).length > 0 ? { properties } : {};
}
