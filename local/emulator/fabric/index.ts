import { join } from "node:path";
import { entra } from "../entra/index.ts";
import type { OneLakeItems } from "../onelake/items.ts";
import { defineService, type Service, type ServiceContext } from "../service.ts";
import { callerOf } from "./authentication.ts";
import type { FabricConfig } from "./config.ts";
import { fabricFields } from "./config-schema.ts";
import { fabricDialect } from "./dialect.ts";
import { Items } from "./items.ts";
import { oneLakeItems } from "./one-lake-items.ts";
import { authenticatedRoutes } from "./route.ts";
import { seed } from "./seed.ts";
import { workspaceRoutes } from "./workspace-routes.ts";
import { FabricWorkspaces } from "./workspaces.ts";

const ledgerKinds = ["fabricItems", "fabricRuns"] as const;

interface Fabric extends Service<(typeof ledgerKinds)[number]> {
  /** For OneLake, which has the files of the items. */
  items: OneLakeItems;
}

/** The local Microsoft Fabric. */
export const fabric = defineService({
  name: "fabric",
  title: "Microsoft Fabric",
  portOffset: 5,
  configFields: fabricFields,
  ledgerKinds,
  addresses: (origin) => ({ fabricUrl: origin }),
  async start({ workspace, origin, service, ...context }: ServiceContext<FabricConfig>): Promise<Fabric> {
    const config = context.config.fabric ?? {};
    const { clock, stateFolder } = workspace;
    const { directory } = service(entra);
    const workspaces = new FabricWorkspaces(config.capacities);
    const items = new Items(join(stateFolder, "onelake"), clock);
    seed(config, workspaces, items);
    const route = authenticatedRoutes((request) => callerOf(request, workspace, directory));
    return {
      pathsIgnoreCase: true,
      dialect: fabricDialect,
      routes: [...workspaceRoutes(route, workspaces, origin)],
      ready: {},
      environment: {},
      ledger: () => ({
        fabricItems: items
          .all()
          .filter(({ creator }) => creator !== undefined)
          .map(({ id, displayName, type, creator, createdMs }) => ({
            id,
            name: `${displayName}.${type}`,
            tags: {},
            creator: creator as string,
            ageSeconds: (clock.now() - createdMs) / 1000,
          })),
        fabricRuns: [],
      }),
      items: oneLakeItems(workspaces, items, directory),
    };
  },
});
