import { oneLine } from "../../text/plain-text.ts";
import { type CellOutput, type ExportedCell, readNotebookExport, withoutMagic } from "../notebook-export.ts";
import { html, Markup } from "./html.ts";
import { safePage } from "./safe-page.ts";

/** The most rows of a table; the platform's own page shows more. */
const shownRows = 100;

/** In characters of base64. A plot of a notebook is about 50 kB. */
const longestPicture = 2_000_000;

/** The exported notebook as a page that has no scripts and loads nothing, with the safe part of the markup that the notebook wrote. */
export function notebookPage(exportedHtml: string): string {
  const cells = readNotebookExport(exportedHtml);
  if (!cells) return safePage(exportedHtml);
  return safePage(html`<style>${new Markup(style)}</style>${cells.map(cell)}`.source);
}

function cell({ number, language, source, failed, outputs }: ExportedCell): Markup {
  if (language === "markdown")
    return html`<article><pre class="words">${withoutMagic(source)}</pre></article>`;
  return html`<article${failed && html` class="failed"`}><header>Cell ${number} · ${language}${failed && " · failed"}</header><pre>${source}</pre>${outputs.map(output)}</article>`;
}

function output(output: CellOutput): Markup {
  if (output.kind === "html") return html`<div>${new Markup(output.html)}</div>`;
  if (output.kind === "image") return picture(output);
  if (output.kind === "table") return table(output);
  return html`<pre class="${output.kind}">${output.text}</pre>`;
}

function picture({ type, base64 }: Extract<CellOutput, { kind: "image" }>): Markup {
  return base64.length > longestPicture
    ? html`<p>A picture of ${Math.ceil((base64.length * 3) / 4_000_000)} MB; open the run to see it.</p>`
    : html`<img alt="Picture that the cell shows" src="data:${type};base64,${base64}">`;
}

function table({ columns, rows }: Extract<CellOutput, { kind: "table" }>): Markup {
  const more = rows.length - shownRows;
  return html`<table><tr>${columns.map((name) => html`<th>${name}</th>`)}</tr>${rows
    .slice(0, shownRows)
    .map(
      (row) => html`<tr>${row.map((value) => html`<td>${written(value)}</td>`)}</tr>`,
    )}</table>${more > 0 && html`<p>… and ${more} more rows</p>`}`;
}

function written(value: unknown): string {
  return oneLine(typeof value === "string" ? value : JSON.stringify(value), 200);
}

const style = /* css */ `
body { margin: 1rem; font: 14px/1.5 system-ui, sans-serif; color: #1c2430; background: #fff; overflow-wrap: anywhere; }
article { margin: 0 0 1rem; border: 1px solid #dfe3ea; border-radius: 8px; overflow: auto; }
article.failed { border-color: #c4263a; }
header { padding: .25rem .75rem; font-size: .8rem; color: #566073; background: #f3f5f8; }
.failed header { color: #c4263a; }
pre { margin: 0; padding: .6rem .75rem; white-space: pre-wrap; font: 12.5px/1.5 ui-monospace, monospace; background: #f9fafb; }
pre.text, pre.error, .words { background: #fff; border-top: 1px solid #dfe3ea; }
.words { font: inherit; border: 0; }
pre.error { color: #c4263a; }
table { border-collapse: collapse; margin: .6rem .75rem; font-size: .85rem; }
th, td { border: 1px solid #dfe3ea; padding: .15rem .5rem; text-align: left; }
div, img, p { margin: .6rem .75rem; max-width: 100%; }
`;
