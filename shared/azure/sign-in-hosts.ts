import type { HttpClient } from "@azure/core-rest-pipeline";
import type { RequestError } from "../http/errors.ts";
import { HostPolicy } from "../http/hosts.ts";
import type { AzureConnection } from "./service-connection.ts";

/** Throws a RequestError of kind `hostNotAllowed` for an address that must not see a credential. */
type RequireHost = (url: URL) => void;

/**
 * Where a sign-in may send its credential: the authority and the token endpoint that the authority's own document names, both under
 * the login hosts; for workload identity federation the job's own OIDC address, under the hosts of Azure DevOps; for a managed identity
 * this machine. The variable NotebookOps.AllowedHosts adds hosts to each.
 */
export function signInHosts(
  { signIn }: AzureConnection,
  about: { attempted: string; allowedHosts: string | undefined; oidcRequestUri: URL | undefined },
): RequireHost {
  const { attempted, allowedHosts, oidcRequestUri } = about;
  const login = new HostPolicy("login", allowedHosts);
  const devops = new HostPolicy("devops", allowedHosts);
  return (url) => {
    if (signIn.kind === "managedIdentity" && isManagedIdentity(url, login)) return;
    if (oidcRequestUri !== undefined && addressOf(url) === addressOf(oidcRequestUri))
      devops.require(url, attempted);
    else login.require(url, attempted);
  };
}

/**
 * The instance metadata service is asked without a credential. Every other endpoint (App Service, Container Apps, Azure Arc) comes from
 * the environment, which earlier steps can set, and gets the secret of IDENTITY_HEADER or of a key file: it must be listed, and over
 * http, as Azure serves it, it must be this machine's.
 * https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
 */
function isManagedIdentity(url: URL, login: HostPolicy): boolean {
  if (url.origin === "http://169.254.169.254") return true;
  return url.protocol === "http:" && isThisMachine(url) && login.lists(url);
}

/** Loopback and link-local addresses, which never lead to another machine. */
function isThisMachine({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^(127|169\.254)\.[\d.]+$/.test(hostname);
}

function addressOf({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

/**
 * The HTTP client of the Azure SDK with a check in front of each request. The SDK follows addresses that services name (a token
 * endpoint, the next page of a list), so each requested address is checked, not only the one that was given.
 * @param refused takes the refusal, which the layers of the SDK would wrap beyond recognition
 */
export async function guardedHttpClient(
  requireHost: RequireHost,
  refused: (error: RequestError) => void,
): Promise<HttpClient> {
  const { createDefaultHttpClient } = await import("@azure/core-rest-pipeline");
  const inner = createDefaultHttpClient();
  return {
    async sendRequest(request) {
      try {
        requireHost(new URL(request.url));
      } catch (error) {
        refused(error as RequestError);
        throw error;
      }
      return inner.sendRequest(request).catch(asReset);
    },
  };
}

/** The SDK asks again after a reset connection, but not after an answer that breaks off, which its HTTP client calls PARSE_ERROR. */
function asReset(error: Error & { code?: string }): never {
  if (error.code === "PARSE_ERROR") error.code = "ECONNRESET";
  throw error;
}
