import type { TerminationReason } from "../api/clusters.ts";

/** What a person can do about a cluster's end, by termination code. A prefix ends in `*`. */
const hints: [code: string, hint: string][] = [
  [
    "INSTANCE_POOL_MAX_CAPACITY_REACHED",
    "raise the pool's maximum capacity, or let fewer pipelines run at the same time",
  ],
  [
    "INSTANCE_POOL_NOT_FOUND",
    "check instance_pool_id: the pool was deleted, or belongs to another workspace",
  ],
  ["INSTANCE_POOL_CLUSTER_FAILURE", "look at the pool's own page: it could not get machines"],
  [
    "AZURE_QUOTA_EXCEEDED_EXCEPTION",
    "ask for more cores of this VM family in the subscription and region, or use a smaller node type",
  ],
  ["AZURE_VNET_CONFIGURATION_FAILURE", "check the workspace's virtual network: its subnets and their rules"],
  ["AZURE_OPERATION_NOT_ALLOWED_EXCEPTION", "check the subscription's quota and policies for this VM family"],
  [
    "CLOUD_PROVIDER_RESOURCE_STOCKOUT*",
    "the region has no machines of this type now: try again later or use another node type",
  ],
  [
    "CLOUD_PROVIDER_LAUNCH_FAILURE",
    "the cloud did not start the machines: try again, and see the cloud's message for quota or policy",
  ],
  ["CLOUD_PROVIDER_SHUTDOWN", "the cloud took the machines away: use on-demand instead of spot instances"],
  ["SPOT_INSTANCE_TERMINATION", "the cloud took the spot machines away: use on-demand instances"],
  [
    "*INIT_SCRIPT_FAILURE",
    "read the init script's log in the cluster's event log, and its path and permissions",
  ],
  ["INVALID_ARGUMENT", "correct the cluster config; the message names the field"],
  ["DRIVER_UNREACHABLE", "try again; if it stays, use a larger driver: it may have run out of memory"],
  ["DRIVER_UNRESPONSIVE", "use a larger driver: it may have run out of memory"],
  ["BOOTSTRAP_TIMEOUT*", "check that the machines reach the control plane (network rules, DNS, proxy)"],
  ["NETWORK_CONFIGURATION_FAILURE", "check the workspace's network rules, DNS and proxy"],
  ["INACTIVITY", "raise autotermination_minutes in the cluster config"],
  ["USER_REQUEST", "somebody terminated it: see the cluster's event log for who"],
];

/** A termination as half a sentence: code, type and every text that the platform and the cloud gave. */
export function describeTermination(reason: TerminationReason | undefined): string {
  if (!reason) return "no reason given";
  const texts = Object.entries(reason.parameters ?? {})
    .filter(([name]) => /message|error|reason/.test(name))
    .map(([, text]) => text.trim().replace(/\.$/, ""));
  return `${reason.code}${reason.type ? `, ${reason.type}` : ""}${texts.length > 0 ? `: ${texts.join("; ")}` : ""}`;
}

/** What to do about it, as the last clause of a sentence. */
export function terminationHint(reason: TerminationReason | undefined): string {
  const code = reason?.code ?? "";
  const [, hint] =
    hints.find(([pattern]) =>
      pattern.startsWith("*")
        ? code.endsWith(pattern.slice(1))
        : pattern.endsWith("*")
          ? code.startsWith(pattern.slice(0, -1))
          : code === pattern,
    ) ?? [];
  return hint ?? "see the cluster's event log";
}
