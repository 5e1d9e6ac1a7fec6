import { duration } from "../../text/duration.ts";
import { html, type Markup } from "./html.ts";
import {
  descriptionOf,
  labelledPart,
  labelOf,
  labelSide,
  legendOf,
  trackClass,
  tryClass,
} from "./lane-words.ts";
import type { Timeline } from "./timeline.ts";
import type { Extent, IterationLane, Lane } from "./timeline-lane.ts";

/** A lane for each notebook, or for each stream and iteration of a streaming test, with a link to its result. */
export function timeline(view: Timeline): Markup {
  const legend = legendOf(view);
  return html`<section class="timeline" aria-labelledby="timeline-title">
<h2 id="timeline-title">Timeline</h2>
${
  legend.length > 0 &&
  html`<ul class="legend" aria-hidden="true">${legend.map(
    ({ className, words }) => html`<li><span class="${className}"></span>${words}</li>`,
  )}</ul>
`
}<div class="axis" aria-hidden="true"><span></span><div>${view.ticks.map(
    ({ at, seconds }) => html`<span style="left: ${at}%">${duration(seconds)}</span>`,
  )}</div></div>
<ol>
${
  view.cluster &&
  html`<li class="cluster"><span class="name">cluster ${view.cluster.name}</span><span class="track">${grid(view)}<span class="bar" style="${place(view.cluster)}"></span></span></li>`
}
${view.lanes.map((each) => lane(each, view))}
</ol>
</section>`;
}

function lane(lane: Lane, view: Timeline): Markup {
  const text = labelOf(lane);
  const label =
    text && html`<span class="${labelSide(labelledPart(lane))}" aria-hidden="true">${text}</span>`;
  return html`<li><a href="#${lane.id}"><span class="name" title="${lane.fullName}">${lane.name}</span><span class="${trackClass(lane)}">${grid(view)}${
    lane.kind === "iteration"
      ? html`${drawing(lane)}<span class="extent" style="${place(labelledPart(lane))}">${label}</span>`
      : html`<span class="${lane.kind} ${lane.outcome}" style="${place(lane)}">${label}</span>`
  }</span><span class="unseen">${descriptionOf(lane)}</span></a></li>`;
}

function drawing({ payload, tries, latency }: IterationLane): Markup {
  return html`${payload && html`<span class="payload ${payload.outcome}" style="${place(payload)}"></span>`}${tries.map(
    (each) => html`<span class="${tryClass(each)}" style="${place(each)}"></span>`,
  )}${latency && html`<span class="latency" style="${place(latency)}"></span>`}`;
}

function place({ at, width }: Extent): string {
  return `left: ${at}%; width: ${width}%`;
}

function grid(view: Timeline): Markup[] {
  return view.ticks.map(({ at }) => html`<i style="left: ${at}%"></i>`);
}
