import { html, Markup } from "./html.ts";
import { gates } from "./page-gates.ts";
import { header } from "./page-header.ts";
import { release } from "./page-release.ts";
import { results } from "./page-results.ts";
import { timeline } from "./page-timeline.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";
import type { ReportView } from "./view.ts";
import { verdictText } from "./words.ts";

/** @param scriptDigest of `script`, by SHA-256, in base64: the browser and Node compute it in different ways */
export function reportPage(view: ReportView, scriptDigest: string): string {
  // Whoever signs a version off reads first what the gate decided; on other pages a failure comes first.
  const isGateFirst = view.release !== undefined || view.outcome !== "failed";
  const gateParts = [...gates(view.gates ?? []), view.release && release(view.release)];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyWith(scriptDigest)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${view.title} – ${verdictText(view.sums)}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<a class="skip" href="#results">Skip to the results</a>
${header(view)}
<main>
${isGateFirst && gateParts}
${view.outcome !== "failed" && timelineOf(view)}
${results(view)}
${!isGateFirst && gateParts}
${view.outcome === "failed" && timelineOf(view)}
</main>
<footer>Made by Notebook Ops. This file is complete and loads nothing.</footer>
<script>${new Markup(script)}</script>
</body>
</html>
`.source;
}

function timelineOf(view: ReportView): Markup | undefined {
  return view.timeline && timeline(view.timeline);
}

/**
 * Nothing is loaded, and only the page's own script runs. A notebook's output in a frame inherits this policy; it may contain styles, and
 * images and fonts as data.
 */
function policyWith(scriptDigest: string): string {
  return [
    "default-src 'none'",
    `script-src 'sha256-${scriptDigest}'`,
    "style-src 'unsafe-inline'",
    "img-src data:",
    "font-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}
