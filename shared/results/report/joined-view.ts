import { outcomeOf } from "../result-sums.ts";
import type { OutcomeCounts } from "../test-case.ts";
import { type ReportView, sumOfGroups } from "./view.ts";

/** Several records as one, for the head of a page. @param views at least one */
export function joinViews(views: readonly ReportView[]): ReportView {
  const [first, ...others] = views as [ReportView, ...ReportView[]];
  if (others.length === 0) return first;
  const groups = views.flatMap((view) => view.groups);
  const sums = sumOfGroups(groups);
  const starts = views.flatMap(({ startedOn }) => (startedOn ? [startedOn.getTime()] : []));
  const environments = distinct(views.flatMap(({ environment }) => environment ?? []));
  return {
    title: distinct(views.map(({ title }) => title)).join(", "),
    outcome: outcomeOf(sums),
    counts: views.map(({ counts }) => counts).reduce(added),
    sums,
    ...(views.every(({ origin }) => JSON.stringify(origin) === JSON.stringify(first.origin)) && first.origin
      ? { origin: first.origin }
      : {}),
    ...(starts.length > 0 ? { startedOn: new Date(Math.min(...starts)) } : {}),
    durationSeconds: views.reduce((seconds, view) => seconds + view.durationSeconds, 0),
    isDurationSum: first.isDurationSum,
    ...(environments.length > 0 ? { environment: environments.join(", ") } : {}),
    links: [...new Map(views.flatMap(({ links }) => links).map((link) => [link.url, link])).values()],
    groups,
  };
}

function added(one: OutcomeCounts, other: OutcomeCounts): OutcomeCounts {
  return {
    total: one.total + other.total,
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  };
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
