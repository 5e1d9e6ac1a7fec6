/** The type under which the decision of a gate is attached to its run. */
export const gateDecisionType = "notebook-ops.gate";
export const gateDecisionSchema = "notebook-ops/gate/1";

/** What a gate was asked, what it found and what it decided, for the report for sign-off and the results tab. */
export interface GateDecision {
  schema: typeof gateDecisionSchema;
  decision: "passed" | "failed";
  /** ISO 8601. */
  decidedOn: string;
  /** The run that the gate is a step of. */
  run: { buildId: string; url?: string };
  artifact: { name: string; version: string; digest: string };
  /** Where it had to be tested. */
  environment: string;
  /** In the order in which they are shown. */
  rules: GateRule[];
  /** The tests that decided, those that they superseded, and those that are not trusted; newest first. */
  tests: GateTest[];
  /** The approvals of the stage, if the gate looked for them. */
  approvals?: GateApproval[];
}

export const gateRuleNames = {
  record: "test status",
  digest: "digest",
  tested: "tested",
  maxFailed: "failures",
  minPassRate: "pass rate",
  maxAgeDays: "age",
  signOff: "sign-off",
} as const;

export interface GateRule {
  rule: keyof typeof gateRuleNames;
  holds: boolean;
  /** What was found, and for a rule that does not hold why, as the part of a sentence. */
  text: string;
  /** What to do about a rule that does not hold. */
  advice?: string;
}

export interface GateTest {
  buildId: string;
  buildNumber: string;
  project: string;
  pipeline: { id: string; name: string; folder: string };
  branch: string;
  /** `notTrusted` also means that the record was not read. */
  role: "decides" | "superseded" | "notTrusted";
  /** Why the tests do not count. */
  problem?: string;
  /** ISO 8601, by the clock of the server. */
  testedOn?: string;
  digest?: string;
  workspace?: string;
  /** Of the scenarios that count: `total` is the sum of the next three. */
  scenarios?: { total: number; passed: number; failed: number; notRun: number };
  failedNames?: string[];
  flakyNames?: string[];
  quarantinedNames?: string[];
}

export interface GateApproval {
  id: string;
  /** Such as `approved` or `pending`. */
  status: string;
  by: { name: string; on?: string; comment?: string }[];
}
