import { duration } from "../../text/duration.ts";
import { oneLine } from "../../text/plain-text.ts";
import { type BodyPart, bodyOf, placeOf, tagsOf, traceParts } from "./case-body.ts";
import type { CaseView, GroupView, NotebookView } from "./case-view.ts";
import { html, type Markup } from "./html.ts";
import { icon } from "./icons.ts";
import { notebookPage } from "./notebook-page.ts";
import { foldCases, foldedWords, foldGroups, resultsOf } from "./order.ts";
import { choicesOf } from "./outcome-choices.ts";
import type { ReportView } from "./view.ts";
import { countsText, numberOf } from "./words.ts";

/** The number of failures that are open when the page opens, so that a list of many failures stays short. */
const openFailures = 10;

/** With more results, the browser lays out only those on the screen. */
const fewResults = 300;

/** Longer exported notebooks are not shown, because mails and wikis allow files of about 25 MB. In characters. */
const longestExport = 5_000_000;

export function results(view: ReportView): Markup {
  let failures = 0;
  const isOpen = ({ outcome }: CaseView) => outcome === "failed" && ++failures <= openFailures;
  const { shown, folded } = foldGroups(view.groups);
  return html`<section class="results${view.counts.total > fewResults && " many"}" id="results" tabindex="-1" aria-labelledby="results-title">
<div class="bar">
<h2 id="results-title">Results</h2>
${view.counts.total > 0 && filters(view)}
</div>
<div class="list">
${shown.map((group) => groupOf(group, isOpen))}
${
  folded.length > 0 &&
  html`<details class="fold groups"><summary>${foldedWords(folded)}</summary>${folded.map((group) => groupOf(group, isOpen))}</details>`
}
</div>
<div class="flat" hidden></div>
${view.emptiness && html`<p class="none">${view.emptiness}</p>`}
<p class="none" id="no-match" hidden>No results match this outcome and search. <button type="button" name="all">Show all</button></p>
</section>`;
}

/** Hidden until the script runs, without which they do nothing. */
function filters({ groups, counts }: ReportView): Markup {
  return html`<form role="search" aria-label="Results" hidden>
<fieldset><legend class="unseen">Outcome</legend>${choicesOf(resultsOf(groups)).map(
    ({ value, words, count }) =>
      html`<label><input type="radio" name="outcome" value="${value}"${value === "all" && html` checked`}><span>${words} <b>${count}</b></span></label>`,
  )}</fieldset>
<label class="search"><span class="unseen">Search in names, messages and traces</span><input type="search" name="words" placeholder="Search names and traces" autocomplete="off" spellcheck="false"></label>
<label class="order"><span class="unseen">Order</span><select name="order"><option value="failures">Failures first</option><option value="time">Longest first</option></select></label>
${
  counts.failed > 0 &&
  html`<span class="next"><button type="button" name="next">Next failure</button><output name="position" aria-live="polite"></output></span>`
}
<output name="shown" aria-live="polite" class="unseen"></output>
</form>`;
}

type IsOpen = (view: CaseView) => boolean;

function groupOf(group: GroupView, isOpen: IsOpen): Markup {
  const { title, notebook, cases, output } = group;
  const { shown, folded } = foldCases(cases);
  const rows = (views: readonly CaseView[]) => views.map((each) => result(each, isOpen, html`${each.name}`));
  const suite = html`<h3 class="suite">${title} <span>${countsText(group.counts)}</span></h3>`;
  const suiteOutput =
    output &&
    html`<details class="output"><summary>Output of the suite</summary>${pre(output, `Output of ${title}`)}</details>`;
  if (!notebook && shown.length === 0)
    return html`<section class="group" data-title="${title}"><details class="fold suite"><summary>${icon("passed")}${suite}</summary><div class="cases">${rows(folded)}</div></details>${suiteOutput}</section>`;
  return html`<section class="group" data-title="${title}">
${notebook ? result(notebook, isOpen, html`<h3>${notebook.name}</h3>`) : suite}
${
  cases.length > 0 &&
  html`<div class="cases">${rows(shown)}${
    folded.length > 0 &&
    html`<details class="fold"><summary>${numberOf(folded.length, "passed test")}</summary>${rows(folded)}</details>`
  }</div>`
}
${suiteOutput}</section>`;
}

