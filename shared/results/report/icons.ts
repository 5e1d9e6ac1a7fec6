import type { TestOutcome } from "../test-outcome.ts";
import { html, type Markup } from "./html.ts";

/** The shape within the circle. Outcomes differ in shape and in colour. */
export const outcomePaths: Record<TestOutcome, string> = {
  passed: "M4.5 8.3 7 10.8l4.6-5.2",
  failed: "m5.3 5.3 5.4 5.4m0-5.4-5.4 5.4",
  skipped: "M5 8h6",
};

/** The label says the outcome to readers who do not see shape and colour. */
export function icon(outcome: TestOutcome): Markup {
  return html`<svg class="icon ${outcome}" viewBox="0 0 16 16" role="img" aria-label="${outcome}"><circle cx="8" cy="8" r="8"/><path d="${outcomePaths[outcome]}"/></svg>`;
}
