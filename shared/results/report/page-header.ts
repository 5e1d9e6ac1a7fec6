import { duration } from "../../text/duration.ts";
import type { OutcomeCounts } from "../test-case.ts";
import { html, type Markup } from "./html.ts";
import { icon } from "./icons.ts";
import { timeMarkup } from "./page-time.ts";
import type { ReportView } from "./view.ts";
import { passRate, verdict } from "./words.ts";

export function header(view: ReportView): Markup {
  const { verdict: words, rest } = verdict(view.sums);
  return html`<header class="page ${view.outcome}">
<div class="verdict">
${icon(view.outcome)}
<div>
<h1>${view.title}</h1>
<p class="sentence"><strong>${words}</strong>${rest && `, ${rest}`}</p>
</div>
</div>
${proportions(view.counts)}
<dl class="facts">
${factsOf(view).map(({ label, value }) => html`<div><dt>${label}</dt><dd>${value instanceof Date ? timeMarkup(value) : value}</dd></div>`)}
</dl>
${
  view.links.length > 0 &&
  html`<nav aria-label="Links">${view.links.map(({ words, url }) => html`<a href="${url}" rel="noopener noreferrer">${words}</a> `)}</nav>`
}
</header>`;
}

/** Hidden from screen readers, because the sentence above says the same. */
function proportions({ total, ...counts }: OutcomeCounts): Markup | false {
  return (
    total > 0 &&
    html`<div class="proportions" aria-hidden="true">${(["failed", "passed", "skipped"] as const).map(
      (outcome) =>
        counts[outcome] > 0 && html`<span class="${outcome}" style="flex-grow: ${counts[outcome]}"></span>`,
    )}</div>`
  );
}

interface Fact {
  label: string;
  value: string | Date;
}

/** What the report and the results tab say about a run, in this order. */
export function factsOf(view: ReportView): Fact[] {
  const { sums, startedOn, cluster, origin = {} } = view;
  const list: Fact[] = [];
  const add = (label: string, value: string | Date | undefined) => {
    if (value) list.push({ label, value });
  };
  add("Pass rate", passRate(sums));
  add("Environment", view.environment);
  add("Run", origin.number);
  add("Branch", origin.branch);
  add("Commit", origin.commit?.slice(0, 8));
  add("Begun by", origin.startedBy);
  add("Started", startedOn);
  add(view.isDurationSum ? "Total test time" : "Duration", duration(view.durationSeconds));
  add("Latency", latencies(view));
  if (cluster)
    add("Cluster time", `${duration(cluster.usedSeconds)} used, ${duration(cluster.idleSeconds)} idle`);
  return list;
}

/** Of the validations of a streaming test, such as `2.9 s to 3.2 s`. */
function latencies({ groups }: ReportView): string | undefined {
  const seconds = groups.flatMap(({ notebook }) => notebook?.latencySeconds ?? []);
  if (seconds.length === 0) return undefined;
  const ends = [Math.min(...seconds), Math.max(...seconds)].map(duration);
  return [...new Set(ends)].join(" to ");
}
