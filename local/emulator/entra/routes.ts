import { ok } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import type { Route } from "../http/route.ts";
import type { LocalWorkspace } from "../local-workspace.ts";
import type { Directory } from "./directory.ts";
import { checkTenant, issueToken } from "./token-endpoint.ts";

const protocol = "https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc";
const clientCredentials =
  "https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow";

/** The tenant's token service. */
export function entraRoutes(workspace: LocalWorkspace, directory: Directory): Route[] {
  const url = directory.authorityUrl;
  const metadata = (version: "" | "v2.0/") => (request: ServiceRequest) => {
    const tenant = request.parameter("tenant");
    checkTenant(tenant, directory, workspace);
    return ok({
      issuer: directory.issuer.url,
      authorization_endpoint: `${url}/${tenant}/oauth2/${version}authorize`,
      token_endpoint: `${url}/${tenant}/oauth2/${version}token`,
      jwks_uri: `${url}/${tenant}/discovery/v2.0/keys`,
      token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt", "client_secret_basic"],
      response_types_supported: ["code", "id_token", "code id_token", "id_token token"],
      subject_types_supported: ["pairwise"],
      id_token_signing_alg_values_supported: ["RS256"],
      scopes_supported: ["openid", "profile", "email", "offline_access"],
      cloud_instance_name: "localhost",
      tenant_region_scope: null,
    });
  };
  return [
    {
      method: "GET",
      path: "/common/discovery/instance",
      source: "https://learn.microsoft.com/entra/msal/js/instance-metadata",
      handle: () =>
        ok({
          tenant_discovery_endpoint: `${url}/${directory.tenantId}/v2.0/.well-known/openid-configuration`,
          "api-version": "1.1",
          metadata: [
            {
              preferred_network: new URL(url).host,
              preferred_cache: new URL(url).host,
              aliases: [new URL(url).host],
            },
          ],
        }),
    },
    {
      method: "GET",
      path: "/{tenant}/v2.0/.well-known/openid-configuration",
      source: protocol,
      handle: metadata("v2.0/"),
    },
    {
      method: "GET",
      path: "/{tenant}/.well-known/openid-configuration",
      source: protocol,
      handle: metadata(""),
    },
    {
      method: "GET",
      path: "/{tenant}/discovery/v2.0/keys",
      source: protocol,
      handle: async () => ok(await directory.issuer.jsonWebKeySet()),
    },
    {
      method: "POST",
      path: "/{tenant}/oauth2/v2.0/token",
      source: clientCredentials,
      handle: (request) => issueToken(request, workspace, directory, "v2"),
    },
    {
      method: "POST",
      path: "/{tenant}/oauth2/token",
      source:
        "https://learn.microsoft.com/previous-versions/azure/active-directory/azuread-dev/v1-oauth2-client-creds-grant-flow",
      handle: (request) => issueToken(request, workspace, directory, "v1"),
    },
  ];
}
