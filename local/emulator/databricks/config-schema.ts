import { type Fields, list, map, number, object, required, text } from "../config-schema/schema.ts";
import type { DatabricksConfig } from "./config.ts";

export const databricksFields: Fields<DatabricksConfig> = {
  databricks: object({
    instancePools: list(
      object({
        instance_pool_id: required(text),
        instance_pool_name: required(text),
        node_type_id: required(text),
        min_idle_instances: number({ min: 0, isWhole: true }),
        max_capacity: number({ min: 0, isWhole: true }),
        canAttachTo: list(text),
      }),
    ),
    secretScopes: map(map(text)),
    clusterStartSeconds: number({ min: 0 }),
    requestsPerSecond: number({ min: 0 }),
  }),
};
