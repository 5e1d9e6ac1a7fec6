import type { StatusRecord } from "../../shared/results/status-record.ts";

export interface SampleRun {
  buildId: string;
  records: StatusRecord[];
  /** The JUnit file of each record. */
  junitFiles: string[];
}

export const sampleWorkspace = "https://adb-4711.7.azuredatabricks.net";
