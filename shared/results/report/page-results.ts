import { duration } from "../../text/duration.ts";
import { oneLine } from "../../text/plain-text.ts";
import type { FailingCell, OutcomeCounts, TestOutcome } from "../test-case.ts";
import { html, type Markup } from "./html.ts";
import { icon } from "./icons.ts";
import { notebookPage } from "./notebook-page.ts";
import { outcomeChoices } from "./outcome-choices.ts";
import type { CaseView, GroupView, ReportView } from "./view.ts";
import { countsText } from "./words.ts";

/** The number of failures that are open when the page opens, so that a list of many failures stays short. */
const openFailures = 10;

/** With more results, the browser lays out only those on the screen. */
const fewResults = 300;

/** Longer exported notebooks are not shown, because mails and wikis allow files of about 25 MB. In characters. */
const longestExport = 5_000_000;

export function results(view: ReportView): Markup {
  let failures = 0;
  const isOpen = (outcome: TestOutcome) => outcome === "failed" && ++failures <= openFailures;
  return html`<section class="results${view.counts.total > fewResults && " many"}" id="results" tabindex="-1" aria-labelledby="results-title">
<div class="bar">
<h2 id="results-title">Results</h2>
${filters(view.counts)}
</div>
${view.groups.map((group) => groupOf(group, isOpen))}
<p class="none" hidden>No results match this outcome and search.</p>
</section>`;
}

/** Hidden until the script runs, without which they do nothing. */
function filters(counts: OutcomeCounts): Markup {
  return html`<form role="search" aria-label="Results" hidden>
<fieldset><legend class="unseen">Outcome</legend>${outcomeChoices(counts).map(
    ({ value, words, count }) =>
      html`<label><input type="radio" name="outcome" value="${value}"${value === "all" && html` checked`}><span>${words} <b>${count}</b></span></label>`,
  )}</fieldset>
<label class="search"><span class="unseen">Search in names, messages and traces</span><input type="search" name="words" placeholder="Search names and traces" autocomplete="off" spellcheck="false"></label>
${counts.failed > 0 && html`<button type="button" name="next">Next failure</button>`}
<output aria-live="polite" class="unseen"></output>
</form>`;
}

function groupOf(group: GroupView, isOpen: (outcome: TestOutcome) => boolean): Markup {
  const { notebook } = group;
  return html`<section class="group">
${
  notebook
    ? result(notebook, isOpen(notebook.outcome), notebookName(notebook), [
        notebook.exitValue !== undefined && block("Exit value", notebook.exitValue),
        notebook.exportedHtml && frame(notebook.exportedHtml, notebook.name),
      ])
    : html`<h3 class="suite">${group.title} <span>${countsText(group.counts)}</span></h3>`
}
${group.cases.length > 0 && html`<div class="cases">${group.cases.map((each) => result(each, isOpen(each.outcome), html`${each.name}`))}</div>`}
${group.output && html`<details class="output"><summary>Output of the suite</summary>${pre(group.output, `Output of ${group.title}`)}</details>`}
</section>`;
}

function notebookName({ name, exitValue }: NonNullable<GroupView["notebook"]>): Markup {
  return html`<h3>${name}</h3>${exitValue && html`<small>exit value <code>${oneLine(exitValue, 160)}</code></small>`}`;
}

function result(
  view: CaseView,
  open: boolean,
  name: Markup,
  more: (Markup | undefined | "" | false)[] = [],
): Markup {
  const row = html`${icon(view.outcome)}<span class="name">${name}${view.flaky && html` <span class="tag">flaky</span>`}${view.place && html`<small>${view.place}</small>`}${
    view.outcome !== "passed" && view.message && html`<span class="message">${view.message}</span>`
  }</span><span class="time">${duration(view.durationSeconds)}</span>`;
  const body = [
    view.failingCell && cell(view.failingCell, view.name),
    view.trace && html`<h4>Traceback</h4>${pre(marked(view.trace), `Traceback of ${view.name}`)}`,
    view.failedAttempts.length > 0 && attempts(view.failedAttempts),
    view.output && block("Output", view.output),
    ...more,
    view.url && html`<p><a href="${view.url}" rel="noopener noreferrer">Open the run</a></p>`,
  ];
  const isEmpty = body.every((part) => !part || (Array.isArray(part) && part.length === 0));
  if (isEmpty)
    return html`<div class="result row" id="${view.id}" data-outcome="${view.outcome}">${row}</div>`;
  return html`<details class="result" id="${view.id}" data-outcome="${view.outcome}"${open && html` open`}><summary class="row">${row}</summary><div class="body">${body}</div></details>`;
}

function attempts(failed: CaseView["failedAttempts"]): Markup {
  return html`<details class="output"><summary>${failed.length === 1 ? "1 failed attempt" : `${failed.length} failed attempts`}</summary>${failed.map(
    ({ message, trace }, index) => {
      const text = trace?.includes(message) ? trace : [message, trace].filter(Boolean).join("\n\n");
      return block(`Attempt ${index + 1}`, text);
    },
  )}</details>`;
}

function cell({ number, language, source }: FailingCell, name: string): Markup {
  const lines = source.split("\n").map((line) => html`<span>${line}\n</span>`);
  return html`<h4>Cell ${number} <small>${language}</small></h4><pre class="source" tabindex="0" role="group" aria-label="Cell ${number} of ${name}">${lines}</pre>`;
}

function block(title: string, text: string): Markup {
  return html`<h4>${title}</h4>${pre(text, title)}`;
}

/** Marks the lines that a traceback points at: IPython does so with an arrow, pytest with `>` and `E`. */
function marked(trace: string): (string | Markup)[] {
  return trace
    .split(/^((?:-{2,}>|>|E) .*)$/gm)
    .map((part, index) => (index % 2 === 1 ? html`<mark>${part}</mark>` : part));
}

/** Focusable, so that the keyboard can scroll it. */
function pre(text: string | (string | Markup)[], name: string): Markup {
  return html`<pre tabindex="0" role="group" aria-label="${name}">${text}</pre>`;
}

/** The sandbox allows nothing: the frame has an origin of its own, and no scripts, forms or windows. */
function frame(exportedHtml: string, name: string): Markup {
  const page = exportedHtml.length > longestExport ? undefined : notebookPage(exportedHtml);
  return html`<details class="output"><summary>Notebook with its output</summary>${
    page === undefined
      ? html`<p>The notebook is ${Math.ceil(exportedHtml.length / 1_000_000)} MB; open the run to see it.</p>`
      : html`<iframe sandbox="" loading="lazy" referrerpolicy="no-referrer" title="Output of ${name}" srcdoc="${page}"></iframe>`
  }</details>`;
}
