import { randomInt } from "node:crypto";
import type { JsonObject } from "../../http/request.ts";
import type { LedgerEntry } from "../../ledger-entry.ts";
import type { LocalWorkspace } from "../../local-workspace.ts";
import { invalidParameter, invalidState } from "../errors.ts";
import type { InstancePools } from "../instance-pools.ts";
import type { Principal } from "../principal.ts";
import type { SecretScopes } from "../secrets.ts";
import { type Cluster, clusterId, isAlive, type TerminationReason } from "./cluster.ts";
import type { ClusterSettings } from "./cluster-settings.ts";
import { resolveSecrets, UnresolvedSecret } from "./secret-references.ts";

const userRequest = (caller: Principal): TerminationReason => ({
  code: "USER_REQUEST",
  type: "SUCCESS",
  parameters: { username: caller.userName },
});

/** The settings that a notebook on the cluster gets, with secret references resolved. */
interface ClusterRuntime {
  sparkConf: Record<string, string>;
  environment: Record<string, string>;
}

/** All clusters and what happens to them: start, termination, autotermination. */
export class Clusters {
  readonly #workspace: LocalWorkspace;
  readonly #pools: InstancePools;
  readonly #scopes: SecretScopes;
  /** Simulated time from create to RUNNING, on the workspace's clock. */
  readonly #startSeconds: number;
  readonly #clusters = new Map<string, Cluster>();
  readonly #watchers = new Set<(cluster: Cluster) => void>();

  constructor(
    workspace: LocalWorkspace,
    parts: { pools: InstancePools; scopes: SecretScopes; startSeconds: number },
  ) {
    this.#workspace = workspace;
    this.#pools = parts.pools;
    this.#scopes = parts.scopes;
    this.#startSeconds = parts.startSeconds;
  }

