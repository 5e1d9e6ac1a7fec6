import { oneLine, webAddress } from "../../text/plain-text.ts";
import { sourceOf } from "../notebook-source.ts";
import { phaseOf, type ResultDetails } from "../result-details.ts";
import { outcomeOf } from "../result-sums.ts";
import type { RunOrigin } from "../run-origin.ts";
import type { StatusRecord, StatusResult } from "../status-record.ts";
import { countOutcomes } from "../test-case.ts";
import type { CaseView, GroupView, NotebookView } from "./case-view.ts";
import { failuresFirst } from "./order.ts";
import { timelineOf } from "./timeline.ts";
import type { TimelineEntry } from "./timeline-lane.ts";
import { caseView, type ReportView, shownOrigin, shownText, sumOfGroups } from "./view.ts";

const platforms = { databricks: "Databricks workspace", fabric: "Fabric workspace" };

/** What a page knows of a record beside the record itself. */
export interface RecordContext {
  origin?: RunOrigin;
  /** Of its results, by the object in the record. */
  details?: ReadonlyMap<StatusResult, ResultDetails>;
}

/**
 * A status record as a page shows it: each notebook with the cases that it reported, and the suites of other cases.
 * @param idPrefix makes the ids of its cases unique in a page that shows several records
 */
export function recordView(
  record: StatusRecord,
  idPrefix: string,
  { origin, details }: RecordContext = {},
): ReportView {
  const { artifact, environment, startedOn, finishedOn, counts } = record;
  const workspace = webAddress(record.workspace);
  const { groups, timed } = groupsOf(record.results, idPrefix, details);
  const timeline = timelineOf(timed);
  const sums = sumOfGroups(groups);
  return {
    title: artifact
      ? oneLine(`${artifact.name} ${artifact.version}`, 200)
      : sums.noun === "phase"
        ? "Streaming test"
        : "Notebooks",
    outcome: outcomeOf(sums),
    counts,
    sums,
    ...(origin ? { origin: shownOrigin(origin) } : {}),
    ...(counts.total === 0 ? { emptiness: "The step ran no notebook." } : {}),
    startedOn: new Date(startedOn),
    durationSeconds: (Date.parse(finishedOn) - Date.parse(startedOn)) / 1000,
    isDurationSum: false,
    ...(environment ? { environment: oneLine(environment, 100) } : {}),
    ...(timeline ? { timeline } : {}),
    links: workspace ? [{ words: platforms[record.platform], url: workspace }] : [],
    groups: failuresFirst(groups),
  };
}

interface Group {
  title: string;
  notebook?: StatusResult;
  cases: StatusResult[];
}

/** In a record, the name of a case in a suite is `suite / case`. A case that a notebook reported names the notebook, too. */
function groupsOf(
  results: readonly StatusResult[],
  idPrefix: string,
  details: RecordContext["details"],
): { groups: GroupView[]; timed: TimelineEntry[] } {
  const groups: Group[] = [];
  const bySuite = new Map<string, Group>();
  const byNotebook = new Map<string, Group>();
  for (const result of results) {
    const suite = suiteOf(result);
    if (suite === undefined) {
      const group = { title: oneLine(result.name, 300), notebook: result, cases: [] };
      groups.push(group);
      byNotebook.set(result.name, group);
      continue;
    }
    let group = bySuite.get(suite) ?? byNotebook.get(result.reportedBy ?? suite);
    if (!group) {
      group = { title: oneLine(suite, 300), cases: [] };
      groups.push(group);
    }
    bySuite.set(suite, group);
    group.cases.push(result);
  }
  let count = 0;
  const view = (result: StatusResult, name: string, file = ""): CaseView => {
    const { failedAttempts = 0, runUrl, quarantined, owner, phase, latencySeconds, ...rest } = result;
    const known = details?.get(result);
    const marks = { ...(quarantined ? { quarantined } : {}), ...(owner ? { owner } : {}) };
    return {
      ...caseView(
        {
          ...{ ...known, ...rest, name, className: "", url: runUrl, marks },
          failedAttempts: known?.failedAttempts,
          phase: known?.phase && phaseOf(known.phase, result),
        },
        `${idPrefix}${++count}`,
        "",
      ),
      attempts: failedAttempts,
      flaky: result.outcome === "passed" && failedAttempts > 0,
      isPhase: phase !== undefined,
      ...(latencySeconds === undefined ? {} : { latencySeconds }),
      ...(result.file && result.file !== file && withoutExtension(result.file) !== result.name
        ? { place: oneLine(result.file, 300) }
        : {}),
    };
  };
  const notebookView = (result: StatusResult, title: string): NotebookView => {
    const { exitValue = result.exitValue, lastGreen, exportedHtml } = details?.get(result) ?? {};
    return {
      ...view(result, title),
      source: oneLine(sourceOf(result), 300),
      ...(exitValue === undefined ? {} : { exitValue: shownText(exitValue) }),
      ...(lastGreen
        ? {
            lastGreen: {
              ...lastGreen,
              run: oneLine(lastGreen.run, 100),
              exitValue: shownText(lastGreen.exitValue),
            },
          }
        : {}),
      ...(exportedHtml ? { exportedHtml } : {}),
    };
  };
  const views = groups.map(
    ({ title, notebook, cases }): GroupView => ({
      title,
      counts: countOutcomes(notebook ? [notebook, ...cases] : cases),
      ...(notebook ? { notebook: notebookView(notebook, title) } : {}),
      cases: cases.map((each) => view(each, each.name.slice(suiteOf(each)!.length + 3), notebook?.file)),
    }),
  );
  return {
    groups: views,
    timed: groups.flatMap(({ title, notebook }, index) => {
      const known = notebook && details?.get(notebook)?.phase;
      return known ? [timelineEntry(views[index]!.notebook!.id, title, notebook, known)] : [];
    }),
  };
}

/** Only the phases of streaming tests have a start, which is in the details. */
function timelineEntry(
  id: string,
  title: string,
  result: StatusResult,
  known: NonNullable<ResultDetails["phase"]>,
): TimelineEntry {
  const { outcome, durationSeconds } = result;
  const phase = phaseOf(known, result);
  return { id, title, outcome, startedOn: phase.startedOn, durationSeconds, phase };
}

function withoutExtension(file: string): string {
  return file.replace(/\.[^./]*$/, "");
}

function suiteOf({ name }: StatusResult): string | undefined {
  const end = name.lastIndexOf(" / ");
  return end > 0 ? name.slice(0, end) : undefined;
}
