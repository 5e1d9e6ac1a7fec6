import { cellCode, code } from "../markdown.ts";
import { type GateDecision, gateRuleNames } from "./gate-decision.ts";
import { timeText } from "./time-text.ts";

/** The decision as markdown for the page of the run. */
export function gateSummary({
  decision,
  artifact,
  environment,
  rules,
  approvals = [],
}: GateDecision): string {
  const passed = decision === "passed";
  const label = `${code(`${artifact.name} ${artifact.version}`, 200)} ${passed ? "passed" : "did not pass"} in ${code(environment, 80)}`;
  const rows = rules.map(
    ({ rule, holds, text }) => `| ${holds ? "✅" : "❌"} | ${gateRuleNames[rule]} | ${cellCode(text, 600)} |`,
  );
  const signed = approvals
    .filter(({ status }) => status === "approved")
    .flatMap(({ by }) => by)
    .map(({ name, on }) => `Approved by ${code(name, 80)}${on ? ` on ${code(timeText(on), 40)}` : ""}.`);
  const parts = [
    `## ${passed ? "✅" : "❌"} Gate: ${label}`,
    ["| | rule | found |", "|---|---|---|", ...rows].join("\n"),
    ...signed,
  ];
  return `${parts.join("\n\n")}\n`;
}
