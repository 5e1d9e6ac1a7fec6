export type TestOutcome = "passed" | "failed" | "skipped";
