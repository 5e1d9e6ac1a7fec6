import { html, type Markup } from "./html.ts";
import { date } from "./words.ts";

/** A time in UTC, which the script writes in the zone of the reader. */
export function timeMarkup(value: Date): Markup {
  return html`<time datetime="${value.toISOString()}" title="${date(value)}">${date(value)}</time>`;
}
