import { Parser } from "htmlparser2";
import { sourceOf } from "../../shared/results/notebook-source.ts";
import type { ResultDetails } from "../../shared/results/result-details.ts";
import type { StatusRecord, StatusResult } from "../../shared/results/status-record.ts";
import { oneLine } from "../../shared/text/plain-text.ts";

/**
 * The pages of notebooks in a report, for the notebooks of a record. Anyone can attach a report: what is found is shown like any page from
 * outside.
 */
export function exportedNotebooks(record: StatusRecord, report: string): Map<StatusResult, ResultDetails> {
  const pages = new Map<string, string>();
  const parser = new Parser({
    onopentag(name, { "data-source": source, srcdoc }) {
      if (name === "iframe" && source && srcdoc && !pages.has(source)) pages.set(source, srcdoc);
    },
  });
  parser.end(report);
  return new Map(
    record.results.flatMap((result) => {
      const exportedHtml = pages.get(oneLine(sourceOf(result), 300));
      return exportedHtml && !result.reportedBy ? [[result, { exportedHtml }] as const] : [];
    }),
  );
}
