import { toJUnit } from "../../shared/results/junit.ts";
import type { GateView } from "../../shared/results/report/gate-view.ts";
import { recordView } from "../../shared/results/report/record-view.ts";
import { reportPage } from "../../shared/results/report/report-page.ts";
import { script } from "../../shared/results/report/script.ts";
import { resultsOfRecord } from "../../shared/results/result-details.ts";
import type { Details } from "./details.ts";
import type { Subject } from "./subject.ts";

interface Download {
  name: string;
  type: string;
  text: string;
}

/**
 * The results of a version in an environment as files. They are written anew from the record and its details, because anyone can attach a file
 * to a run, and a page that is opened from the disk may run scripts.
 */
export async function htmlDownload(
  subject: Subject,
  details: Details,
  gates: readonly GateView[],
): Promise<Download> {
  const { run, record } = subject;
  const view = recordView(record, "case-", { origin: { number: run.number, ...run.origin }, details });
  const links = run.url ? [{ words: "Pipeline run", url: run.url }, ...view.links] : view.links;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(script));
  const text = reportPage({ ...view, links, gates }, btoa(String.fromCharCode(...new Uint8Array(digest))));
  return { name: `${nameOf(subject)}.html`, type: "text/html", text };
}

export function junitDownload(subject: Subject, details: Details): Download {
  const text = toJUnit(resultsOfRecord(subject.record, details));
  return { name: `${nameOf(subject)}.xml`, type: "application/xml", text };
}

/** The name that a file of the report has as a pipeline artifact, too; without a version, that of the run. */
function nameOf({ record: { artifact, environment }, run }: Subject): string {
  const parts = ["test-report", artifact?.version ?? run.number, environment ?? ""];
  return parts
    .filter(Boolean)
    .map((part) => part.slice(0, 60).replace(/[^A-Za-z0-9.-]/g, "-"))
    .join("-");
}

/** Makes the browser save a file. */
export function save({ name, type, text }: Download): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
