export type StepResult = "succeeded" | "succeededWithIssues" | "failed" | "canceled";
/** The result of a step, job or stage. */
export type StepOutcome = StepResult | "skipped";

export interface Issue {
  type: "error" | "warning";
  message: string;
  properties: Record<string, string>;
}

/** `##vso[results.publish]` (ResultsCommandExtension.cs of the agent). */
export interface PublishRequest {
  files: string[];
  type: string;
  runTitle: string;
  /** One test run for all files. */
  isMerged: boolean;
  attachFiles: boolean;
  failOnFailedTests: boolean;
}

/** What the commands of a step asked of the server. The job carries it out after the step. */
export interface StepEffects {
  outputs: Record<string, { value: string; secret: boolean }>;
  prependPath: string[];
  attachments: { type: string; name: string; file: string }[];
  summaries: string[];
  files: string[];
  artifacts: { name: string; path: string; containerFolder: string }[];
  testResults: PublishRequest[];
  coverage: { tool: string; summaryFile: string; reportFolder: string }[];
  buildTags: string[];
  buildNumber?: string;
  endpoints: { id: string; field: string; key: string; value: string }[];
  progress?: { percent: number; operation: string };
}
