import { generateKeyPair, randomBytes, randomUUID, X509Certificate } from "node:crypto";
import { promisify } from "node:util";
import type { Certificates } from "../certificate.ts";
import type { FabricRole } from "../fabric/config.ts";
import { TokenIssuer } from "../token-issuer.ts";
import type { AzureConnectionConfig, EntraConfig, KeyVaultPermission } from "./config.ts";

/** An app registration with its service principal. */
export interface Application {
  clientId: string;
  objectId: string;
  displayName: string;
  clientSecret: string;
  /** Only if the connection's scheme is `certificate`. */
  certificate?: { pem: string; privateKeyPem: string; thumbprint: string };
  /** The tokens that it accepts instead of a secret: those that the local Azure DevOps issues for the service connection. */
  federation: { subject: string; audience: string };
  inDatabricks: boolean;
  /** Its role in every workspace of Fabric; without one it sees none. */
  fabricRole: FabricRole | undefined;
  keyVaultPermissions: readonly KeyVaultPermission[];
}

/** The local Entra tenant: the workspace's own application, and one for each service connection. */
export class Directory {
  readonly authorityUrl: string;
  readonly tenantId = randomUUID();
  readonly issuer: TokenIssuer;
  /** Issuers whose tokens federated credentials accept; the local Azure DevOps adds itself. */
  readonly federatedIssuers: TokenIssuer[] = [];
  readonly #applications = new Map<string, Application>();
  readonly #connections = new Map<string, Application>();

  private constructor(authorityUrl: string) {
    this.authorityUrl = authorityUrl;
    this.issuer = new TokenIssuer(`${authorityUrl}/${this.tenantId}/`);
  }

  static async create(
    authorityUrl: string,
    config: EntraConfig,
    certificates: Certificates,
  ): Promise<Directory> {
    const directory = new Directory(authorityUrl);
    directory.#register("notebook-ops", {
      type: "azurerm",
      inFabric: "Admin",
      keyVaultPermissions: ["get", "list", "set", "delete", "recover", "backup", "restore", "purge"],
    });
    for (const [name, connection] of Object.entries(config.serviceConnections ?? {})) {
      if (connection.type !== "azurerm") continue;
      const application = directory.#register(name, connection);
      if (connection.scheme === "certificate")
        application.certificate = await makeClientCertificate(name, certificates);
      directory.#connections.set(name, application);
    }
    return directory;
  }

  /** The workspace's own application, which the ready record names. */
  get own(): Application {
    return this.#applications.values().next().value as Application;
  }

  byClientId(clientId: string): Application | undefined {
    return this.#applications.get(clientId.toLowerCase());
  }

  byConnection(name: string): Application | undefined {
    return this.#connections.get(name);
  }

  /** The names of the service connections to Azure. */
  connections(): string[] {
    return [...this.#connections.keys()];
  }

  all(): Application[] {
    return [...this.#applications.values()];
  }

  #register(name: string, connection: AzureConnectionConfig): Application {
    const application: Application = {
      clientId: randomUUID(),
      objectId: randomUUID(),
      displayName: name,
      // Entra's secrets have 40 characters, among them `8Q~`, by which secret scanners recognise them.
      clientSecret: `${randomBytes(3).toString("base64url").slice(0, 3)}8Q~${randomBytes(26).toString("base64url").slice(0, 34)}`,
      federation: { subject: connectionSubject(name), audience: "api://AzureADTokenExchange" },
      inDatabricks: connection.inDatabricks ?? true,
      fabricRole: fabricRole(connection.inFabric),
      keyVaultPermissions: connection.keyVaultPermissions ?? ["get", "list"],
    };
    this.#applications.set(application.clientId, application);
    return application;
  }
}

function fabricRole(inFabric: AzureConnectionConfig["inFabric"] = true): FabricRole | undefined {
  if (inFabric === false) return undefined;
  return inFabric === true ? "Contributor" : inFabric;
}

/** The subject of the token that Azure DevOps issues for a service connection: organisation, project, connection. */
export function connectionSubject(connection: string): string {
  return `sc://local/local/${connection}`;
}

async function makeClientCertificate(
  name: string,
  certificates: Certificates,
): Promise<NonNullable<Application["certificate"]>> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const pem = certificates.issueFor(name, publicKey);
  return {
    pem,
    privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    thumbprint: new X509Certificate(pem).fingerprint.replaceAll(":", ""),
  };
}
