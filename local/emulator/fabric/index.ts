import { rmSync } from "node:fs";
import { join } from "node:path";
import { entra } from "../entra/index.ts";
import { keyVault } from "../key-vault/index.ts";
import type { OneLakeItems } from "../onelake/items.ts";
import { defineService, type Service, type ServiceContext } from "../service.ts";
import { callerOf } from "./authentication.ts";
import { clientEnvironment } from "./client-environment.ts";
import type { FabricConfig } from "./config.ts";
import { fabricFields } from "./config-schema.ts";
import { definitionRoutes } from "./definition-routes.ts";
import { fabricDialect } from "./dialect.ts";
import { folderRoutes } from "./folder-routes.ts";
import { fabricHost } from "./host.ts";
import { ItemRequests } from "./item-requests.ts";
import { itemRoutes } from "./item-routes.ts";
import { Items } from "./items.ts";
import type { ExecutionParts } from "./jobs/execution.ts";
import { JobInstances } from "./jobs/job-instances.ts";
import { jobRoutes } from "./jobs/job-routes.ts";
import { runPageRoutes } from "./jobs/run-page-routes.ts";
import { sessionRoutes } from "./jobs/session-routes.ts";
import { fabricLedger } from "./ledger.ts";
import { oneLakeItems } from "./one-lake-items.ts";
import { Operations } from "./operations.ts";
import { pagesOf } from "./paging.ts";
import { Quota } from "./quota.ts";
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
  async start({
    workspace,
    origin,
    addresses,
    service,
    ...context
  }: ServiceContext<FabricConfig>): Promise<Fabric> {
    const config = context.config.fabric ?? {};
    const { clock, faults, stateFolder } = workspace;
    const { directory } = service(entra);
    const vault = service(keyVault);
    const oneLakeFolder = join(stateFolder, "onelake");
    const retryAfterSeconds = config.retryAfterSeconds ?? 1;

    const workspaces = new FabricWorkspaces(clock, config.capacities);
    const items = new Items(oneLakeFolder, clock, config.nameReservedSeconds);
    seed(config, workspaces, items);
    const forOneLake = oneLakeItems(workspaces, items, directory);
    const requests = new ItemRequests(workspaces, items);
    const seconds = config.operationSeconds ?? 0;
    const operations = new Operations(clock, faults, { origin, seconds, retryAfterSeconds });
    const jobs = new JobInstances(workspace, {
      startSeconds: config.jobStartSeconds ?? 0,
      concurrentJobs: config.concurrentJobs,
      retryAfterSeconds,
    });
    const hostParts = { workspace, directory, workspaces, items, oneLakeItems: forOneLake, vault };
    const execution: ExecutionParts = {
      ...{ workspace, workspaces, items },
      hostOf: (creator, placeNotebook) => fabricHost(hostParts, creator, placeNotebook),
    };

    const page = pagesOf(config.pageSize ?? 1000);
    const quota = new Quota(clock, config.requestsPerMinute);
    const route = authenticatedRoutes(async (request) => {
      const caller = await callerOf(request, workspace, directory);
      quota.take(caller);
      return caller;
    });
    const oneLakeUrl = addresses.oneLakeDfsUrl ?? "https://onelake.dfs.fabric.microsoft.com";
    return {
      pathsIgnoreCase: true,
      dialect: fabricDialect(clock),
      routes: [
        ...workspaceRoutes(route, {
          ...{ workspaces, page, origin, oneLakeUrl },
          onRemove: (gone) => {
            jobs.remove(gone);
            for (const item of items.of(gone)) items.remove(item);
            rmSync(join(oneLakeFolder, gone.id), { recursive: true, force: true });
          },
        }),
        ...itemRoutes(route, {
          ...{ items, requests, operations, page, oneLakeUrl },
          onRemove: (gone) => {
            jobs.remove(gone);
            rmSync(gone.folder, { recursive: true, force: true });
          },
        }),
        ...definitionRoutes(route, { items, requests, operations }),
        ...folderRoutes(route, { requests, items, page }),
        ...operations.routes(route),
        ...jobRoutes(route, { requests, jobs, page, execution, origin, retryAfterSeconds }),
        ...sessionRoutes(route, { requests, jobs, page, origin }),
        ...runPageRoutes(jobs),
      ],
      ready: {},
      environment: clientEnvironment(
        { fabricUrl: origin, oneLakeUrl, authorityUrl: directory.authorityUrl },
        workspaces,
        items,
      ),
      ledger: () => ({ fabricItems: fabricLedger(workspaces, items, clock), fabricRuns: jobs.ledger() }),
      items: forOneLake,
    };
  },
});
