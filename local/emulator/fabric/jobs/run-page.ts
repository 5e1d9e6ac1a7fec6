import type { CellOutput, CellResult } from "../../../driver/execution-result.ts";
import { isLive, type JobInstance } from "./job-instance.ts";

/** A browser shows a longer text badly, and nobody reads it: the driver's log has all of it. */
const maxLogCharacters = 512 * 1024;

const style = `body{font:14px/1.5 system-ui,sans-serif;margin:2em auto;max-width:70em;padding:0 1em;color:#242424}
h1{font-size:1.4em}pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0;padding:.6em}
section{border:1px solid #d1d1d1;margin:1em 0}section>pre:first-of-type{background:#f5f5f5}
h2{font-size:.85em;margin:0;padding:.4em .6em;color:#616161}img{max-width:100%;padding:.6em}
.Failed,.failed,.error{color:#b10e1c}.Completed,.success{color:#0e700e}`;

/** The page of a run: its cells with their outputs, or for a Spark job its log. All text from the run is escaped. */
export function runPage(instance: JobInstance, log: string): string {
  const { item, status, result } = instance;
  const isNotebook = item.type === "Notebook";
  const kind = isNotebook ? "Notebook" : "Spark job definition";
  const cells =
    isNotebook && result ? result.cells.map((cell) => section(cell, result.error)).join("\n") : "";
  return page(
    `${item.displayName} - ${status}`,
    `<h1>${kind} ${escaped(item.displayName)}: <span class="${status}">${status}</span></h1>
<p>${facts(instance).map(escaped).join("<br>")}</p>
${problem(instance)}${cells || (log ? `<section><h2>Driver log</h2>${pre(ending(log))}</section>` : "")}`,
  );
}

export const noRunPage = () => page("No such run", "<h1>The local workspace has no such run</h1>");

function facts(instance: JobInstance): string[] {
  const { item, id, startMs, endMs, exitValue } = instance;
  return [
    `Workspace: ${item.workspace.displayName}`,
    `Run: ${id}`,
    `Started: ${new Date(startMs).toISOString()}`,
    ...(endMs === undefined ? [] : [`Ended: ${new Date(endMs).toISOString()}`]),
    ...(exitValue === undefined ? [] : [`Exit value: ${exitValue}`]),
    ...(isLive(instance) ? ["The run has not ended; load the page again to see more."] : []),
  ];
}

/** Why the run failed. The trace is with the cell that raised it, or in the log. */
function problem({ failureReason, result }: JobInstance): string {
  const error = result?.error;
  const text = error
    ? `${error.name}: ${error.message}`
    : failureReason && `${failureReason.errorCode}: ${failureReason.message}`;
  return text ? `<section class="error">${pre(text)}</section>\n` : "";
}

function section(
  { number, language, source, state, durationMs, outputs }: CellResult,
  error: { cellNumber: number; trace: string } | undefined,
): string {
  const heading = `Cell ${number} (${escaped(language)}): <span class="${state}">${state}</span>${state === "skipped" ? "" : `, ${durationMs} ms`}`;
  const trace =
    error?.trace && error.cellNumber === number ? `<div class="error">${pre(error.trace)}</div>` : "";
  return `<section><h2>${heading}</h2>${pre(source)}${outputs.map(shown).join("")}${trace}</section>`;
}

function shown(output: CellOutput): string {
  if (output.type === "stream") return pre(output.text);
  const { "image/png": image, "text/plain": plain, "text/html": html } = output.data;
  if (image !== undefined && /^[A-Za-z0-9+/=\s]+$/.test(image))
    return `<img alt="" src="data:image/png;base64,${image.replaceAll(/\s/g, "")}">`;
  return pre(plain ?? html ?? Object.values(output.data)[0] ?? "");
}

function ending(log: string): string {
  return log.length > maxLogCharacters
    ? `[${log.length - maxLogCharacters} characters left out]\n${log.slice(-maxLogCharacters)}`
    : log;
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>${style}</style></head>
<body>${body}</body></html>
`;
}

const pre = (text: string) => `<pre>${escaped(text)}</pre>`;

function escaped(text: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] as string);
}
