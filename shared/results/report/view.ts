import { cutMiddle, oneLine, plainText, webAddress } from "../../text/plain-text.ts";
import type { ClusterUse } from "../cluster-use.ts";
import type { NotebookResult } from "../notebook-result.ts";
import {
  countOutcomes,
  type FailingCell,
  groupBySuite,
  type OutcomeCounts,
  overallOutcome,
  type TestCase,
  type TestOutcome,
} from "../test-case.ts";
import type { TestResults } from "../test-results.ts";
import { type Timeline, timelineOf } from "./timeline.ts";

/** What a page shows of the results: plain text without control characters, cut if it is long, and links to web addresses only. */
export interface ReportView {
  title: string;
  /** `skipped` if no case ran. */
  outcome: TestOutcome;
  counts: OutcomeCounts;
  startedOn?: Date;
  /** For notebooks from the first start to the last end; else the sum of the cases' durations. */
  durationSeconds: number;
  environment?: string;
  cluster?: ClusterUse;
  links: { words: string; url: string }[];
  timeline?: Timeline;
  groups: GroupView[];
}

/** A notebook with the cases that it reported, or a suite. */
export interface GroupView {
  title: string;
  counts: OutcomeCounts;
  /** The notebook itself, which is a case too. */
  notebook?: CaseView & { exitValue?: string; exportedHtml?: string };
  cases: CaseView[];
  output?: string;
}

export interface CaseView {
  /** Unique in the page: `case-1`, … */
  id: string;
  name: string;
  /** Its file or class, unless the group's title says it already. */
  place?: string;
  outcome: TestOutcome;
  /** Passed after failed attempts. */
  flaky: boolean;
  durationSeconds: number;
  message?: string;
  failingCell?: FailingCell;
  trace?: string;
  output?: string;
  url?: string;
  failedAttempts: { message: string; trace?: string }[];
}

export interface ReportOptions {
  environment?: string;
  cluster?: ClusterUse;
  links?: { words: string; url: string }[];
}

/** The most characters of one text; a longer one is cut in the middle. */
const longestText = 100_000;

export function reportView(run: TestResults, options: ReportOptions = {}): ReportView {
  const counts = countOutcomes(run.cases);
  const numbered = run.cases.map((testCase, index) => ({ testCase, id: `case-${index + 1}` }));
  const ids = new Map(numbered.map(({ testCase, id }) => [testCase, id]));
  const groups = run.notebooks ? notebookGroups(run, ids) : suiteGroups(run, ids);
  const title = oneLine(run.name, 200) || "Test results";
  const cluster = options.cluster && { ...options.cluster, name: oneLine(options.cluster.name, 100) };
  return {
    title,
    outcome: overallOutcome(counts),
    counts,
    ...(run.startedOn ? { startedOn: run.startedOn } : {}),
    durationSeconds: run.notebooks ? span(run.notebooks) : sum(run.cases),
    ...(options.environment ? { environment: oneLine(options.environment, 100) } : {}),
    ...(cluster ? { cluster } : {}),
    links: (options.links ?? []).flatMap(({ words, url }) => {
      const address = webAddress(url);
      return address ? [{ words, url: address }] : [];
    }),
    ...(run.notebooks && run.notebooks.length > 0
      ? { timeline: timelineOf(groups, run.notebooks, cluster) }
      : {}),
    groups,
  };
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
        ...(notebook.exitValue === undefined ? {} : { exitValue: shown(notebook.exitValue) }),
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
      ...(output ? { output: shown(output) } : {}),
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
    durationSeconds: testCase.durationSeconds,
    ...(message ? { message: shown(message, 5_000) } : {}),
    ...(failingCell
      ? {
          failingCell: {
            number: failingCell.number,
            language: oneLine(failingCell.language, 20),
            source: shown(failingCell.source),
          },
        }
      : {}),
    ...(trace && trace !== message ? { trace: shown(trace) } : {}),
    ...(output ? { output: shown(output) } : {}),
    ...(url ? { url } : {}),
    failedAttempts: (testCase.failedAttempts ?? []).map((attempt) => ({
      message: shown(attempt.message, 5_000),
      ...(attempt.trace ? { trace: shown(attempt.trace) } : {}),
    })),
  };
}

/** Cuts the text before it is cleaned, because cleaning 10 MB is slow. */
function shown(text: string, limit = longestText): string {
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
