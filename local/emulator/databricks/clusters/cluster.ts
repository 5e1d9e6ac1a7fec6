import { randomBytes } from "node:crypto";
import type { JsonObject } from "../../http/request.ts";
import { invalidState } from "../errors.ts";
import type { Principal } from "../principal.ts";

/** Source: https://docs.databricks.com/api/azure/workspace/clusters/get */
export const clusterStates = [
  "PENDING",
  "RUNNING",
  "RESTARTING",
  "RESIZING",
  "TERMINATING",
  "TERMINATED",
  "ERROR",
  "UNKNOWN",
] as const;
type ClusterState = (typeof clusterStates)[number];

/** Source: https://docs.databricks.com/api/azure/workspace/clusters/list (filter_by). The local workspace creates API and JOB clusters only. */
export const clusterSources = ["UI", "API", "JOB", "MODELS", "PIPELINE", "PIPELINE_MAINTENANCE", "SQL"];

export interface TerminationReason {
  code: string;
  type: string;
  parameters?: Record<string, string>;
}

interface ClusterEvent {
  timestamp: number;
  type: string;
  details: JsonObject;
}

export interface ClusterLibrary {
  library: JsonObject;
  status: "PENDING" | "INSTALLING" | "INSTALLED" | "FAILED" | "UNINSTALL_ON_RESTART";
  messages: string[];
}

export interface Cluster {
  id: string;
  name: string;
  /** The settings as the request gave them, secret references unresolved. */
  spec: JsonObject;
  workers: number;
  autoterminationMinutes: number;
  instancePoolId?: string;
  customTags: Record<string, string>;
  sparkConf: Record<string, string>;
  sparkEnvVars: Record<string, string>;
  source: "API" | "JOB";
  creator: Principal;
  state: ClusterState;
  stateMessage: string;
  createdMs: number;
  /** When it was started or restarted last. */
  startMs: number;
  runningMs?: number;
  terminatedMs?: number;
  lastActivityMs: number;
  terminationReason?: TerminationReason;
  libraries: ClusterLibrary[];
  /** Oldest first. */
  events: ClusterEvent[];
  sparkContextId: number;
  pinnedBy?: Principal;
}

/** An id in the platform's form: date, time and eight random letters. */
export function clusterId(nowMs: number): string {
  const digits = new Date(nowMs).toISOString().replace(/\D/g, "");
  const letters = [...randomBytes(8)]
    .map((byte) => "abcdefghijklmnopqrstuvwxyz0123456789"[byte % 36])
    .join("");
  return `${digits.slice(4, 8)}-${digits.slice(8, 14)}-${letters}`;
}

export function isAlive(cluster: Cluster): boolean {
  return cluster.state !== "TERMINATED" && cluster.state !== "ERROR";
}

/** Whether notebooks run on it. */
export function isUp(cluster: Cluster): boolean {
  return cluster.state === "RUNNING" || cluster.state === "RESIZING";
}

/** Source: https://docs.databricks.com/api/azure/workspace/clusters/edit */
export function requireEditable(cluster: Cluster): void {
  if (cluster.source === "JOB")
    throw invalidState(`Cluster ${cluster.id} was created by the Jobs service and cannot be edited.`); // unconfirmed wording
  if (cluster.state !== "RUNNING" && cluster.state !== "TERMINATED")
    throw invalidState(`Cluster ${cluster.id} is in unexpected state ${shownState(cluster)}.`);
}

/** A state as messages of the service name it. */
export function shownState({ state }: Cluster): string {
  return state.charAt(0) + state.slice(1).toLowerCase();
}
