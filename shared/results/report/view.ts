import { cutMiddle, oneLine, plainText, webAddress } from "../../text/plain-text.ts";
import type { ClusterUse } from "../cluster-use.ts";
import type { NotebookResult } from "../notebook-result.ts";
import { sourceOf } from "../notebook-source.ts";
import { outcomeOf, type ResultSums, sumResults } from "../result-sums.ts";
import type { RunOrigin } from "../run-origin.ts";
import { latencyOf } from "../streaming-phase.ts";
import { countOutcomes, groupBySuite, type OutcomeCounts, type TestCase } from "../test-case.ts";
import type { TestOutcome } from "../test-outcome.ts";
import type { TestResults } from "../test-results.ts";
import type { CaseView, GroupView } from "./case-view.ts";
import type { GateView } from "./gate-view.ts";
import { failuresFirst } from "./order.ts";
import { type ReleaseFacts, type ReleaseView, releaseView } from "./release.ts";
import { type Timeline, timelineOf } from "./timeline.ts";
import type { TimelineEntry } from "./timeline-lane.ts";

/** What a page shows of the results: plain text without control characters, cut if it is long, and links to web addresses only. */
export interface ReportView {
  title: string;
  /** Without failures that are quarantined; `skipped` if no case ran. */
  outcome: TestOutcome;
  /** Of all results. */
  counts: OutcomeCounts;
  /** Of notebooks and tests apart. */
  sums: ResultSums;
  origin?: RunOrigin;
  /** Why there is no result. */
  emptiness?: string;
  startedOn?: Date;
  /** From the first start to the last end if that is known; else the sum of the cases' durations. */
  durationSeconds: number;
  isDurationSum: boolean;
  environment?: string;
  cluster?: ClusterUse;
  links: { words: string; url: string }[];
  release?: ReleaseView;
  timeline?: Timeline;
  /** What gates decided about the version, oldest first. */
  gates?: readonly GateView[];
  /** Those with failures first. */
  groups: GroupView[];
}

export interface ReportOptions {
  environment?: string;
  cluster?: ClusterUse;
  links?: { words: string; url: string }[];
  origin?: RunOrigin;
  /** Makes the page a report for sign-off. */
  release?: ReleaseFacts;
}

/** The most characters of one text; a longer one is cut in the middle. */
const longestText = 100_000;

export function reportView(run: TestResults, options: ReportOptions = {}): ReportView {
  const counts = countOutcomes(run.cases);
  const numbered = run.cases.map((testCase, index) => ({ testCase, id: `case-${index + 1}` }));
  const ids = new Map(numbered.map(({ testCase, id }) => [testCase, id]));
  const groups = run.notebooks ? notebookGroups(run, ids) : suiteGroups(run, ids);
  const title = oneLine(run.name, 200) || "Test results";
  const sums = sumOfGroups(groups, run.unit);
  const cluster = options.cluster && { ...options.cluster, name: oneLine(options.cluster.name, 100) };
  return {
    title,
    outcome: outcomeOf(sums),
    counts,
    sums,
    ...(options.origin ? { origin: shownOrigin(options.origin) } : {}),
    ...(counts.total === 0 ? { emptiness: emptinessOf(run) } : {}),
    ...(run.startedOn ? { startedOn: run.startedOn } : {}),
    durationSeconds: run.notebooks ? span(run.notebooks) : sum(run.cases),
    isDurationSum: !run.notebooks,
    ...(options.environment ? { environment: oneLine(options.environment, 100) } : {}),
    ...(cluster ? { cluster } : {}),
    ...(options.release ? { release: releaseView(options.release) } : {}),
    links: (options.links ?? []).flatMap(({ words, url }) => {
      const address = webAddress(url);
      return address ? [{ words, url: address }] : [];
    }),
    ...timelinePart(run.notebooks ? notebookEntries(groups, run.notebooks) : phaseEntries(run, ids), cluster),
    groups: failuresFirst(groups),
  };
}

export function sumOfGroups(groups: readonly GroupView[], unit?: TestResults["unit"]): ResultSums {
  return sumResults(
    groups.flatMap(({ notebook }) => (notebook ? [notebook] : [])),
    groups.flatMap(({ cases }) => cases),
    unit,
  );
}

export function shownOrigin(origin: RunOrigin): RunOrigin {
  return Object.fromEntries(Object.entries(origin).map(([name, text]) => [name, oneLine(text, 120)]));
}

function emptinessOf({ notebooks }: TestResults): string {
  return notebooks
    ? "The step ran no notebook: check its notebooks and notebookFolder inputs."
    : "The results list no test: check the output of the test run for why it collected none.";
}

type Ids = Map<TestCase, string>;

