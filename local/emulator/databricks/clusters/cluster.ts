import { randomBytes } from "node:crypto";
import type { JsonObject } from "../../http/request.ts";
import type { Principal } from "../principal.ts";

/** Source: https://docs.databricks.com/api/azure/workspace/clusters/get */
type ClusterState =
  | "PENDING"
  | "RUNNING"
  | "RESTARTING"
  | "RESIZING"
  | "TERMINATING"
  | "TERMINATED"
  | "ERROR"
  | "UNKNOWN";

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
  startMs: number;
  runningMs?: number;
  terminatedMs?: number;
  lastActivityMs: number;
  terminationReason?: TerminationReason;
  libraries: ClusterLibrary[];
  /** Oldest first. */
  events: ClusterEvent[];
  sparkContextId: number;
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
