import type { TokenCredential } from "@azure/identity";
import { wait } from "../http/index.ts";
import type { TaskHost } from "../task/host.ts";
import { sdkOptions } from "./sdk-options.ts";
import { type AzureConnection, azureConnection } from "./service-connection.ts";
import { SignInError } from "./sign-in-error.ts";

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
  const inner = await createCredential(host, connection);
  const credential: TokenCredential = {
    async getToken(scopes, options) {
      for (let attempt = 1; ; attempt++) {
        try {
          const token = await inner.getToken(scopes, options);
          if (token) host.secrets.add(token.token);
          return token;
        } catch (cause) {
          if (host.signal.aborted) throw host.signal.reason;
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

async function createCredential(host: TaskHost, connection: AzureConnection): Promise<TokenCredential> {
  // Loaded here, as it takes longer to load than a task that needs no Entra token takes to start.
  const entra = await import("@azure/identity");
  const { signIn, authorityUrl } = connection;
  const options = {
    ...sdkOptions(host.network, authorityUrl),
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
      return signIn.clientId
        ? new entra.ManagedIdentityCredential({ clientId: signIn.clientId })
        : new entra.ManagedIdentityCredential();
  }
}
