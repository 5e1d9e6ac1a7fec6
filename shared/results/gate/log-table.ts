import { oneLine } from "../../text/plain-text.ts";
import { ageText, listNames, shortDigest } from "./decide.ts";
import { type GateDecision, type GateTest, gateRuleNames } from "./gate-decision.ts";
import { timeText } from "./time-text.ts";

const shownTests = 20;
const columns = ["run", "pipeline", "branch", "tested on", "age", "scenarios", "digest", ""];

/** What a gate decided, and from what, as lines of aligned text. Names in it come from outside. */
export function gateLogTable(decision: GateDecision): string {
  const { artifact, environment, tests, rules } = decision;
  const label = `${artifact.name} ${artifact.version} in ${environment}`;
  const shown = tests.slice(0, shownTests);
  const more = tests.length - shown.length;
  const now = Date.parse(decision.decidedOn);
  const lines = [
    tests.length > 0 ? `Tests of ${label}:` : `There are no tests of ${label}.`,
    ...(tests.length > 0 ? alignedRows([columns, ...shown.map((test) => cells(test, now))]) : []),
    ...(more > 0 ? [`… and ${more} more`] : []),
    ...shown.flatMap(notes),
    "",
    "Rules:",
    ...alignedRows(rules.map(({ rule, holds, text }) => [holds ? "✓" : "✗", gateRuleNames[rule], text])),
    ...(decision.approvals ?? []).flatMap(({ status, by }) =>
      by.map(({ name, on, comment }) =>
        [
          "  approval:",
          status,
          "by",
          oneLine(name, 80),
          on ? `on ${timeText(on)}` : "",
          comment ? `(${oneLine(comment, 200)})` : "",
        ]
          .filter(Boolean)
          .join(" "),
      ),
    ),
    "",
    `The gate ${decision.decision === "passed" ? "is open" : "is closed"} for ${label}.`,
  ];
  return lines.join("\n");
}

function cells(test: GateTest, now: number): string[] {
  const { scenarios, testedOn, digest, role, problem } = test;
  const words = { decides: "decides", superseded: "superseded", notTrusted: "not trusted" }[role];
  return [
    `${oneLine(test.buildNumber, 40)} (${test.buildId})`,
    `${oneLine(test.project, 40)}/${oneLine(test.pipeline.name, 40)} (${test.pipeline.id})`,
    oneLine(test.branch.replace(/^refs\/heads\//, ""), 40),
    testedOn ? timeText(testedOn) : "",
    testedOn ? ageText(now - Date.parse(testedOn)) : "",
    scenarios ? `${scenarios.passed} of ${scenarios.total} passed` : "",
    digest ? shortDigest(digest) : "",
    problem ? `${words}: ${oneLine(problem.replace(/^is /, ""), 300)}` : words,
  ];
}

/** Scenarios that passed or failed in a way that the counts do not show. */
function notes({ buildId, flakyNames = [], quarantinedNames = [] }: GateTest): string[] {
  return [
    ...(flakyNames.length > 0 ? [`  flaky in ${buildId}, passed on a retry: ${listNames(flakyNames)}`] : []),
    ...(quarantinedNames.length > 0
      ? [`  quarantined in ${buildId}, so not counted: ${listNames(quarantinedNames)}`]
      : []),
  ];
}

function alignedRows(rows: readonly string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ")}`.trimEnd(),
  );
}
