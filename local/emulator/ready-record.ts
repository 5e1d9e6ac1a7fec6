import { bundleEnvironment, type TrustFiles } from "./trust.ts";

/** What `notebook-ops emulator --json` prints when the workspace is ready; null for a service that is not there. */
export interface ReadyRecord {
  ready: true;
  caFile: string;
  tenantId: string;
  clientId: string;
  clientSecret: string;
  authorityUrl: string;
  keyVaultUrl: string;
  databricksUrl: string;
  databricksToken: string;
  fabricUrl: string | null;
  oneLakeBlobUrl: string | null;
  oneLakeDfsUrl: string | null;
  devopsUrl: string | null;
  devopsToken: string | null;
  controlUrl: string;
}

/** The variables by which unmodified clients (SDKs, pip, curl) find and trust the workspace. */
export function clientEnvironment(ready: ReadyRecord, trust: TrustFiles): Record<string, string> {
  return {
    DATABRICKS_HOST: ready.databricksUrl,
    DATABRICKS_TOKEN: ready.databricksToken,
    AZURE_TENANT_ID: ready.tenantId,
    AZURE_CLIENT_ID: ready.clientId,
    AZURE_CLIENT_SECRET: ready.clientSecret,
    AZURE_AUTHORITY_HOST: ready.authorityUrl,
    KEY_VAULT_URL: ready.keyVaultUrl,
    ...(ready.devopsUrl ? { AZURE_DEVOPS_URL: ready.devopsUrl } : {}),
    ...(ready.devopsToken ? { AZURE_DEVOPS_EXT_PAT: ready.devopsToken } : {}),
    NODE_EXTRA_CA_CERTS: ready.caFile,
    ...bundleEnvironment(trust),
    NOTEBOOK_OPS_CONTROL_URL: ready.controlUrl,
  };
}
