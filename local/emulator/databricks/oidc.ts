import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Directory } from "../entra/directory.ts";
import { ok, Refusal, type Reply } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import type { Route } from "../http/route.ts";
import type { LocalWorkspace } from "../local-workspace.ts";
import type { TokenIssuer } from "../token-issuer.ts";
import type { DefineRoute } from "./api-route.ts";
import { doesNotExist } from "./errors.ts";
import { organisationId, type Principals } from "./principal.ts";

const lifetimeSeconds = 3600;
const tokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";

/**
 * The workspace's own OAuth: exchanges a service principal's secret, or a federated token, for a token of the workspace.
 * Sources: https://learn.microsoft.com/azure/databricks/dev-tools/auth/oauth-m2m and …/auth/oauth-federation-exchange
 */
export function oidcRoutes(parts: {
  route: DefineRoute;
  workspace: LocalWorkspace;
  directory: Directory;
  principals: Principals;
  issuer: TokenIssuer;
  /** The address of the Databricks workspace. */
  url: string;
}): Route[] {
  const { route, workspace, directory, principals, issuer, url } = parts;
  /** SHA-256 of each secret → application id. */
  const secrets = new Map<string, string>();

  const issue = async (userName: string): Promise<Reply> => {
    const now = Math.floor(workspace.clock.now() / 1000);
    const claims = {
      sub: userName,
      client_id: userName,
      aud: organisationId,
      iat: now,
      exp: now + lifetimeSeconds,
    };
    const accessToken = await issuer.issue({ ...claims, scope: "all-apis" });
    return ok({
      access_token: accessToken,
      token_type: "Bearer",
      expires_in: lifetimeSeconds,
      scope: "all-apis",
    });
  };

  const token = async (request: ServiceRequest): Promise<Reply> => {
    const form = request.form();
    if (!form.get("scope")) throw oauthError(400, "invalid_request", "scope is required");
    if (form.get("grant_type") === "client_credentials") {
      const basic = request.clientCredentials;
      const clientId = basic?.user ?? form.get("client_id") ?? "";
      const secret = basic?.password ?? form.get("client_secret") ?? "";
      if (secrets.get(digestOf(secret)) === clientId && principals.find(clientId)) return issue(clientId);
      throw oauthError(401, "invalid_client", "Client authentication failed");
    }
    if (form.get("grant_type") === tokenExchange) {
      return issue(await federatedCaller(form, directory, principals, workspace.clock.now()));
    }
    throw oauthError(400, "unsupported_grant_type", `Grant type ${form.get("grant_type")} is not supported`);
  };

  return [
    {
      method: "GET",
      path: "/oidc/.well-known/oauth-authorization-server",
      source: "https://learn.microsoft.com/azure/databricks/dev-tools/auth/oauth-m2m",
      handle: () =>
        ok({
          issuer: issuer.url,
          authorization_endpoint: `${url}/oidc/v1/authorize`,
          token_endpoint: `${url}/oidc/v1/token`,
          jwks_uri: `${url}/oidc/jwks.json`,
          grant_types_supported: ["client_credentials", tokenExchange],
          token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
        }),
    },
    {
      method: "GET",
      path: "/.well-known/databricks-config",
      source: "https://github.com/databricks/databricks-sdk-py/blob/main/databricks/sdk/config.py",
      handle: () => ok({ oidc_endpoint: `${url}/oidc`, workspace_id: organisationId, cloud: "Azure" }),
    },
    {
      method: "GET",
      path: "/oidc/jwks.json",
      source: "https://learn.microsoft.com/azure/databricks/dev-tools/auth/oauth-m2m",
      handle: async () => ok(await issuer.jsonWebKeySet()),
    },
    {
      method: "POST",
      path: "/oidc/v1/token",
      source: "https://learn.microsoft.com/azure/databricks/dev-tools/auth/oauth-m2m",
      handle: token,
    },
    route(
      "POST",
      "/api/2.0/accounts/servicePrincipals/{principal}/credentials/secrets",
      "serviceprincipalsecretsproxy/create",
      (_fields, _caller, request) => {
        const id = request.parameter("principal");
        const principal = principals
          .all()
          .find((each) => each.id === id && each.kind === "service-principal");
        if (!principal) throw doesNotExist(`Service principal ${id} does not exist.`);
        const secret = `dose${randomBytes(16).toString("hex")}`;
        workspace.secrets.add(secret);
        secrets.set(digestOf(secret), principal.userName);
        return { id: randomUUID(), secret, secret_hash: digestOf(secret), status: "ACTIVE" };
      },
    ),
  ];
}

/** The service principal whose federation policy names the subject of a trusted issuer's token. */
async function federatedCaller(
  form: URLSearchParams,
  directory: Directory,
  principals: Principals,
  nowMs: number,
): Promise<string> {
  const clientId = form.get("client_id") ?? "";
  const application = directory.byClientId(clientId);
  for (const issuer of directory.federatedIssuers) {
    const claims = await issuer.verify(form.get("subject_token") ?? "");
    const isCurrent = (claims?.exp ?? 0) * 1000 > nowMs;
    if (isCurrent && claims?.sub === application?.federation.subject && principals.find(clientId))
      return clientId;
  }
  // Unconfirmed code and wording.
  throw oauthError(400, "invalid_request", "No matching federation policy for the subject token");
}

function oauthError(status: number, error: string, description: string): Refusal {
  return new Refusal({ status, body: { error, error_description: description } });
}

function digestOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