/** The results of notebooks have a case for each notebook, followed by the cases that it reported. */
function notebookGroups(run: TestResults, ids: Ids): GroupView[] {
  const own = run.cases.filter((testCase) => !testCase.suite);
  return run.notebooks!.map((notebook, index) => {
    const testCase = own[index]!;
    const title = oneLine(notebook.name, 300);
    return {
      title,
      counts: countOutcomes([testCase, ...notebook.cases]),
      notebook: {
        ...caseView(testCase, ids.get(testCase)!, title),
        name: title,
        place: undefined,
        output: undefined, // the exit value, which is shown by itself
        source: oneLine(sourceOf(notebook), 300),
        ...(notebook.exitValue === undefined ? {} : { exitValue: shownText(notebook.exitValue) }),
        ...(notebook.exportedHtml ? { exportedHtml: notebook.exportedHtml } : {}),
      },
      cases: notebook.cases.map((each) => caseView(each, ids.get(each)!, title)),
    };
  });
}

function suiteGroups(run: TestResults, ids: Ids): GroupView[] {
  const outputs = new Map(run.suiteOutputs?.map(({ suite, output }) => [suite.join(" / "), output]));
  return [...groupBySuite(run.cases, (testCase) => testCase.className || run.name)].map(([name, cases]) => {
    const title = oneLine(name, 300);
    const output = outputs.get(name);
    return {
      title,
      counts: countOutcomes(cases),
      cases: cases.map((testCase) => caseView(testCase, ids.get(testCase)!, title)),
      ...(output ? { output: shownText(output) } : {}),
    };
  });
}

/** @param group the group's title: if it ends with the place of the case, the place is left out */
export function caseView(testCase: TestCase, id: string, group: string): CaseView {
  const place = oneLine(testCase.className, 300);
  const url = webAddress(testCase.url);
  const { message, failingCell, trace, output } = testCase;
  return {
    id,
    name: oneLine(testCase.name, 500),
    ...(place && !group.endsWith(place) ? { place } : {}),
    outcome: testCase.outcome,
    flaky: testCase.outcome === "passed" && (testCase.failedAttempts?.length ?? 0) > 0,
    attempts: testCase.failedAttempts?.length ?? 0,
    quarantined: testCase.marks?.quarantined === true,
    ...(testCase.marks?.owner ? { owner: oneLine(testCase.marks.owner, 100) } : {}),
    isPhase: testCase.phase !== undefined,
    ...latencyOf(testCase.phase),
    durationSeconds: testCase.durationSeconds,
    ...(message ? { message: shownText(message, 5_000) } : {}),
    ...(failingCell
      ? {
          failingCell: {
            number: failingCell.number,
            language: oneLine(failingCell.language, 20),
            source: shownText(failingCell.source),
          },
        }
      : {}),
    ...(trace && trace !== message ? { trace: shownText(trace) } : {}),
    ...(output ? { output: shownText(output) } : {}),
    ...(url ? { url } : {}),
    failedAttempts: (testCase.failedAttempts ?? []).map((attempt) => ({
      message: shownText(attempt.message, 5_000),
      ...(attempt.trace ? { trace: shownText(attempt.trace) } : {}),
    })),
  };
}

/** @param groups those of the notebooks, in the same order */
function notebookEntries(
  groups: readonly GroupView[],
  notebooks: readonly NotebookResult[],
): TimelineEntry[] {
  return notebooks.map(({ outcome, startedOn, durationSeconds, phase }, index) => {
    const { title, notebook } = groups[index]!;
    return { id: notebook!.id, title, outcome, startedOn, durationSeconds, ...(phase ? { phase } : {}) };
  });
}

/** Of the cases of a JUnit file only the phases of streaming tests have a start. */
function phaseEntries({ cases }: TestResults, ids: Ids): TimelineEntry[] {
  return cases.flatMap((testCase) => {
    const { className, name, outcome, durationSeconds, phase } = testCase;
    if (!phase) return [];
    const { startedOn } = phase;
    const title = oneLine(`${className}/${name}`, 300);
    return [{ id: ids.get(testCase)!, title, outcome, startedOn, durationSeconds, phase }];
  });
}

function timelinePart(
  entries: readonly TimelineEntry[],
  cluster: ClusterUse | undefined,
): Pick<ReportView, "timeline"> {
  const timeline = timelineOf(entries, cluster);
  return timeline ? { timeline } : {};
}

/** Cuts the text before it is cleaned, because cleaning 10 MB is slow. */
export function shownText(text: string, limit = longestText): string {
  return plainText(cutMiddle(text, limit)).trimEnd();
}

function span(notebooks: readonly NotebookResult[]): number {
  const starts = notebooks.map(({ startedOn }) => startedOn.getTime());
  const ends = notebooks.map(
    ({ startedOn, durationSeconds }) => startedOn.getTime() + durationSeconds * 1000,
  );
  return notebooks.length === 0 ? 0 : (Math.max(...ends) - Math.min(...starts)) / 1000;
}

function sum(cases: readonly TestCase[]): number {
  return cases.reduce((seconds, testCase) => seconds + testCase.durationSeconds, 0);
}
