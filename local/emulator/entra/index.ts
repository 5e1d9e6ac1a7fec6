import { defineService, type Service, type ServiceContext } from "../service.ts";
import type { EntraConfig, OrganisationConnectionConfig } from "./config.ts";
import { entraFields } from "./config-schema.ts";
import { entraDialect } from "./dialect.ts";
import { type Application, Directory } from "./directory.ts";
import { entraRoutes } from "./routes.ts";

interface Entra extends Service<never, EntraReady> {
  directory: Directory;
  /** The service principal of a service connection of the config. */
  servicePrincipal(connection: string): Application | undefined;
  /** The service connections of the config to other organisations of Azure DevOps, by name. */
  organisationConnections: ReadonlyMap<string, OrganisationConnectionConfig>;
  /** All service connections of the config. */
  serviceConnections: NonNullable<EntraConfig["serviceConnections"]>;
}

interface EntraReady {
  tenantId: string;
  clientId: string;
  clientSecret: string;
  /** The service principal of each service connection to Azure, by the name of the connection. */
  serviceConnections: Readonly<Record<string, { clientId: string }>>;
}

/** The local Entra tenant. */
export const entra = defineService({
  name: "entra",
  title: "Entra ID",
  portOffset: 3,
  configFields: entraFields,
  ledgerKinds: [],
  addresses: (origin) => ({ authorityUrl: origin }),
  async start({ workspace, origin, config }: ServiceContext<EntraConfig>): Promise<Entra> {
    const directory = await Directory.create(origin, config, workspace.certificates);
    for (const { clientSecret, certificate } of directory.all()) {
      workspace.secrets.add(clientSecret);
      if (certificate) workspace.secrets.add(certificate.privateKeyPem);
    }
    const { tenantId, own } = directory;
    const connections = directory.connections().map((name) => {
      const { clientId = "" } = directory.byConnection(name) ?? {};
      return [name, { clientId }] as const;
    });
    const organisationConnections = new Map<string, OrganisationConnectionConfig>();
    for (const [name, connection] of Object.entries(config.serviceConnections ?? {}))
      if (connection.type === "externaltfs") organisationConnections.set(name, connection);
    return {
      routes: entraRoutes(workspace, directory),
      dialect: entraDialect(workspace.clock),
      ready: {
        ...{ tenantId, clientId: own.clientId, clientSecret: own.clientSecret },
        serviceConnections: Object.fromEntries(connections),
      },
      environment: {
        AZURE_TENANT_ID: tenantId,
        AZURE_CLIENT_ID: own.clientId,
        AZURE_CLIENT_SECRET: own.clientSecret,
        AZURE_AUTHORITY_HOST: origin,
      },
      ledger: () => ({}),
      directory,
      organisationConnections,
      serviceConnections: config.serviceConnections ?? {},
      servicePrincipal: (connection) => directory.byConnection(connection),
    };
  },
});
