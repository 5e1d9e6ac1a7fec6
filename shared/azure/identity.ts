import type { TokenCredential } from "@azure/identity";
import type { RequestError } from "../http/errors.ts";
import { HostPolicy } from "../http/hosts.ts";
import { withRetries } from "../http/retry.ts";
import { type ClientHost, InputError, type ServiceConnection, type TaskHost } from "../task/host.ts";
import { couldNot } from "../text/could-not.ts";
import { sdkOptions } from "./sdk-options.ts";
import { type AzureConnection, azureConnection } from "./service-connection.ts";
import { SignInError } from "./sign-in-error.ts";
import { guardedHttpClient, signInHosts } from "./sign-in-hosts.ts";

interface EntraToken {
  token: string;
  expiresOn: Date;
}

/** The service principal or managed identity of a service connection. */
export interface Identity {
  connection: AzureConnection;
  /** For errors: `application 1b2c… of service connection 9f…`. */
  description: string;
  /** For clients of the Azure SDK. What it fetches is masked, and its failures are SignInErrors. */
  credential: TokenCredential;
  /** @param resource the identifier of what the token is for, e.g. `2ff814a6-3304-4ab8-85cb-cd0e6f879c1d`. */
  token(resource: string): Promise<EntraToken>;
}

const mostAttempts = 3;

/** What a job proves its identity with to Azure DevOps, for workload identity federation. */
interface Job {
  oidcRequestUri: string | undefined;
  accessToken(): string;
}

/** The identity of the service connection that the input names. Signs in only when a token is asked for. */
export function connectIdentity(
  host: ClientHost & Pick<TaskHost, "connection" | "variable" | "systemAccessToken">,
  input: string,
): Promise<Identity> {
  return identityOf(host, host.connection(input), {
    oidcRequestUri: host.variable("System.OidcRequestUri"),
    accessToken: () => host.systemAccessToken(),
  });
}

async function identityOf(host: ClientHost, endpoint: ServiceConnection, job: Job): Promise<Identity> {
  const connection = azureConnection(endpoint, host.allowedHosts);
  const { signIn, authorityUrl } = connection;
  const application = signIn.clientId ? `application ${signIn.clientId}` : "the agent's managed identity";
  const description = `${application} of service connection '${endpoint.id}'`;
  const signInError = (cause: unknown, tenants?: { resource: string; connection: string }) =>
    new SignInError({ identity: description, authority: authorityUrl.host, cause, tenants });
  let refusal: RequestError | undefined;
  const inner = await createCredential(host, job, {
    connection,
    attempted: `sign in as ${description}`,
    refused: (error) => {
      refusal = error;
    },
  });
  const signInOnce: TokenCredential["getToken"] = async (scopes, options) => {
    const tenants = signIn.kind === "managedIdentity" ? undefined : otherTenant(signIn.tenantId, options);
    if (tenants) throw signInError(undefined, tenants);
    try {
      return await inner.getToken(scopes, options);
    } catch (cause) {
      if (host.signal.aborted) throw host.signal.reason;
      throw refusal ?? signInError(cause);
    }
  };
  const credential: TokenCredential = {
    async getToken(scopes, options) {
      const token = await withRetries(() => signInOnce(scopes, options), {
        signal: host.signal,
        pauseMs: (error, attempt) =>
          error instanceof SignInError && error.isBroken && attempt < mostAttempts
            ? attempt * 500
            : undefined,
      });
      if (token) host.secrets.add(token.token);
      return token;
    },
  };
  return {
    connection,
    description,
    credential,
    async token(resource) {
      const token = await credential.getToken(`${resource}/.default`, { abortSignal: host.signal });
      if (token === null) throw signInError("no token");
      return { token: token.token, expiresOn: new Date(token.expiresOnTimestamp) };
    },
  };
}

/**
 * The tenant of a resource, such as a vault, that names one in its challenge, if it is not the connection's. The Azure SDK would refuse it with
 * advice for the authors of programs.
 */
function otherTenant(
  connection: string,
  options: { tenantId?: string } = {},
): { resource: string; connection: string } | undefined {
  const { tenantId: resource } = options;
  const isId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
  if (resource === undefined || !isId(resource) || !isId(connection)) return undefined;
  return resource.toLowerCase() === connection.toLowerCase() ? undefined : { resource, connection };
}

async function createCredential(
  host: ClientHost,
  job: Job,
  request: { connection: AzureConnection; attempted: string; refused: (error: RequestError) => void },
): Promise<TokenCredential> {
  const { connection, attempted, refused } = request;
  const { signIn, authorityUrl } = connection;
  const { allowedHosts } = host;
  const oidcRequestUri =
    signIn.kind === "federation" ? requireOidcAddress(job, attempted, allowedHosts) : undefined;
  const requireHost = signInHosts(connection, { attempted, allowedHosts, oidcRequestUri });
  // Loaded here, as it takes longer to load than a task that needs no Entra token takes to start.
  const entra = await import("@azure/identity");
  const options = {
    ...sdkOptions(host.network, authorityUrl),
    httpClient: await guardedHttpClient(requireHost, refused),
    authorityHost: authorityUrl.origin,
    // Microsoft's directory of authorities does not list one's own.
    disableInstanceDiscovery: connection.isOwnAuthority,
  };
  switch (signIn.kind) {
    case "secret":
      host.secrets.add(signIn.secret);
      return new entra.ClientSecretCredential(signIn.tenantId, signIn.clientId, signIn.secret, options);
    case "certificate":
      host.secrets.add(signIn.pem);
      return new entra.ClientCertificateCredential(
        signIn.tenantId,
        signIn.clientId,
        { certificate: signIn.pem },
        options,
      );
    case "federation":
      return new entra.AzurePipelinesCredential(
        signIn.tenantId,
        signIn.clientId,
        signIn.connectionId,
        job.accessToken(),
        options,
      );
    case "managedIdentity":
      return new entra.ManagedIdentityCredential({
        clientId: signIn.clientId,
        httpClient: options.httpClient,
      });
  }
}

/** Where Azure DevOps trades the job's token for one of the service connection; checked before that token is used at all. */
function requireOidcAddress(job: Job, attempted: string, allowedHosts: string | undefined): URL {
  const address = job.oidcRequestUri;
  if (address === undefined || !URL.canParse(address))
    throw new InputError(
      couldNot(
        attempted,
        "the variable System.OidcRequestUri is not an address that gives OIDC tokens",
        "run the task in a pipeline job of Azure DevOps Services",
      ),
    );
  const url = new URL(address);
  new HostPolicy("devops", allowedHosts).require(url, attempted);
  return url;
}
