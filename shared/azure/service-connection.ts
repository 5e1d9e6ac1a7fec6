import { HostPolicy } from "../http/hosts.ts";
import { InputError, type ServiceConnection } from "../task/host.ts";
import { couldNot } from "../text/could-not.ts";

/** How a service connection of type azurerm signs in. */
type SignIn =
  | { kind: "secret"; tenantId: string; clientId: string; secret: string }
  | { kind: "certificate"; tenantId: string; clientId: string; pem: string }
  | { kind: "federation"; tenantId: string; clientId: string; connectionId: string }
  | { kind: "managedIdentity"; clientId?: string };

export interface AzureConnection {
  signIn: SignIn;
  authorityUrl: URL;
  /** Whether the pipeline's author listed the authority in NotebookOps.AllowedHosts: it is not one of Microsoft's. */
  isOwnAuthority: boolean;
  /** The resource id of Azure Resource Manager in the connection's cloud. */
  managementResource: string;
  /** E.g. `vault.azure.net`. */
  keyVaultSuffix: string;
}

/**
 * Reads what Azure DevOps stores in an azurerm connection. The field names are those of the service endpoint's data, which
 * carry the endpoints of the connection's own cloud (public, US government, China).
 */
export function azureConnection(
  connection: ServiceConnection,
  allowedHosts: string | undefined,
): AzureConnection {
  const authority =
    connection.data("activeDirectoryAuthority") ??
    connection.data("environmentAuthorityUrl") ??
    "https://login.microsoftonline.com/";
  const authorityUrl = parseUrl(authority, connection);
  const hosts = new HostPolicy("login", allowedHosts);
  hosts.require(authorityUrl, `sign in with service connection '${connection.id}'`);
  return {
    signIn: signIn(connection),
    authorityUrl,
    isOwnAuthority: hosts.lists(authorityUrl),
    managementResource:
      connection.data("activeDirectoryServiceEndpointResourceId") ?? "https://management.core.windows.net/",
    keyVaultSuffix: (connection.data("AzureKeyVaultDnsSuffix") ?? "vault.azure.net").replace(/^\./, ""),
  };
}

function signIn(connection: ServiceConnection): SignIn {
  const need = (name: string) => {
    const value = connection.authorization(name);
    if (value !== undefined) return value;
    throw unusable(connection, `it has no ${name}`, editIt);
  };
  const application = () => ({ tenantId: need("tenantid"), clientId: need("serviceprincipalid") });
  switch (connection.scheme) {
    case "workloadidentityfederation":
      return { kind: "federation", ...application(), connectionId: connection.id };
    case "managedserviceidentity":
      return { kind: "managedIdentity", clientId: connection.data("msiclientId") };
    case "serviceprincipal":
      return connection.authorization("authenticationType")?.toLowerCase() === "spncertificate"
        ? { kind: "certificate", ...application(), pem: need("servicePrincipalCertificate") }
        : { kind: "secret", ...application(), secret: need("serviceprincipalkey") };
    default:
      throw unusable(
        connection,
        `it signs in by '${connection.scheme}'`,
        "use one of type Azure Resource Manager with workload identity federation, a service principal or a managed identity",
      );
  }
}

function parseUrl(text: string, connection: ServiceConnection): URL {
  if (URL.canParse(text)) return new URL(text);
  throw unusable(connection, `its authority '${text}' is not a URL`, editIt);
}

const editIt = "edit it under Project settings > Service connections";

function unusable({ id }: ServiceConnection, problem: string, advice: string): InputError {
  return new InputError(couldNot(`use service connection '${id}'`, problem, advice));
}
