import { connectIdentity, type Identity } from "../azure/identity.ts";
import { HttpClient } from "../http/client.ts";
import { HostPolicy } from "../http/hosts.ts";
import type { TaskHost } from "../task/host.ts";
import { type FabricAddresses, fabricAddresses } from "./addresses.ts";
import { ItemsApi } from "./api/items.ts";
import { JobsApi } from "./api/jobs.ts";
import { OperationsApi } from "./api/operations.ts";
import { SessionsApi } from "./api/sessions.ts";
import { WorkspacesApi } from "./api/workspaces.ts";
import { fabricDialect } from "./dialect.ts";

/** https://learn.microsoft.com/rest/api/fabric/articles/identity-support */
const fabricResource = "https://api.fabric.microsoft.com";

/** Fabric as one identity sees it, with its API groups. */
export class FabricClient {
  readonly addresses: FabricAddresses;
  /** Signs in to OneLake, too. */
  readonly identity: Identity;
  readonly workspaces: WorkspacesApi;
  readonly items: ItemsApi;
  readonly jobs: JobsApi;
  readonly sessions: SessionsApi;

  constructor(addresses: FabricAddresses, identity: Identity, http: HttpClient) {
    this.addresses = addresses;
    this.identity = identity;
    const operations = new OperationsApi(http, addresses.fabric);
    this.workspaces = new WorkspacesApi(http);
    this.items = new ItemsApi(http, operations);
    this.jobs = new JobsApi(http, addresses.fabric);
    this.sessions = new SessionsApi(http);
  }
}

/**
 * A client with the identity of the service connection that the input `fabricConnection` names. Its requests go on when the task is
 * cancelled: one that is cut off may still take effect, and nobody would know.
 */
export async function connectFabric(host: TaskHost): Promise<FabricClient> {
  const identity = await connectIdentity(host, "fabricConnection");
  const addresses = fabricAddresses(host);
  const http = new HttpClient({
    baseUrl: addresses.fabric,
    hosts: new HostPolicy("fabric", host.allowedHosts),
    dialect: fabricDialect,
    authorization: async () => `Bearer ${(await identity.token(fabricResource)).token}`,
    network: host.network,
    log: host.log,
  });
  return new FabricClient(addresses, identity, http);
}
