import { join } from "node:path";
import type { DriverHost } from "../../driver/driver-host.ts";
import type { Directory } from "../entra/directory.ts";
import { entra } from "../entra/index.ts";
import { defineService, type Service, type ServiceContext } from "../service.ts";
import { TokenIssuer } from "../token-issuer.ts";
import { authenticatedRoutes } from "./api-route.ts";
import { Authentication } from "./authentication.ts";
import { Clusters } from "./clusters/clusters.ts";
import { clusterRoutes } from "./clusters/routes.ts";
import type { DatabricksConfig } from "./config.ts";
import { databricksFields } from "./config-schema.ts";
import { dialect } from "./dialect.ts";
import { dbfsRoutes } from "./files/dbfs-routes.ts";
import { fileRoutes } from "./files/file-routes.ts";
import { FileStorage } from "./files/storage.ts";
import { transferRoutes } from "./files/transfer-routes.ts";
import { InstancePools, instancePoolRoutes } from "./instance-pools.ts";
import { jobRoutes } from "./jobs/job-routes.ts";
import { Jobs } from "./jobs/jobs.ts";
import { runRoutes } from "./jobs/run-routes.ts";
import { Runs } from "./jobs/runs.ts";
import { Libraries, libraryRoutes } from "./libraries.ts";
import { oidcRoutes } from "./oidc.ts";
import { Permissions, permissionRoutes } from "./permissions.ts";
import { PersonalTokens } from "./personal-tokens.ts";
import { findPolicy, policyRoutes } from "./policies.ts";
import { type Principal, Principals } from "./principal.ts";
import { repoRoutes } from "./repos.ts";
import { Registry } from "./scim/registry.ts";
import { scimRoutes } from "./scim/routes.ts";
import { secretRoutes } from "./secret-routes.ts";
import { SecretScopes } from "./secrets.ts";
import { tokenRoutes } from "./token-routes.ts";
import { WorkspaceObjects, workspacePath } from "./workspace/objects.ts";
import { workspaceRoutes } from "./workspace/routes.ts";

const ledgerKinds = [
  "clusters",
  "runs",
  "jobs",
  "tokens",
  "workspaceObjects",
  "instancePools",
  "secretScopes",
  "files",
  "principals",
  "groups",
] as const;

type Databricks = Service<(typeof ledgerKinds)[number], { databricksToken: string }>;

/** The local Databricks workspace. */
export const databricks = defineService({
  name: "databricks",
  title: "Databricks",
  portOffset: 1,
  configFields: databricksFields,
  ledgerKinds,
  addresses: (origin) => ({ databricksUrl: origin }),
  async start({
    workspace,
    origin,
    service,
    ...context
  }: ServiceContext<DatabricksConfig>): Promise<Databricks> {
    const config = context.config.databricks ?? {};
    const { clock, notebooks, stateFolder } = workspace;
    const { directory } = service(entra);
    const principals = addPrincipals(directory);
    const { admin } = principals;
    const tokens = new PersonalTokens(clock, workspace.secrets);
    const oauth = new TokenIssuer(`${origin}/oidc`);
    const route = authenticatedRoutes(
      new Authentication({ workspace, directory, principals, tokens, oauth }),
    );

    const objects = new WorkspaceObjects(join(stateFolder, "workspace"), clock);
    const addHome = ({ userName }: Principal) => objects.makeDirectories(`/Users/${userName}`);
    for (const path of ["/Shared", "/Repos"]) await objects.makeDirectories(path);
    for (const principal of principals.all()) await addHome(principal);
    const registry = new Registry(principals, clock);
    const files = new FileStorage(notebooks.dbfsFolder, join(stateFolder, "uploads"), clock);
    const scopes = new SecretScopes(
      workspace,
      (principal) => registry.groupNamesOf(principal),
      config.secretScopes ?? {},
    );
    const pools = new InstancePools(clock, admin, config.instancePools ?? []);
    const startSeconds = config.clusterStartSeconds ?? 0;
    const clusters = new Clusters(workspace, { pools, scopes, startSeconds });
    const libraries = new Libraries(workspace, clusters, (path) => {
      if (/^(dbfs:|\/Volumes\/)/.test(path)) return files.fileOf(path);
      return path.startsWith("/") ? objects.fileOf(workspacePath(path)) : undefined;
    });
    // By the time a cluster runs, Spark is up.
    clusters.lifecycle.watch((cluster) => cluster.state === "PENDING" && notebooks.warmUp());
    const host: DriverHost = {
      workspaceFolder: objects.folder,
      secret: (scope, key) => scopes.value(scope, key),
      secretScopes: () => scopes.names(),
      secretKeys: (scope) => scopes.keys(scope),
      taskValues: (runId) => runs.taskValues(runId),
      token: (userName) => tokens.forRun(principals.find(userName) ?? admin),
    };
    const runs = new Runs({ workspace, clusters, libraries, objects, files, host, url: origin });
    const jobs = new Jobs(clock, runs, { clusters, pools });
    const objectOf = (type: string) => (id: string) =>
      objects.all().find((object) => object.type === type && String(object.id) === id);
    const permissions = new Permissions(
      {
        clusters: (id) => clusters.find(id),
        "instance-pools": (id) => pools.find(id),
        jobs: (id) => jobs.find(Number(id)) ?? runs.all().find(({ jobId }) => jobId === Number(id)),
        notebooks: objectOf("NOTEBOOK"),
        directories: objectOf("DIRECTORY"),
        "cluster-policies": findPolicy,
      },
      admin,
    );
    const adminToken = tokens.create(admin, { comment: "local administrator", isSeed: true }).value;

    return {
      ...(config.requestsPerSecond ? { requestsPerSecond: config.requestsPerSecond } : {}),
      dialect,
      routes: [
        ...tokenRoutes(route, tokens),
        ...clusterRoutes(route, clusters, pools),
        ...libraryRoutes(route, clusters, libraries),
        ...instancePoolRoutes(route, pools, admin),
        ...policyRoutes(route),
        ...runRoutes(route, { runs, permissions, baseUrl: origin }, { clusters, pools }),
        ...jobRoutes(route, { jobs, runs, permissions }),
        ...workspaceRoutes(route, objects),
        ...repoRoutes(route),
        ...secretRoutes(route, scopes),
        ...dbfsRoutes(route, files, clock),
        ...fileRoutes(route, files),
        ...transferRoutes(route, { storage: files, secrets: workspace.secrets, url: origin }),
        ...permissionRoutes(route, permissions),
        ...scimRoutes(route, registry, addHome),
        ...oidcRoutes({ route, workspace, directory, principals, issuer: oauth, url: origin }),
      ],
      ready: { databricksToken: adminToken },
      environment: {
        DATABRICKS_HOST: origin,
        DATABRICKS_TOKEN: adminToken,
        // By which pytest-fabric-spark gives the token to this host, too: pytest-plugin/README.md.
        DATABRICKS_TEST_ALLOWED_HOSTS: new URL(origin).host,
      },
      ledger: () => ({
        clusters: clusters.ledger(),
        runs: runs.ledger(),
        jobs: jobs.ledger(),
        tokens: tokens.ledger(),
        workspaceObjects: objects.ledger(),
        instancePools: pools.ledger(),
        secretScopes: scopes.ledger(),
        files: files.ledger(),
        ...registry.ledger(),
      }),
    };
  },
});

function addPrincipals(directory: Directory): Principals {
  const principals = new Principals();
  for (const application of directory.all()) {
    if (application.inDatabricks)
      principals.add("service-principal", application.clientId, application.displayName);
  }
  return principals;
}