function result(view: CaseView & Partial<NotebookView>, isOpen: IsOpen, name: Markup): Markup {
  const row = html`${icon(view.outcome)}<span class="name">${name}${tagsOf(view).map((tag) => html` <span class="tag">${tag}</span>`)}${placeOf(view) && html`<small>${placeOf(view)}</small>`}${
    view.exitValue && html`<small>exit value <code>${oneLine(view.exitValue, 160)}</code></small>`
  }${
    view.outcome !== "passed" && view.message && html`<span class="message">${view.message}</span>`
  }</span><span class="time">${duration(view.durationSeconds)}</span>`;
  const parts = bodyOf(view);
  const body = [
    ...parts.map((part) => bodyPart(part, view.name)),
    ...(view.exportedHtml ? [frame(view.exportedHtml, view.name, view.source)] : []),
  ];
  const link = view.url && html`<a href="${view.url}" rel="noopener noreferrer">Open the run</a>`;
  const data = html`id="${view.id}" data-outcome="${view.outcome}" data-seconds="${Math.round(view.durationSeconds * 1000) / 1000}"${view.flaky && html` data-flaky`}`;
  if (body.length === 0 && !link && view.outcome !== "failed")
    return html`<div class="result row" ${data}>${row}</div>`;
  return html`<details class="result" ${data}${isOpen(view) && html` open`}><summary class="row">${row}</summary><div class="body">${body}<p class="links">${link} <a href="#${view.id}">Link to this result</a></p></div></details>`;
}

function bodyPart(part: BodyPart, name: string): Markup {
  if (part.kind === "cell")
    return block(
      html`${part.title} <small>${part.language}</small>`,
      html`<pre class="source" tabindex="0" role="group" aria-label="${part.title} of ${name}">${part.cell.source
        .split("\n")
        .map((line) => html`<span>${line}\n</span>`)}</pre>`,
      `${part.title} of ${name}`,
    );
  if (part.kind === "attempts")
    return html`<details class="output"><summary>${part.title}</summary>${part.attempts.map(
      ({ title, text }) => textBlock(title, text, name),
    )}</details>`;
  if (part.kind === "comparison")
    return html`<div class="comparison"><p>${part.words} ${part.url ? html`<a href="${part.url}" rel="noopener noreferrer">${part.run}</a>` : part.run}${part.changes.length > 0 || part.text !== undefined ? ":" : "."}</p>${
      part.changes.length > 0 &&
      html`<ul>${part.changes.map((change) => html`<li><code>${change}</code></li>`)}</ul>`
    }${part.text !== undefined && pre(part.text, `Exit value of ${name} in run ${part.run}`)}</div>`;
  return textBlock(part.title, part.text, name, part.isTrace);
}

function textBlock(title: string, text: string, name: string, isTrace = false): Markup {
  const content = isTrace
    ? traceParts(text).map((part) => (part.isMarked ? html`<mark>${part.text}</mark>` : part.text))
    : text;
  return block(html`${title}`, pre(content, `${title} of ${name}`), `${title} of ${name}`);
}

/** A text with a button that copies it, which is hidden until the script runs. */
function block(title: Markup, content: Markup, name: string): Markup {
  return html`<div class="block"><h4>${title}</h4><button type="button" class="copy" aria-label="Copy ${name}">Copy</button>${content}</div>`;
}

/** Focusable, so that the keyboard can scroll it. */
function pre(text: string | (string | Markup)[], name: string): Markup {
  return html`<pre tabindex="0" role="group" aria-label="${name}">${text}</pre>`;
}

/** The sandbox allows nothing: the frame has an origin of its own, and no scripts, forms or windows. */
function frame(exportedHtml: string, name: string, source = name): Markup {
  const page = exportedHtml.length > longestExport ? undefined : notebookPage(exportedHtml);
  return html`<details class="output"><summary>Notebook with its output</summary>${
    page === undefined
      ? html`<p>The notebook is ${Math.ceil(exportedHtml.length / 1_000_000)} MB; open the run to see it.</p>`
      : html`<iframe sandbox="" loading="lazy" referrerpolicy="no-referrer" title="Output of ${name}" data-source="${source}" srcdoc="${page}"></iframe>`
  }</details>`;
}
