import { createHash } from "node:crypto";
import type { TestResults } from "../test-results.ts";
import { reportPage } from "./report-page.ts";
import { script } from "./script.ts";
import { type ReportOptions, reportView } from "./view.ts";

const scriptDigest = createHash("sha256").update(script).digest("base64");

/**
 * The results as one HTML file without outside resources. Its script only filters, searches, sorts, copies and moves the focus, so that the
 * report can also be printed, and read with scripts blocked.
 */
export function htmlReport(run: TestResults, options: ReportOptions = {}): string {
  return reportPage(reportView(run, options), scriptDigest);
}
