import type { InstancePools } from "../instance-pools.ts";
import type { Cluster, TerminationReason } from "./cluster.ts";

/** The instances that clusters take from pools. A cluster without a pool always gets what it needs. */
export class PoolInstances {
  readonly #pools: InstancePools;

  constructor(pools: InstancePools) {
    this.#pools = pools;
  }

  /** Takes instances for a cluster: by default all that it has. A negative number gives some back. Returns false if the pool has too few left. */
  take({ instancePoolId: pool, workers }: Cluster, instances = workers + 1): boolean {
    if (!pool) return true;
    if (instances >= 0) return this.#pools.acquire(pool, instances);
    this.#pools.release(pool, -instances);
    return true;
  }

  /** Gives back the instances of a cluster that runs. */
  release(cluster: Cluster): void {
    const pool = cluster.runningMs !== undefined && cluster.instancePoolId;
    if (pool) this.#pools.release(pool, cluster.workers + 1);
    delete cluster.runningMs;
  }

  /** Why a cluster did not get its instances. */
  shortage({ instancePoolId: pool = "" }: Cluster): TerminationReason {
    const capacity = this.#pools.find(pool)?.maxCapacity;
    return {
      code: "INSTANCE_POOL_MAX_CAPACITY_REACHED",
      type: "CLIENT_ERROR",
      parameters: {
        instance_pool_id: pool,
        // Unconfirmed wording; the code is documented.
        databricks_error_message: `The instance pool ${pool} reached its maximum capacity of ${capacity} instances.`,
      },
    };
  }
}
