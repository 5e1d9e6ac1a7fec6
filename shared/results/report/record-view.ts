import { oneLine, webAddress } from "../../text/plain-text.ts";
import type { StatusRecord, StatusResult } from "../status-record.ts";
import { countOutcomes, overallOutcome } from "../test-case.ts";
import { type CaseView, caseView, type GroupView, type ReportView } from "./view.ts";

const platforms = { databricks: "Databricks workspace", fabric: "Fabric workspace" };

/**
 * A status record as a page shows it: each notebook with the cases that it reported, and the suites of other cases.
 * @param idPrefix makes the ids of its cases unique in a page that shows several records
 */
export function recordView(record: StatusRecord, idPrefix: string): ReportView {
  const { artifact, environment, startedOn, finishedOn, counts } = record;
  const workspace = webAddress(record.workspace);
  return {
    title: artifact ? oneLine(`${artifact.name} ${artifact.version}`, 200) : "Notebooks",
    outcome: overallOutcome(counts),
    counts,
    startedOn: new Date(startedOn),
    durationSeconds: (Date.parse(finishedOn) - Date.parse(startedOn)) / 1000,
    ...(environment ? { environment: oneLine(environment, 100) } : {}),
    links: workspace ? [{ words: platforms[record.platform], url: workspace }] : [],
    groups: groupsOf(record.results, idPrefix),
  };
}

interface Group {
  title: string;
  notebook?: StatusResult;
  cases: StatusResult[];
}

/** In a record, the name of a case in a suite is `suite / case`. A case that a notebook reported names the notebook, too. */
function groupsOf(results: readonly StatusResult[], idPrefix: string): GroupView[] {
  const groups: Group[] = [];
  const bySuite = new Map<string, Group>();
  for (const result of results) {
    const suite = suiteOf(result);
    if (suite === undefined) {
      groups.push({ title: oneLine(result.name, 300), notebook: result, cases: [] });
      continue;
    }
    let group =
      bySuite.get(suite) ??
      groups.findLast(({ notebook }) => notebook?.name === (result.reportedBy ?? suite));
    if (!group) {
      group = { title: oneLine(suite, 300), cases: [] };
      groups.push(group);
    }
    bySuite.set(suite, group);
    group.cases.push(result);
  }
  let count = 0;
  const view = ({ failedAttempts = 0, runUrl, ...result }: StatusResult, name: string, file = "") => ({
    ...caseView({ ...result, name, className: "", url: runUrl }, `${idPrefix}${++count}`, ""),
    flaky: result.outcome === "passed" && failedAttempts > 0,
    ...(result.file && result.file !== file ? { place: oneLine(result.file, 300) } : {}),
  });
  return groups.map(
    ({ title, notebook, cases }): GroupView => ({
      title,
      counts: countOutcomes(notebook ? [notebook, ...cases] : cases),
      ...(notebook ? { notebook: view(notebook, title) } : {}),
      cases: cases.map(
        (each): CaseView => view(each, each.name.slice(suiteOf(each)!.length + 3), notebook?.file),
      ),
    }),
  );
}

function suiteOf({ name }: StatusResult): string | undefined {
  const end = name.lastIndexOf(" / ");
  return end > 0 ? name.slice(0, end) : undefined;
}
