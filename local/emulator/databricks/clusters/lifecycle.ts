import type { JsonObject } from "../../http/request.ts";
import type { LocalWorkspace } from "../../local-workspace.ts";
import type { SecretScopes } from "../secrets.ts";
import type { Cluster, TerminationReason } from "./cluster.ts";
import type { PoolInstances } from "./pool-instances.ts";
import { resolveSecrets, UnresolvedSecret } from "./secret-references.ts";
import { stateMessage } from "./termination.ts";

/** The settings that a notebook on the cluster gets, with secret references resolved. */
interface ClusterRuntime {
  sparkConf: Record<string, string>;
  environment: Record<string, string>;
}

/** How clusters come to run and end, by the workspace's clock, and who hears of it. */
export class ClusterLifecycle {
  readonly #workspace: LocalWorkspace;
  readonly #instances: PoolInstances;
  readonly #scopes: SecretScopes;
  /** Simulated time from create to RUNNING, on the workspace's clock. */
  readonly #startSeconds: number;
  readonly #watchers = new Set<(cluster: Cluster) => void>();

  constructor(
    workspace: LocalWorkspace,
    parts: { instances: PoolInstances; scopes: SecretScopes; startSeconds: number },
  ) {
    this.#workspace = workspace;
    this.#instances = parts.instances;
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

  /** The time of the workspace. */
  now(): number {
    return this.#workspace.clock.now();
  }

  /** Starts a cluster that is PENDING or RESTARTING: it runs or ends once its time is over. */
  start(cluster: Cluster): void {
    const fault = this.#workspace.faults.ofOperation("cluster.start", cluster.name);
    if (fault?.never) return;
    this.#workspace.clock.after(this.#startSeconds * 1000, () => {
      if (cluster.state !== "PENDING" && cluster.state !== "RESTARTING") return;
      const reason = fault?.terminate ?? this.#obstacle(cluster);
      if (reason) this.end(cluster, reason);
      else this.#run(cluster);
    });
  }

  /** Ends a cluster for a reason. */
  end(cluster: Cluster, reason: TerminationReason): void {
    cluster.terminationReason = reason;
    this.addEvent(cluster, "TERMINATING", { reason });
    this.setState(cluster, "TERMINATING", stateMessage(reason));
    this.#workspace.clock.after(0, () => {
      if (cluster.state !== "TERMINATING") return;
      cluster.terminatedMs = this.#workspace.clock.now();
      this.#instances.release(cluster);
      this.setState(cluster, "TERMINATED", cluster.stateMessage);
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

  setState(cluster: Cluster, state: Cluster["state"], message: string): void {
    cluster.state = state;
    cluster.stateMessage = message;
    this.changed(cluster);
  }

  /** Adds an event to the story of a cluster. */
  addEvent(cluster: Cluster, type: string, details: JsonObject): void {
    cluster.events.push({ timestamp: Math.round(this.#workspace.clock.now()), type, details });
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
    this.addEvent(cluster, "RUNNING", {
      current_num_workers: cluster.workers,
      target_num_workers: cluster.workers,
    });
    this.setState(cluster, "RUNNING", "");
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
}
