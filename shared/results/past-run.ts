import type { StatusRecord } from "./status-record.ts";

/** An earlier run of a pipeline, with its status records. */
export interface PastRun {
  buildId: string;
  /** The build number, such as `20260302.4`. */
  number: string;
  url?: string;
  /** One for each subject: artifact, environment and workspace. */
  records: StatusRecord[];
}
