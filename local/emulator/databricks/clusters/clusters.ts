import { randomInt } from "node:crypto";
import type { JsonObject } from "../../http/request.ts";
import type { LedgerEntry } from "../../ledger-entry.ts";
import type { LocalWorkspace } from "../../local-workspace.ts";
import { invalidParameter, invalidState } from "../errors.ts";
import type { InstancePools } from "../instance-pools.ts";
import type { Principal } from "../principal.ts";
import type { SecretScopes } from "../secrets.ts";
import { type Cluster, clusterId, isAlive, requireEditable, shownState } from "./cluster.ts";
import type { ClusterSettings } from "./cluster-settings.ts";
import { ClusterLifecycle } from "./lifecycle.ts";
import { PoolInstances } from "./pool-instances.ts";
import { userRequest } from "./termination.ts";

/** All clusters and what their users do with them. */
export class Clusters {
  readonly #workspace: LocalWorkspace;
  readonly #instances: PoolInstances;
  readonly #clusters = new Map<string, Cluster>();
  readonly lifecycle: ClusterLifecycle;

  constructor(
    workspace: LocalWorkspace,
    parts: { pools: InstancePools; scopes: SecretScopes; startSeconds: number },
  ) {
    this.#workspace = workspace;
    this.#instances = new PoolInstances(parts.pools);
    this.lifecycle = new ClusterLifecycle(workspace, { ...parts, instances: this.#instances });
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
    this.lifecycle.changed(cluster);
    this.lifecycle.addEvent(cluster, "CREATING", {
      user: creator.userName,
      cluster_size: { num_workers: cluster.workers },
    });
    this.lifecycle.start(cluster);
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
    this.lifecycle.addEvent(cluster, "STARTING", { user: caller.userName });
    this.lifecycle.setState(cluster, "PENDING", "Starting Spark");
    this.lifecycle.start(cluster);
  }

  restart(cluster: Cluster, caller: Principal): void {
    if (cluster.state !== "RUNNING") throw invalidState(`Cluster ${cluster.id} is not in Running state.`);
    this.lifecycle.addEvent(cluster, "RESTARTING", { user: caller.userName });
    cluster.startMs = this.#workspace.clock.now();
    this.#instances.release(cluster);
    this.lifecycle.setState(cluster, "RESTARTING", "Restarting Spark");
    this.lifecycle.start(cluster);
  }

  /**
   * Replaces the settings of a cluster. One that runs is restarted with them.
   * Source: https://docs.databricks.com/api/azure/workspace/clusters/edit
   */
  edit(cluster: Cluster, settings: ClusterSettings, caller: Principal): void {
    requireEditable(cluster);
    this.lifecycle.addEvent(cluster, "EDITED", {
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
    this.lifecycle.addEvent(cluster, "RESIZING", {
      ...numbers,
      cause: "USER_REQUEST",
      user: caller.userName,
    });
    if (!this.#instances.take(cluster, target - current)) {
      this.lifecycle.addEvent(cluster, "ADD_NODES_FAILED", {
        ...numbers,
        reason: this.#instances.shortage(cluster),
      });
      return;
    }
    cluster.workers = target;
    cluster.spec = size.spec;
    this.lifecycle.setState(cluster, "RESIZING", "");
    this.#workspace.clock.after(0, () => {
      if (cluster.state !== "RESIZING") return;
      this.lifecycle.addEvent(cluster, "UPSIZE_COMPLETED", { ...numbers, current_num_workers: target });
      this.lifecycle.setState(cluster, "RUNNING", "");
    });
  }

  /** Has no effect on a cluster that is pinned. */
  pin(cluster: Cluster, caller: Principal): void {
    if (cluster.pinnedBy) return;
    cluster.pinnedBy = caller;
    this.lifecycle.addEvent(cluster, "PINNED", { user: caller.userName });
  }

  unpin(cluster: Cluster, caller: Principal): void {
    if (!cluster.pinnedBy) return;
    delete cluster.pinnedBy;
    this.lifecycle.addEvent(cluster, "UNPINNED", { user: caller.userName });
  }

  /** Ends a cluster as a user does: TERMINATING now, TERMINATED soon after. Has no effect on a cluster that has ended. */
  terminate(cluster: Cluster, caller: Principal): void {
    if (!isAlive(cluster) || cluster.state === "TERMINATING") return;
    this.lifecycle.end(cluster, userRequest(caller));
  }

  /** Ends and removes a cluster. */
  permanentlyDelete(cluster: Cluster, caller: Principal): void {
    this.terminate(cluster, caller);
    this.#clusters.delete(cluster.id);
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
}
