import { randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { JsonObject } from "../http/request.ts";
import type { Route } from "../http/route.ts";
import type { LedgerEntry } from "../ledger-entry.ts";
import type { DefineRoute } from "./api-route.ts";
import type { InstancePoolConfig } from "./config.ts";
import { doesNotExist, invalidParameter } from "./errors.ts";
import type { Fields } from "./fields.ts";
import { nodeTypes } from "./node-types.ts";
import type { Principal } from "./principal.ts";

interface InstancePool {
  id: string;
  name: string;
  nodeTypeId: string;
  minIdleInstances: number;
  /** Undefined: no limit. */
  maxCapacity?: number;
  customTags: Record<string, string>;
  settings: JsonObject;
  /** Application ids that may attach clusters; undefined: everyone. */
  canAttachTo?: readonly string[];
  createdMs: number;
  /** Undefined for a pool of the workspace's config. */
  creator?: Principal;
}

/** Source: https://docs.databricks.com/api/azure/workspace/instancepools */
export class InstancePools {
  readonly #clock: Clock;
  readonly #admin: Principal;
  readonly #pools = new Map<string, InstancePool>();
  /** The number of instances that clusters use, by pool. */
  readonly #used = new Map<string, number>();

  constructor(clock: Clock, admin: Principal, config: readonly InstancePoolConfig[]) {
    this.#clock = clock;
    this.#admin = admin;
    for (const pool of config) {
      const { instance_pool_id: id, canAttachTo, ...settings } = pool;
      this.add(id, { ...settings }, canAttachTo ? { canAttachTo } : {});
    }
  }

  add(id: string, settings: JsonObject, more: Pick<InstancePool, "canAttachTo" | "creator">): InstancePool {
    const maxCapacity = settings.max_capacity;
    const pool: InstancePool = {
      id,
      name: String(settings.instance_pool_name),
      nodeTypeId: String(settings.node_type_id),
      minIdleInstances: Number(settings.min_idle_instances ?? 0),
      ...(typeof maxCapacity === "number" ? { maxCapacity } : {}),
      customTags: (settings.custom_tags ?? {}) as Record<string, string>,
      settings,
      createdMs: this.#clock.now(),
      ...more,
    };
    this.#pools.set(id, pool);
    return pool;
  }

  find(id: string): InstancePool | undefined {
    return this.#pools.get(id);
  }

  all(): InstancePool[] {
    return [...this.#pools.values()];
  }

  /** Replaces the settings of a pool, except for those that cannot change. */
  edit(pool: InstancePool, settings: JsonObject): void {
    const { id, canAttachTo, creator, createdMs } = pool;
    const edited = this.add(id, settings, {
      ...(canAttachTo ? { canAttachTo } : {}),
      ...(creator ? { creator } : {}),
    });
    edited.createdMs = createdMs;
  }

  delete(id: string): void {
    if (!this.#pools.delete(id)) throw notFound(id);
  }

  canAttach(pool: InstancePool, caller: Principal): boolean {
    return !pool.canAttachTo || caller.id === this.#admin.id || pool.canAttachTo.includes(caller.userName);
  }

  /** Takes instances for a cluster. Returns false if the pool has too few left. */
  acquire(id: string, instances: number): boolean {
    const used = this.used(id);
    const capacity = this.#pools.get(id)?.maxCapacity ?? Number.POSITIVE_INFINITY;
    if (used + instances > capacity) return false;
    this.#used.set(id, used + instances);
    return true;
  }

  release(id: string, instances: number): void {
    this.#used.set(id, Math.max(0, this.used(id) - instances));
  }

  used(id: string): number {
    return this.#used.get(id) ?? 0;
  }

  ledger(): LedgerEntry[] {
    return this.all()
      .filter((pool) => pool.creator !== undefined)
      .map((pool) => ({
        id: pool.id,
        name: pool.name,
        tags: pool.customTags,
        creator: pool.creator?.displayName ?? "",
        ageSeconds: (this.#clock.now() - pool.createdMs) / 1000,
      }));
  }
}

export function instancePoolRoutes(route: DefineRoute, pools: InstancePools, admin: Principal): Route[] {
  const found = (fields: Fields) => {
    const id = fields.requiredString("instance_pool_id");
    const pool = pools.find(id);
    if (!pool) throw notFound(id);
    return pool;
  };
  const describe = (pool: InstancePool) => ({
    azure_attributes: { availability: "ON_DEMAND_AZURE", spot_bid_max_price: -1 },
    enable_elastic_disk: true,
    ...pool.settings,
    instance_pool_id: pool.id,
    instance_pool_name: pool.name,
    node_type_id: pool.nodeTypeId,
    min_idle_instances: pool.minIdleInstances,
    idle_instance_autotermination_minutes: pool.settings.idle_instance_autotermination_minutes ?? 60,
    default_tags: {
      Vendor: "Databricks",
      DatabricksInstancePoolCreatorId: (pool.creator ?? admin).id,
      DatabricksInstancePoolId: pool.id,
    },
    state: "ACTIVE",
    stats: {
      used_count: pools.used(pool.id),
      idle_count: Math.max(0, pool.minIdleInstances - pools.used(pool.id)),
      pending_used_count: 0,
      pending_idle_count: 0,
    },
    status: {},
  });
  return [
    route("GET", "/api/2.0/instance-pools/list", "instancepools/list", () => ({
      instance_pools: pools.all().map(describe),
    })),
    route("GET", "/api/2.0/instance-pools/get", "instancepools/get", (fields) => describe(found(fields))),
    route("POST", "/api/2.0/instance-pools/create", "instancepools/create", (fields, caller) => {
      fields.requiredString("instance_pool_name");
      const nodeTypeId = fields.requiredString("node_type_id");
      if (!nodeTypes.some((type) => type.node_type_id === nodeTypeId)) {
        throw invalidParameter(`Node type ${nodeTypeId} is not supported.`);
      }
      const id = `pool-${randomBytes(6).toString("hex")}`;
      pools.add(id, fields.raw(), { creator: caller });
      return { instance_pool_id: id };
    }),
    route("POST", "/api/2.0/instance-pools/edit", "instancepools/edit", (fields) => {
      const pool = found(fields);
      fields.requiredString("instance_pool_name");
      // The reference requires it, although only the size and the time limit of idle instances can change.
      if (fields.requiredString("node_type_id") !== pool.nodeTypeId)
        throw invalidParameter("The node type of an instance pool cannot be changed."); // unconfirmed wording
      pools.edit(pool, fields.without(["instance_pool_id"]).raw());
      return {};
    }),
    route("POST", "/api/2.0/instance-pools/delete", "instancepools/delete", (fields) => {
      pools.delete(fields.requiredString("instance_pool_id"));
      return {};
    }),
  ];
}

function notFound(id: string) {
  return doesNotExist(`Can't find an instance pool with id: ${id}`);
}
