import type { Principal } from "../principal.ts";
import type { TerminationReason } from "./cluster.ts";

export const userRequest = (caller: Principal): TerminationReason => ({
  code: "USER_REQUEST",
  type: "SUCCESS",
  parameters: { username: caller.userName },
});

/** The `state_message` of a cluster that ended for a reason. */
export function stateMessage({ code, parameters }: TerminationReason): string {
  if (code === "USER_REQUEST") return `Terminated by user: ${parameters?.username ?? ""}`;
  if (code === "INACTIVITY") {
    return `Inactive cluster terminated (inactive for ${parameters?.inactivity_duration_min} minutes).`;
  }
  const detail = parameters?.databricks_error_message ?? parameters?.azure_error_message ?? "";
  return `Cluster terminated. Reason: ${code}${detail ? `: ${detail}` : ""}`;
}
