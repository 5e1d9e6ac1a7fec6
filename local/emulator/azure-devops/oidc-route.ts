import type { Clock } from "../clock.ts";
import { connectionSubject } from "../entra/directory.ts";
import { ok } from "../http/reply.ts";
import type { Route } from "../http/route.ts";
import type { TokenIssuer } from "../token-issuer.ts";
import type { Access } from "./access.ts";
import { refuse } from "./dialect.ts";
import { guidOf } from "./guid.ts";

const lifetimeSeconds = 600;

/** The id of a service connection: a GUID that depends on its name only. */
export function connectionId(name: string): string {
  return guidOf(name);
}

/** `System.OidcRequestUri`: issues the token by which a service connection signs in to Entra ID without a secret. */
export function oidcRoute(options: {
  path: string;
  connections: readonly string[];
  issuer: TokenIssuer;
  access: Access;
  clock: Clock;
}): Route {
  const { path, connections, issuer, access, clock } = options;
  const names = new Map(connections.map((name) => [connectionId(name), name]));
  return {
    method: "POST",
    path,
    query: ["serviceConnectionId"],
    source: "https://learn.microsoft.com/rest/api/azure/devops/distributedtask/oidctoken/create",
    handle: async (request) => {
      access.require(request, "useServiceConnection");
      const id = request.query.get("serviceConnectionId")?.toLowerCase() ?? "";
      const name = names.get(id);
      if (name === undefined) {
        refuse(404, "ServiceEndpointNotFoundException", `The service connection '${id}' does not exist.`);
      }
      const nowSeconds = Math.floor(clock.now() / 1000);
      const oidcToken = await issuer.issue({
        sub: connectionSubject(name),
        aud: "api://AzureADTokenExchange",
        iat: nowSeconds,
        nbf: nowSeconds,
        exp: nowSeconds + lifetimeSeconds,
      });
      return ok({ oidcToken });
    },
  };
}
