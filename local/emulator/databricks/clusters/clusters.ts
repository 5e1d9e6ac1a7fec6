import { randomInt } from "node:crypto";
import type { JsonObject } from "../../http/request.ts";
import type { LedgerEntry } from "../../ledger-entry.ts";
import type { LocalWorkspace } from "../../local-workspace.ts";
import { invalidParameter, invalidState } from "../errors.ts";
import type { InstancePools } from "../instance-pools.ts";
import type { Principal } from "../principal.ts";
import type { SecretScopes } from "../secrets.ts";
import {
  type Cluster,
  clusterId,
  isAlive,
  requireEditable,
  shownState,
  type TerminationReason,
} from "./cluster.ts";
import type { ClusterSettings } from "./cluster-settings.ts";
import { PoolInstances } from "./pool-instances.ts";
import { resolveSecrets, UnresolvedSecret } from "./secret-references.ts";
import { stateMessage, userRequest } from "./termination.ts";

/** The settings that a notebook on the cluster gets, with secret references resolved. */
interface ClusterRuntime {
  sparkConf: Record<string, string>;
  environment: Record<string, string>;
}

/** All clusters and what happens to them: start, termination, autotermination. */
export class Clusters {
  readonly #workspace: LocalWorkspace;
  readonly #instances: PoolInstances;
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
    this.#instances = new PoolInstances(parts.pools);
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
      createdMs: now,
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

  /** The time of the workspace. */
  now(): number {
    return this.#workspace.clock.now();
  }

  /** Newest first. */
  all(): Cluster[] {
    return [...this.#clusters.values()].reverse();
  }

  /** Starts a terminated cluster again. */
  start(cluster: Cluster, caller: Principal): void {
    if (cluster.state !== "TERMINATED") {
      throw invalidState(`Cluster ${cluster.id} is in unexpected state ${shownState(cluster)}.`);
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
    cluster.startMs = this.#workspace.clock.now();
    this.#instances.release(cluster);
    this.#setState(cluster, "RESTARTING", "Restarting Spark");
    this.#start(cluster);
  }

  /**
   * Replaces the settings of a cluster. One that runs is restarted with them.
   * Source: https://docs.databricks.com/api/azure/workspace/clusters/edit
   */
  edit(cluster: Cluster, settings: ClusterSettings, caller: Principal): void {
    requireEditable(cluster);
    this.#event(cluster, "EDITED", {
      user: caller.userName,
      previous_attributes: cluster.spec,
      attributes: settings.spec,
      previous_cluster_size: { num_workers: cluster.workers },
      cluster_size: { num_workers: settings.workers },
    });
    this.#instances.release(cluster);
    delete cluster.instancePoolId;
    Object.assign(cluster, settings, { name: settings.name || cluster.id });
    if (cluster.state === "RUNNING") this.restart(cluster, caller);
  }

  /** Changes the number of workers of a running cluster. Source: https://docs.databricks.com/api/azure/workspace/clusters/resize */
  resize(cluster: Cluster, size: { workers: number; spec: JsonObject }, caller: Principal): void {
    if (cluster.state !== "RUNNING") throw invalidState(`Cluster ${cluster.id} is not in Running state.`);
    const [current, target] = [cluster.workers, size.workers];
    const numbers = { current_num_workers: current, target_num_workers: target };
    this.#event(cluster, "RESIZING", { ...numbers, cause: "USER_REQUEST", user: caller.userName });
    if (!this.#instances.take(cluster, target - current)) {
      this.#event(cluster, "ADD_NODES_FAILED", { ...numbers, reason: this.#instances.shortage(cluster) });
      return;
    }
    cluster.workers = target;
    cluster.spec = size.spec;
    this.#setState(cluster, "RESIZING", "");
    this.#workspace.clock.after(0, () => {
      if (cluster.state !== "RESIZING") return;
      this.#event(cluster, "UPSIZE_COMPLETED", { ...numbers, current_num_workers: target });
      this.#setState(cluster, "RUNNING", "");
    });
  }

  /** Has no effect on a cluster that is pinned. */
  pin(cluster: Cluster, caller: Principal): void {
    if (cluster.pinnedBy) return;
    cluster.pinnedBy = caller;
    this.#event(cluster, "PINNED", { user: caller.userName });
  }

  unpin(cluster: Cluster, caller: Principal): void {
    if (!cluster.pinnedBy) return;
    delete cluster.pinnedBy;
    this.#event(cluster, "UNPINNED", { user: caller.userName });
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
      this.#instances.release(cluster);
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
    if (!this.#instances.take(cluster)) return this.#instances.shortage(cluster);
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

  #setState(cluster: Cluster, state: Cluster["state"], message: string): void {
    cluster.state = state;
    cluster.stateMessage = message;
    this.changed(cluster);
  }

  #event(cluster: Cluster, type: string, details: JsonObject): void {
    cluster.events.push({ timestamp: Math.round(this.#workspace.clock.now()), type, details });
  }
}
