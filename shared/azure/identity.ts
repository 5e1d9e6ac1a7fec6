import type { TokenCredential } from "@azure/identity";
import type { RequestError } from "../http/errors.ts";
import { HostPolicy } from "../http/hosts.ts";
import { wait } from "../http/wait.ts";
import { InputError, type TaskHost } from "../task/host.ts";
import { sdkOptions } from "./sdk-options.ts";
import { type AzureConnection, azureConnection } from "./service-connection.ts";
import { SignInError } from "./sign-in-error.ts";
import { guardedHttpClient, signInHosts } from "./sign-in-hosts.ts";

export interface EntraToken {
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

/** Reads the connection that the input names; signs in only when a token is asked for. */
export async function connectIdentity(host: TaskHost, input: string): Promise<Identity> {
  const endpoint = host.connection(input);
  const connection = azureConnection(endpoint, host.variable("NotebookOps.AllowedHosts"));
  const { signIn } = connection;
  const application = signIn.clientId ? `application ${signIn.clientId}` : "the agent's managed identity";
  const description = `${application} of service connection '${endpoint.id}'`;
  let refusal: RequestError | undefined;
  const inner = await createCredential(host, connection, description, (error) => {
    refusal = error;
  });
  const credential: TokenCredential = {
    async getToken(scopes, options) {
      for (let attempt = 1; ; attempt++) {
        try {
          const token = await inner.getToken(scopes, options);
          if (token) host.secrets.add(token.token);
          return token;
        } catch (cause) {
          if (host.signal.aborted) throw host.signal.reason;
          if (refusal) throw refusal;
          const failure = new SignInError({
            identity: description,
            authority: connection.authorityUrl.host,
            cause,
          });
          if (!failure.broken || attempt === mostAttempts) throw failure;
          await wait(attempt * 500, host.signal);
        }
      }
    },
  };
  return {
    connection,
    description,
    credential,
    async token(resource) {
      const token = await credential.getToken(`${resource}/.default`, { abortSignal: host.signal });
      if (token === null)
        throw new SignInError({
          identity: description,
          authority: connection.authorityUrl.host,
          cause: "no token",
        });
      return { token: token.token, expiresOn: new Date(token.expiresOnTimestamp) };
    },
  };
}

async function createCredential(
  host: TaskHost,
  connection: AzureConnection,
  description: string,
  refused: (error: RequestError) => void,
): Promise<TokenCredential> {
  const { signIn, authorityUrl } = connection;
  const attempted = `sign in as ${description}`;
  const oidcRequestUri = signIn.kind === "federation" ? requireOidcAddress(host, attempted) : undefined;
  const allowedHosts = host.variable("NotebookOps.AllowedHosts");
  const requireHost = signInHosts(connection, { attempted, allowedHosts, oidcRequestUri });
  // Loaded here, as it takes longer to load than a task that needs no Entra token takes to start.
  const entra = await import("@azure/identity");
  const options = {
    ...sdkOptions(host.network, authorityUrl),
    httpClient: await guardedHttpClient(requireHost, refused),
    authorityHost: authorityUrl.origin,
    // Microsoft's directory of authorities knows nothing of one's own.
    disableInstanceDiscovery: connection.ownAuthority,
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
        host.systemAccessToken(),
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
function requireOidcAddress(host: TaskHost, attempted: string): URL {
  const address = host.variable("System.OidcRequestUri");
  if (address === undefined || !URL.canParse(address))
    throw new InputError(
      `Could not ${attempted}: the variable System.OidcRequestUri names no address that gives OIDC tokens; run the task in a pipeline job of Azure DevOps Services.`,
    );
  const url = new URL(address);
  new HostPolicy("devops", host.variable("NotebookOps.AllowedHosts")).require(url, attempted);
  return url;
}
