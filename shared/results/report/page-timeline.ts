import { duration } from "../../text/duration.ts";
import { html, type Markup } from "./html.ts";
import type { Lane, Timeline } from "./timeline.ts";

/** A lane for each notebook, with a link to its result. */
export function timeline(view: Timeline): Markup {
  return html`<section class="timeline" aria-labelledby="timeline-title">
<h2 id="timeline-title">Timeline</h2>
<div class="axis" aria-hidden="true"><span></span><div>${view.ticks.map(
    ({ at, seconds }) => html`<span style="left: ${at}%">${duration(seconds)}</span>`,
  )}</div></div>
<ol>
${
  view.cluster &&
  html`<li class="cluster"><span class="name">cluster ${view.cluster.name}</span><span class="track">${grid(view)}<span class="bar" style="left: ${view.cluster.at}%; width: ${view.cluster.width}%"></span></span></li>`
}
${view.lanes.map((each) => lane(each, view))}
</ol>
</section>`;
}

function lane(lane: Lane, view: Timeline): Markup {
  const description = `${lane.outcome} after ${duration(lane.durationSeconds)}, started at ${duration(lane.startSeconds)}`;
  // A label that would not fit after its bar is put before it, or into it if there is no place before it either.
  const [left, right] = [lane.at, 100 - lane.at - lane.width];
  const side = right >= 15 ? "after" : left >= 15 ? "before" : "within";
  return html`<li><a href="#${lane.id}"><span class="name" title="${lane.fullName}">${lane.name}</span><span class="track">${grid(view)}<span class="bar ${lane.outcome}" style="left: ${lane.at}%; width: ${lane.width}%"><span class="${side}" aria-hidden="true">${duration(lane.durationSeconds)}</span></span></span><span class="unseen">${description}</span></a></li>`;
}

function grid(view: Timeline): Markup[] {
  return view.ticks.map(({ at }) => html`<i style="left: ${at}%"></i>`);
}
