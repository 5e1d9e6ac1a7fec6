import { couldNot } from "../../text/could-not.ts";
import { oneLine } from "../../text/plain-text.ts";
import { ResultsError } from "../results-error.ts";
import {
  type GateApproval,
  type GateDecision,
  type GateRule,
  gateDecisionSchema,
  gateRuleNames,
} from "./gate-decision.ts";

/** What pages show of a decision. */
export type ShownDecision = Pick<
  GateDecision,
  "decision" | "decidedOn" | "artifact" | "environment" | "rules" | "approvals"
>;

/** The most rules and approvals of a decision; a gate has seven rules. */
const mostParts = 50;

/**
 * Reads a gate's decision for a page. Anyone who can run a step can attach one, so each field is checked, and a decision that contradicts its
 * rules is refused.
 * @param source the decision's name in messages, such as `gate decision gate-1.json of run 42`
 * @throws ResultsError with one sentence
 */
export function parseGateDecision(text: string, source: string): ShownDecision {
  const refuse = (problem: string) =>
    new ResultsError(
      couldNot(
        `read the ${oneLine(source, 200)}`,
        problem,
        "run the gate again with a task that attaches a whole decision",
      ),
    );
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    throw refuse("it is not valid JSON");
  }
  const fields = record(value);
  if (fields.schema !== gateDecisionSchema) throw refuse(`its schema is not "${gateDecisionSchema}"`);
  const { decision } = fields;
  if (decision !== "passed" && decision !== "failed")
    throw refuse("its decision is neither passed nor failed");
  const rules = listOf(fields.rules).map(ruleOf);
  const known = rules.filter((rule) => rule !== undefined);
  if (known.length === 0 || known.length < rules.length)
    throw refuse("it has a rule that is not known, or none");
  if ((decision === "passed") !== known.every(({ holds }) => holds))
    throw refuse("its decision contradicts its rules");
  const artifact = record(fields.artifact);
  const decidedOn = Date.parse(textOf(fields.decidedOn));
  if (Number.isNaN(decidedOn)) throw refuse("its decidedOn is not a time");
  const named = {
    name: textOf(artifact.name),
    version: textOf(artifact.version),
    digest: textOf(artifact.digest),
  };
  if (Object.values(named).some((text) => text.trim() === "")) throw refuse("it does not name an artifact");
  return {
    decision,
    decidedOn: new Date(decidedOn).toISOString(),
    artifact: named,
    environment: textOf(fields.environment),
    rules: known,
    approvals: listOf(fields.approvals).map(approvalOf),
  };
}

function ruleOf(value: unknown): GateRule | undefined {
  const { rule, holds, text, advice } = record(value);
  if (typeof rule !== "string" || !Object.hasOwn(gateRuleNames, rule) || typeof holds !== "boolean")
    return undefined;
  return {
    rule: rule as GateRule["rule"],
    holds,
    text: textOf(text),
    ...(typeof advice === "string" ? { advice } : {}),
  };
}

function approvalOf(value: unknown): GateApproval {
  const { id, status, by } = record(value);
  return {
    id: textOf(id),
    status: textOf(status),
    by: listOf(by).map((each) => {
      const { name, on, comment } = record(each);
      return {
        name: textOf(name),
        ...(typeof on === "string" ? { on } : {}),
        ...(typeof comment === "string" ? { comment } : {}),
      };
    }),
  };
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value.slice(0, mostParts) : [];
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
