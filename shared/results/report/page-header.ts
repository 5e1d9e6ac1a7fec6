import { duration } from "../../text/duration.ts";
import type { OutcomeCounts } from "../test-case.ts";
import { html, type Markup } from "./html.ts";
import { icon } from "./icons.ts";
import type { ReportView } from "./view.ts";
import { date, passRate } from "./words.ts";

export function header(view: ReportView): Markup {
  return html`<header class="page ${view.outcome}">
<div class="verdict">
${icon(view.outcome)}
<div>
<h1>${view.title}</h1>
<p class="sentence">${sentence(view.counts)}</p>
</div>
</div>
${proportions(view.counts)}
<dl class="facts">
${facts(view).map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}
</dl>
${
  view.links.length > 0 &&
  html`<nav aria-label="Links">${view.links.map(({ words, url }) => html`<a href="${url}" rel="noopener noreferrer">${words}</a> `)}</nav>`
}
</header>`;
}

function sentence({ total, passed, failed, skipped }: OutcomeCounts): Markup {
  if (total === 0) return html`Nothing ran.`;
  const rest = skipped > 0 && html`, ${skipped} skipped`;
  if (failed > 0) return html`<strong>${failed} of ${total} failed</strong>, ${passed} passed${rest}`;
  return passed > 0
    ? html`<strong>${passed} passed</strong>${rest}`
    : html`<strong>All ${total} skipped</strong>`;
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

function facts(view: ReportView): [label: string, value: Markup | string][] {
  const { counts, startedOn, cluster } = view;
  const list: [string, Markup | string][] = [];
  const rate = passRate(counts);
  if (rate) list.push(["Pass rate", rate]);
  if (view.environment) list.push(["Environment", view.environment]);
  if (startedOn)
    list.push(["Started", html`<time datetime="${startedOn.toISOString()}">${date(startedOn)}</time>`]);
  list.push([view.timeline ? "Duration" : "Total test time", duration(view.durationSeconds)]);
  if (cluster)
    list.push([
      "Cluster time",
      `${duration(cluster.usedSeconds)} used, ${duration(cluster.idleSeconds)} idle`,
    ]);
  return list;
}
