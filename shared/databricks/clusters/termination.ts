import type { TerminationReason } from "../api/clusters.ts";

/** What a user can do about a termination, by its code. A `*` at the end or at the beginning matches any text. */
const hints: [code: string, hint: string][] = [
  [
    "INSTANCE_POOL_MAX_CAPACITY_REACHED",
    "raise the pool's maximum capacity, or run fewer pipelines at the same time",
  ],
  [
    "INSTANCE_POOL_NOT_FOUND",
    "check instance_pool_id: the pool was deleted, or belongs to another workspace",
  ],
  ["INSTANCE_POOL_CLUSTER_FAILURE", "see the page of the instance pool, which could not get machines"],
  [
    "AZURE_QUOTA_EXCEEDED_EXCEPTION",
    "ask for more cores of this VM family in the subscription and region, or use a smaller node type",
  ],
  [
    "AZURE_VNET_CONFIGURATION_FAILURE",
    "check the subnets of the workspace's virtual network and their rules",
  ],
  ["AZURE_OPERATION_NOT_ALLOWED_EXCEPTION", "check the subscription's quota and policies for this VM family"],
  [
    "CLOUD_PROVIDER_RESOURCE_STOCKOUT*",
    "try again later or use another node type, because the region has no machines of this type now",
  ],
  [
    "CLOUD_PROVIDER_LAUNCH_FAILURE",
    "try again, and check the cloud's message for a quota or a policy that kept the machines from starting",
  ],
  [
    "CLOUD_PROVIDER_SHUTDOWN",
    "use on-demand instead of spot instances, because the cloud reclaimed the machines",
  ],
  [
    "SPOT_INSTANCE_TERMINATION",
    "use on-demand instead of spot instances, because the cloud reclaimed the machines",
  ],
  [
    "*INIT_SCRIPT_FAILURE",
    "read the init script's log in the cluster's event log, and check the script's path and permissions",
  ],
  [
    "SECRET_RESOLUTION_ERROR",
    "check that each {{secrets/scope/key}} of the cluster config names a secret scope and a key that exist in this workspace, and that the identity that creates the cluster has READ on the scope",
  ],
  ["INVALID_ARGUMENT", "correct the field of the cluster config that the message names"],
  [
    "DRIVER_UNREACHABLE",
    "try again; if that does not help, use a larger driver node, because the driver may have run out of memory",
  ],
  ["DRIVER_UNRESPONSIVE", "use a larger driver node, because the driver may have run out of memory"],
  ["BOOTSTRAP_TIMEOUT*", "check that the machines can reach the control plane (network rules, DNS, proxy)"],
  ["NETWORK_CONFIGURATION_FAILURE", "check the workspace's network rules, DNS and proxy"],
  ["INACTIVITY", "raise autotermination_minutes in the cluster config"],
  ["USER_REQUEST", "see in the cluster's event log who terminated it"],
];

/** A termination as a clause: its code, its type, and the messages from Databricks and the cloud. */
export function describeTermination(reason: TerminationReason | undefined): string {
  if (!reason) return "Databricks gave no reason";
  const texts = Object.entries(reason.parameters ?? {})
    .filter(([name]) => /message|error|reason/.test(name))
    .map(([, text]) => text.trim().replace(/\.$/, ""));
  return `${reason.code}${reason.type ? `, ${reason.type}` : ""}${texts.length > 0 ? `: ${texts.join("; ")}` : ""}`;
}

/** What to do about a termination, as the last clause of a sentence. */
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
