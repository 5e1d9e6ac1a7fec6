import type { GateView } from "./gate-view.ts";
import { html, type Markup } from "./html.ts";
import { icon } from "./icons.ts";
import { timeMarkup } from "./page-time.ts";

/** What gates decided about the version, for the person who signs it off. */
export function gates(views: readonly GateView[]): Markup[] {
  return views.map(
    (view) => html`<section class="gate">
<h2>${icon(view.hasPassed ? "passed" : "failed")} Gate: ${view.title}</h2>
<p>Decided ${timeMarkup(view.decidedOn)} on <code>${view.digest}</code></p>
<table>${view.rules.map(
      ({ name, holds, text }) =>
        html`<tr><td>${icon(holds ? "passed" : "failed")}</td><th scope="row">${name}</th><td>${text}</td></tr>`,
    )}</table>
${view.approvals.map(({ by, on, comment }) => html`<p>Approved by ${by}${on && html`, ${timeMarkup(on)}`}${comment && `: ${comment}`}</p>`)}
</section>`,
  );
}
