import { azureDevOpsFields } from "../azure-devops/config-schema.ts";
import type { WorkspaceConfig } from "../config.ts";
import { databricksFields } from "../databricks/config-schema.ts";
import { entraFields } from "../entra/config-schema.ts";
import { keyVaultFields } from "../key-vault/config-schema.ts";
import { number, object, required, text } from "./schema.ts";

/** `notebook-ops.local.yml`: what each service takes from it, and what belongs to no single service. */
export const workspaceConfig = object<WorkspaceConfig>({
  ...azureDevOpsFields,
  ...entraFields,
  ...keyVaultFields,
  ...databricksFields,
  spark: object({ master: required(text) }),
  latencyMs: number({ min: 0 }),
});
