import { oneLine } from "../../text/plain-text.ts";
import { gateRuleNames } from "../gate/gate-decision.ts";
import type { ShownDecision } from "../gate/gate-decision-reader.ts";

/** A gate's decision as pages show it. */
export interface GateView {
  hasPassed: boolean;
  /** Such as `weather 1.4.0 passed in qa`. */
  title: string;
  decidedOn: Date;
  digest: string;
  rules: { name: string; holds: boolean; text: string }[];
  approvals: { by: string; on?: Date; comment?: string }[];
}

export function gateView({ decision, artifact, environment, ...rest }: ShownDecision): GateView {
  const hasPassed = decision === "passed";
  return {
    hasPassed,
    title: `${oneLine(`${artifact.name} ${artifact.version}`, 200)} ${hasPassed ? "passed" : "did not pass"} in ${oneLine(environment, 80)}`,
    decidedOn: new Date(rest.decidedOn),
    digest: oneLine(artifact.digest, 80),
    rules: rest.rules.map(({ rule, holds, text, advice }) => ({
      name: gateRuleNames[rule],
      holds,
      text: oneLine([text, holds ? undefined : advice].filter(Boolean).join("; "), 600),
    })),
    approvals: (rest.approvals ?? [])
      .filter(({ status }) => status === "approved")
      .flatMap(({ by }) => by)
      .map(({ name, on, comment }) => ({
        by: oneLine(name, 100),
        ...(on && !Number.isNaN(Date.parse(on)) ? { on: new Date(on) } : {}),
        ...(comment ? { comment: oneLine(comment, 300) } : {}),
      })),
  };
}
