import { oneLine } from "../../text/plain-text.ts";
import type { GateApproval, GateRule } from "./gate-decision.ts";
import { timeText } from "./time-text.ts";

/** Whether the stage was approved: by at least one approval, and by every one that it waited for. */
export function signOffRule(approvals: readonly GateApproval[], stage: string): GateRule {
  const rule = "signOff";
  if (approvals.length === 0)
    return {
      rule,
      holds: false,
      text: `stage ${stage} waited for no approval`,
      advice:
        "make the gate's job a deployment job of an environment, and add approvers to it (Pipelines > Environments > the environment > Approvals and checks)",
    };
  const open = approvals.filter(({ status, by }) => status !== "approved" || by.length === 0);
  if (open.length === 0) {
    const who = approvals
      .flatMap(({ by }) => by)
      .map(({ name, on }) => `${oneLine(name, 80)}${on ? ` on ${timeText(on)}` : ""}`);
    return { rule, holds: true, text: `stage ${stage} was approved by ${who.join(" and by ")}` };
  }
  const [{ status } = { status: "" }] = open;
  return {
    rule,
    holds: false,
    text: `the approval of stage ${stage} is ${status === "approved" ? "approved, but by nobody" : oneLine(status, 40)}`,
    advice: "have it approved, and run the stage again",
  };
}
