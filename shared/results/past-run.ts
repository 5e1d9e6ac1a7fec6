import type { StatusRecord } from "./status-record.ts";

/** A run of a pipeline and what it proved, as its history shows it. */
export interface PastRun {
  buildId: string;
  /** As people name it, e.g. `20260302.4`. */
  number: string;
  url?: string;
  /** One for each subject. */
  records: StatusRecord[];
}
