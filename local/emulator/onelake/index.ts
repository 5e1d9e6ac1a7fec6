import { entra } from "../entra/index.ts";
import { fabric } from "../fabric/index.ts";
import { defineService, type Service, type ServiceContext } from "../service.ts";
import { callerOf } from "./authorization.ts";
import { blobListRoutes } from "./blob-list-routes.ts";
import { blobRoutes } from "./blob-routes.ts";
import { dfsListRoutes } from "./dfs-list-routes.ts";
import { dfsRoutes } from "./dfs-routes.ts";
import { oneLakeDialect } from "./dialect.ts";
import { pathRoutes } from "./path-routes.ts";
import { storageRoutes } from "./route.ts";
import { Storage } from "./storage.ts";
import { workspaceRoutes } from "./workspace-routes.ts";

/**
 * OneLake: the files of Fabric's items, by the DFS and the Blob API of Azure Storage. One port serves both, because clients derive the
 * address of one from that of the other by replacing `.dfs.` with `.blob.`, which changes nothing in the address of this machine.
 */
export const oneLake = defineService({
  name: "onelake",
  title: "OneLake",
  portOffset: 6,
  configFields: {},
  ledgerKinds: ["oneLakeFiles"],
  addresses: (origin) => ({ oneLakeDfsUrl: origin, oneLakeBlobUrl: origin }),
  async start({ workspace, origin, service }: ServiceContext<object>): Promise<Service<"oneLakeFiles">> {
    const { directory } = service(entra);
    const { items } = service(fabric);
    const storage = new Storage(workspace.stateFolder, workspace.clock);
    const route = storageRoutes(items, (request) => callerOf(request, workspace, directory));
    return {
      spoolFolder: storage.uploadFolder,
      routes: [
        ...dfsListRoutes(route, storage, items),
        ...blobListRoutes(route, storage, items, origin),
        ...workspaceRoutes(route),
        ...dfsRoutes(route, storage),
        ...blobRoutes(route, storage),
        ...pathRoutes(route, storage),
      ],
      dialect: oneLakeDialect,
      ready: {},
      environment: {},
      ledger: () => ({ oneLakeFiles: storage.created.ledger() }),
    };
  },
});