  /** Calls `watcher` at each change of the state of a cluster or its libraries, until the returned function is called. */
  watch(watcher: (cluster: Cluster) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** Resolves when something changed about this cluster, or the signal is aborted. */
  nextChange(cluster: Cluster, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        unwatch();
        signal.removeEventListener("abort", done);
        resolve();
      };
      const unwatch = this.watch((changed) => changed.id === cluster.id && done());
      signal.addEventListener("abort", done, { once: true });
    });
  }

  /** Tells the watchers that something about a cluster changed. */
  changed(cluster: Cluster): void {
    for (const watcher of [...this.#watchers]) watcher(cluster);
  }

  create(settings: ClusterSettings, creator: Principal, source: Cluster["source"]): Cluster {
    const now = this.#workspace.clock.now();
    const id = clusterId(now);
    const cluster: Cluster = {
      ...settings,
      id,
      name: settings.name || id,
      source,
      creator,
      state: "PENDING",
      stateMessage: "",
      startMs: now,
      lastActivityMs: now,
      libraries: [],
      events: [],
      sparkContextId: randomInt(2 ** 40, 2 ** 47),
    };
    this.#clusters.set(id, cluster);
    this.changed(cluster);
    this.#event(cluster, "CREATING", {
      user: creator.userName,
      cluster_size: { num_workers: cluster.workers },
    });
    this.#start(cluster);
    return cluster;
  }

  get(id: string): Cluster {
    const cluster = this.#clusters.get(id);
    if (cluster) return cluster;
    throw invalidParameter(`Cluster ${id} does not exist`);
  }

  find(id: string): Cluster | undefined {
    return this.#clusters.get(id);
  }

  /** Newest first, as the platform lists them. */
  all(): Cluster[] {
    return [...this.#clusters.values()].reverse();
  }

  /** Starts a terminated cluster again. */
  start(cluster: Cluster, caller: Principal): void {
    if (cluster.state !== "TERMINATED") {
      const state = cluster.state.charAt(0) + cluster.state.slice(1).toLowerCase();
      throw invalidState(`Cluster ${cluster.id} is in unexpected state ${state}.`);
    }
    delete cluster.terminationReason;
    delete cluster.terminatedMs;
    cluster.startMs = this.#workspace.clock.now();
    this.#event(cluster, "STARTING", { user: caller.userName });
    this.#setState(cluster, "PENDING", "Starting Spark");
    this.#start(cluster);
  }

  restart(cluster: Cluster, caller: Principal): void {
    if (cluster.state !== "RUNNING") throw invalidState(`Cluster ${cluster.id} is not in Running state.`);
    this.#event(cluster, "RESTARTING", { user: caller.userName });
    this.#releasePool(cluster);
    this.#setState(cluster, "RESTARTING", "Restarting Spark");
    this.#start(cluster);
  }

  /** Ends a cluster as a user does: TERMINATING now, TERMINATED soon after. Has no effect on a cluster that has ended. */
  terminate(cluster: Cluster, caller: Principal): void {
    if (!isAlive(cluster) || cluster.state === "TERMINATING") return;
    this.end(cluster, userRequest(caller));
  }

  /** Ends and removes a cluster. */
  permanentlyDelete(cluster: Cluster, caller: Principal): void {
    this.terminate(cluster, caller);
    this.#clusters.delete(cluster.id);
  }

  /** Ends a cluster for a reason. */
  end(cluster: Cluster, reason: TerminationReason): void {
    cluster.terminationReason = reason;
    this.#event(cluster, "TERMINATING", { reason });
    this.#setState(cluster, "TERMINATING", stateMessage(reason));
    this.#workspace.clock.after(0, () => {
      if (cluster.state !== "TERMINATING") return;
      cluster.terminatedMs = this.#workspace.clock.now();
      this.#releasePool(cluster);
      this.#setState(cluster, "TERMINATED", cluster.stateMessage);
    });
  }

  /** Notes that something ran on the cluster: its idle time starts again. */
  touch(cluster: Cluster): void {
    cluster.lastActivityMs = this.#workspace.clock.now();
  }

  /** A cluster on which something runs is not terminated for inactivity. */
  isBusy: (cluster: Cluster) => boolean = () => false;

  runtime(cluster: Cluster): ClusterRuntime {
    return {
      sparkConf: resolveSecrets(cluster.sparkConf, this.#scopes, "Spark Conf"),
      // Unconfirmed wording; that of the Spark config is as the service writes it.
      environment: resolveSecrets(cluster.sparkEnvVars, this.#scopes, "Spark Env Vars"),
    };
  }

  ledger(): LedgerEntry[] {
    return this.all()
      .filter(isAlive)
      .map((cluster) => ({
        id: cluster.id,
        name: cluster.name,
        tags: cluster.customTags,
        creator: cluster.creator.displayName,
        ageSeconds: (this.#workspace.clock.now() - cluster.startMs) / 1000,
        state: cluster.state,
      }));
  }

  #start(cluster: Cluster): void {
    const fault = this.#workspace.faults.ofOperation("cluster.start", cluster.name);
    if (fault?.never) return;
    this.#workspace.clock.after(this.#startSeconds * 1000, () => {
      if (cluster.state !== "PENDING" && cluster.state !== "RESTARTING") return;
      const reason = fault?.terminate ?? this.#obstacle(cluster);
      if (reason) this.end(cluster, reason);
      else this.#run(cluster);
    });
  }

  /** Why the cluster cannot start; undefined if it can. */
  #obstacle(cluster: Cluster): TerminationReason | undefined {
    const pool = cluster.instancePoolId;
    if (pool && !this.#pools.acquire(pool, cluster.workers + 1)) {
      return {
        code: "INSTANCE_POOL_MAX_CAPACITY_REACHED",
        type: "CLIENT_ERROR",
        parameters: {
          instance_pool_id: pool,
          // Unconfirmed wording; the code is documented.
          databricks_error_message: `The instance pool ${pool} reached its maximum capacity of ${this.#pools.find(pool)?.maxCapacity} instances.`,
        },
      };
    }
    try {
      this.runtime(cluster);
      return undefined;
    } catch (error) {
      if (!(error instanceof UnresolvedSecret)) throw error;
      // The service counts this as a fault of its own and names no secret:
      // https://github.com/microsoft/Purview-ADB-Lineage-Solution-Accelerator/issues/76
      const parameters = { databricks_error_message: error.message };
      return { code: "SECRET_RESOLUTION_ERROR", type: "SERVICE_FAULT", parameters };
    }
  }

  #run(cluster: Cluster): void {
    const now = this.#workspace.clock.now();
    cluster.runningMs = now;
    cluster.lastActivityMs = now;
    this.#event(cluster, "RUNNING", {
      current_num_workers: cluster.workers,
      target_num_workers: cluster.workers,
    });
    this.#setState(cluster, "RUNNING", "");
    this.#watchIdleness(cluster);
  }

  #watchIdleness(cluster: Cluster): void {
    if (cluster.autoterminationMinutes === 0) return;
    const idleMs = cluster.autoterminationMinutes * 60_000;
    const { clock } = this.#workspace;
    const since = cluster.runningMs;
    clock.after(cluster.lastActivityMs + idleMs - clock.now(), () => {
      if (cluster.state !== "RUNNING" || cluster.runningMs !== since) return;
      if (this.isBusy(cluster)) this.touch(cluster);
      if (clock.now() < cluster.lastActivityMs + idleMs) return this.#watchIdleness(cluster);
      const parameters = { inactivity_duration_min: String(cluster.autoterminationMinutes) };
      this.end(cluster, { code: "INACTIVITY", type: "SUCCESS", parameters });
    });
  }

  #releasePool(cluster: Cluster): void {
    const poolId = cluster.runningMs !== undefined && cluster.instancePoolId;
    if (poolId) this.#pools.release(poolId, cluster.workers + 1);
    delete cluster.runningMs;
  }

  #setState(cluster: Cluster, state: Cluster["state"], message: string): void {
    cluster.state = state;
    cluster.stateMessage = message;
    this.changed(cluster);
  }

  #event(cluster: Cluster, type: string, details: JsonObject): void {
    cluster.events.push({ timestamp: Math.round(this.#workspace.clock.now()), type, details });
  }
}

function stateMessage({ code, parameters }: TerminationReason): string {
  if (code === "USER_REQUEST") return `Terminated by user: ${parameters?.username ?? ""}`;
  if (code === "INACTIVITY") {
    return `Inactive cluster terminated (inactive for ${parameters?.inactivity_duration_min} minutes).`;
  }
  const detail = parameters?.databricks_error_message ?? parameters?.azure_error_message ?? "";
  return `Cluster terminated. Reason: ${code}${detail ? `: ${detail}` : ""}`;
}
