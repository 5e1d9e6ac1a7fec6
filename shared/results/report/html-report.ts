import { createHash } from "node:crypto";
import type { TestResults } from "../test-results.ts";
import { html, Markup } from "./html.ts";
import { header } from "./page-header.ts";
import { results } from "./page-results.ts";
import { timeline } from "./page-timeline.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";
import { type ReportOptions, reportView } from "./view.ts";

/**
 * The results as one HTML file without outside resources. Its script only filters, searches and moves the focus, so that the report can
 * also be printed, and read with scripts blocked.
 */
export function htmlReport(run: TestResults, options: ReportOptions = {}): string {
  const view = reportView(run, options);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${view.title} – ${{ passed: "passed", failed: `${view.counts.failed} failed`, skipped: "nothing ran" }[view.outcome]}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<a class="skip" href="#results">Skip to the results</a>
${header(view)}
<main>
${view.timeline && timeline(view.timeline)}
${results(view)}
</main>
<footer>Made by Notebook Ops. This file is complete and loads nothing.</footer>
<script>${new Markup(script)}</script>
</body>
</html>
`.source;
}

/**
 * Nothing is loaded, and only the page's own script runs. A notebook's output in a frame inherits this policy; it may contain styles, and
 * images and fonts as data.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  `script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'`,
  "style-src 'unsafe-inline'",
  "img-src data:",
  "font-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
