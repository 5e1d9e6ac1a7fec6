import { type StageOfRun, stageApprovals } from "../../shared/devops/approvals.ts";
import type { AzureDevOps } from "../../shared/devops/connection.ts";
import type { GateApproval } from "../../shared/results/gate/gate-decision.ts";

/** The approvals that a stage waited for, each with those who approved. */
export async function readApprovals(devops: AzureDevOps, stage: StageOfRun): Promise<GateApproval[]> {
  const approvals = await stageApprovals(devops, stage);
  return approvals.map(({ id, status, steps }) => ({
    id,
    status,
    by: steps.flatMap((step) =>
      step.status === "approved" && step.by ? [{ name: step.by, on: step.on, comment: step.comment }] : [],
    ),
  }));
}
