/** The resources for which the local tenant issues tokens: identifier → audience of the token. */
const audiences: Record<string, string> = {
  // https://learn.microsoft.com/azure/databricks/dev-tools/auth/aad-token-manual
  "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d": "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d",
  // https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses
  "https://vault.azure.net": "https://vault.azure.net",
  "https://management.core.windows.net": "https://management.core.windows.net/",
  "https://management.azure.com": "https://management.azure.com/",
  "https://graph.microsoft.com": "https://graph.microsoft.com",
  "https://storage.azure.com": "https://storage.azure.com",
  "https://api.fabric.microsoft.com": "https://api.fabric.microsoft.com",
  // Of Power BI, which Fabric takes too: https://learn.microsoft.com/power-bi/developer/embedded/embed-tokens
  "https://analysis.windows.net/powerbi/api": "https://analysis.windows.net/powerbi/api",
  // https://learn.microsoft.com/azure/devops/integrate/get-started/authentication/service-principal-managed-identity
  "499b84ac-1321-427f-aa17-267ca6975798": "499b84ac-1321-427f-aa17-267ca6975798",
};

/** The audience of a resource as a client names it; undefined if the tenant does not know the resource. */
export function audienceOf(resource: string): string | undefined {
  return audiences[resource.replace(/\/+$/, "")];
}
