import { createHash } from "node:crypto";
import type { GateDecision } from "../gate/gate-decision.ts";
import type { StatusRecord } from "../status-record.ts";
import type { TestResults } from "../test-results.ts";
import { gateView } from "./gate-view.ts";
import { type RecordContext, recordView } from "./record-view.ts";
import { type ReleaseFacts, releaseView } from "./release.ts";
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

/** The results of a status record as such a file, with what the gate decided and what whoever signs the version off must know. */
export function signOffReport(
  record: StatusRecord,
  { decision, release, emptiness, ...context }: RecordContext & SignOff,
): string {
  const view = recordView(record, "case-", context);
  return reportPage(
    {
      ...view,
      outcome: decision.decision === "failed" ? "failed" : view.outcome,
      ...(view.emptiness ? { emptiness } : {}),
      gates: [gateView(decision)],
      release: releaseView(release),
    },
    scriptDigest,
  );
}

interface SignOff {
  decision: GateDecision;
  release: ReleaseFacts;
  /** Why the record has no results. */
  emptiness: string;
}
