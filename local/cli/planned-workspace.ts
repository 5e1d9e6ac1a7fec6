import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { systemEndpointId } from "../agent/endpoint.ts";
import type { PlannedHost } from "../agent/run/read-pipeline.ts";
import { connectionId } from "../emulator/azure-devops/oidc-route.ts";
import { repositoryId } from "../emulator/azure-devops/pull-requests/pull-requests.ts";
import type { WorkspaceConfig } from "../emulator/config.ts";

/** The variables of a local workspace that a pipeline has. */
export type WorkspaceVariables = Record<(typeof variableNames)[number], string>;

const variableNames = [
  "Agent.CAInfo",
  "NotebookOps.AllowedHosts",
  "NotebookOps.FabricUrl",
  "NotebookOps.OneLakeUrl",
  "System.CollectionUri",
  "System.TeamFoundationCollectionUri",
  "System.TeamFoundationServerUri",
  "System.OidcRequestUri",
] as const;

/** What a pipeline can name of the workspace that the config describes, before it starts. */
export function plannedWorkspace(config: WorkspaceConfig): PlannedHost {
  const [open] = config.devops?.pullRequests ?? [];
  return {
    variables: Object.fromEntries(variableNames.map((name) => [name, "https://localhost/"])),
    variableGroups: config.variableGroups ?? {},
    endpoints: [
      ...Object.keys(config.serviceConnections ?? {}).map((name) => ({ id: connectionId(name), name })),
      { id: systemEndpointId, name: systemEndpointId },
    ],
    taskFolders: [builtTasks()],
    pullRequest: open && {
      ...open,
      repository: { id: repositoryId(open.repository), name: open.repository },
    },
  };
}

/** Where `npm run build` puts the tasks, seen from the sources and from the bundled command. */
export function builtTasks(): string {
  const inPackage = path.join("dist", "extension", "tasks");
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, "package.json")) && folder !== path.dirname(folder))
    folder = path.dirname(folder);
  return path.join(folder, inPackage);
}
