import { join } from "node:path";
import type { Directory } from "../entra/directory.ts";
import type { Service } from "../service.ts";
import { TokenIssuer } from "../token-issuer.ts";
import type { Workspace } from "../workspace.ts";
import { authenticatedRoutes } from "./api-route.ts";
import { Authentication } from "./authentication.ts";
import { Clusters } from "./clusters/clusters.ts";
import { clusterRoutes } from "./clusters/routes.ts";
import { dialect } from "./dialect.ts";
import { Dbfs, fileRoutes } from "./files.ts";
import { InstancePools, instancePoolRoutes } from "./instance-pools.ts";
import { Jobs, jobRoutes } from "./jobs/jobs.ts";
import { runRoutes } from "./jobs/run-routes.ts";
import { Runs } from "./jobs/runs.ts";
import { Libraries, libraryRoutes } from "./libraries.ts";
import { NotebookRunner } from "./notebook-runner.ts";
import { oidcRoutes } from "./oidc.ts";
import { permissionRoutes } from "./permissions.ts";
import { PersonalTokens } from "./personal-tokens.ts";
import { policyRoutes } from "./policies.ts";
import { Principals } from "./principal.ts";
import { scimRoutes } from "./scim.ts";
import { SecretScopes, secretRoutes } from "./secrets.ts";
import { tokenRoutes } from "./token-routes.ts";
import { WorkspaceObjects, workspacePath } from "./workspace/objects.ts";
import { workspaceRoutes } from "./workspace/routes.ts";

export interface Databricks extends Service {
  /** A personal access token of the workspace's administrator. */
  adminToken: string;
  /** Starts Python and Spark in the background, before a cluster asks for them. */
  warmUp(): void;
}

/** The local Databricks workspace. */
export async function createDatabricks(workspace: Workspace, directory: Directory): Promise<Databricks> {
  const config = workspace.config.databricks ?? {};
  const { clock, stateFolder } = workspace;
  const url = workspace.urls.databricks;
  const principals = addPrincipals(directory);
  const { admin } = principals;
  const tokens = new PersonalTokens(clock, workspace.secrets);
  const oauth = new TokenIssuer(`${url}/oidc`);
  const route = authenticatedRoutes(new Authentication({ workspace, directory, principals, tokens, oauth }));

  const objects = new WorkspaceObjects(join(stateFolder, "workspace"), clock);
  for (const path of ["/Shared", "/Repos", ...principals.all().map(({ userName }) => `/Users/${userName}`)]) {
    await objects.makeDirectories(path);
  }
  const dbfs = new Dbfs(join(stateFolder, "dbfs"));
  const scopes = new SecretScopes(workspace, admin, config.secretScopes ?? {});
  const pools = new InstancePools(clock, admin, config.instancePools ?? []);
  const clusters = new Clusters(workspace, pools, scopes);
  const libraries = new Libraries(workspace, clusters, (path) => {
    if (/^(dbfs:|\/Volumes\/)/.test(path)) return dbfs.fileOf(path);
    return path.startsWith("/") ? objects.fileOf(workspacePath(path)) : undefined;
  });
  const runner = new NotebookRunner(workspace, {
    workspaceFolder: objects.folder,
    dbfsFolder: dbfs.folder,
    secret: (scope, key) => scopes.value(scope, key),
    secretScopes: () => scopes.names(),
    secretKeys: (scope) => scopes.keys(scope),
    taskValues: (runId) => runs.taskValues(runId),
  });
  clusters.watch((cluster) => cluster.state === "PENDING" && runner.warmUp());
  const runs = new Runs({ workspace, clusters, libraries, objects, runner });
  const jobs = new Jobs(clock, runs, { clusters, pools });

  return {
    name: "databricks",
    ...(config.requestsPerSecond ? { requestsPerSecond: config.requestsPerSecond } : {}),
    adminToken: tokens.create(admin, { comment: "local administrator", isSeed: true }).value,
    warmUp: () => runner.warmUp(),
    dialect,
    routes: [
      ...tokenRoutes(route, tokens),
      ...clusterRoutes(route, clusters, pools),
      ...libraryRoutes(route, clusters, libraries),
      ...instancePoolRoutes(route, pools),
      ...policyRoutes(route),
      ...runRoutes(route, runs, { clusters, pools }, url),
      ...jobRoutes(route, jobs),
      ...workspaceRoutes(route, objects),
      ...secretRoutes(route, scopes),
      ...fileRoutes(route, dbfs),
      ...permissionRoutes(route, admin),
      ...scimRoutes(route),
      ...oidcRoutes({ route, workspace, directory, principals, issuer: oauth }),
    ],
    ledger: () => ({
      clusters: clusters.ledger(),
      runs: runs.ledger(),
      jobs: jobs.ledger(),
      tokens: tokens.ledger(),
      workspaceObjects: objects.ledger(),
      instancePools: pools.ledger(),
      secretScopes: scopes.ledger(),
    }),
    stop: () => runner.stop(),
  };
}

function addPrincipals(directory: Directory): Principals {
  const principals = new Principals();
  for (const application of directory.all()) {
    if (application.inDatabricks)
      principals.add("service-principal", application.clientId, application.displayName);
  }
  return principals;
}
