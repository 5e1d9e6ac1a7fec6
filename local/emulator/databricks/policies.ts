import type { Route } from "../http/route.ts";
import type { DefineRoute } from "./api-route.ts";
import { doesNotExist } from "./errors.ts";

/** The default policy of every workspace, which allows everything. */
const unrestricted = {
  policy_id: "0000000000000001",
  name: "Personal Compute",
  definition: "{}",
  is_default: true,
  creator_user_name: "System User",
  created_at_timestamp: 1_600_000_000_000,
};

/** Source: https://docs.databricks.com/api/azure/workspace/clusterpolicies */
export function policyRoutes(route: DefineRoute): Route[] {
  return [
    route("GET", "/api/2.0/policies/clusters/list", "clusterpolicies/list", () => ({
      policies: [unrestricted],
      total_count: 1,
    })),
    route("GET", "/api/2.0/policies/clusters/get", "clusterpolicies/get", (fields) => {
      const id = fields.requiredString("policy_id");
      if (id === unrestricted.policy_id) return unrestricted;
      throw doesNotExist(`Can't find a cluster policy with id: ${id}.`);
    }),
  ];
}

/** Nobody made the default policy. */
export function findPolicy(id: string): object | undefined {
  return id === unrestricted.policy_id ? {} : undefined;
}
