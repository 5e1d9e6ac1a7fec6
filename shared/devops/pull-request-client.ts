import type { IGitApi } from "azure-devops-node-api/GitApi.js";
import type { TaskHost } from "../task/host.ts";
import { connectAzureDevOps } from "./connection.ts";

/** A pull request of Azure Repos. */
export interface PullRequest {
  id: number;
  project: string;
  /** A GUID, or a name. */
  repositoryId: string;
}

/** The pull request that started this run, or only the name of its host if that is not Azure Repos; undefined if none did. */
export function pullRequestOf(
  variable: (name: string) => string | undefined,
): PullRequest | { foreign: string } | undefined {
  if (variable("Build.Reason") !== "PullRequest") return undefined;
  const provider = variable("Build.Repository.Provider") ?? "";
  if (provider !== "TfsGit") return { foreign: provider || "unknown" };
  const id = Number(variable("System.PullRequest.PullRequestId"));
  const project = variable("System.TeamProject");
  const repositoryId = variable("Build.Repository.ID");
  return Number.isInteger(id) && id > 0 && project && repositoryId
    ? { id, project, repositoryId }
    : undefined;
}

/**
 * Microsoft's client for Azure Repos, with the job's own token. Loaded only here, so that a step without a pull request does
 * not wait for it.
 */
export async function gitApi(host: TaskHost): Promise<IGitApi> {
  const { collectionUrl, token } = connectAzureDevOps(host);
  const [{ GitApi }, { BearerCredentialHandler }] = await Promise.all([
    import("azure-devops-node-api/GitApi.js"),
    import("azure-devops-node-api/handlers/bearertoken.js"),
  ]);
  const proxy = host.network.proxyFor(new URL(collectionUrl));
  const caFile = host.variable("Agent.CAInfo");
  return new GitApi(collectionUrl.replace(/\/$/, ""), [new BearerCredentialHandler(token, false)], {
    allowRedirects: false, // the token goes to no other host
    allowRetries: true,
    maxRetries: 3,
    socketTimeout: 30_000,
    ...(proxy ? { proxy: { proxyUrl: proxy.url } } : {}),
    ...(caFile ? { cert: { caFile } } : {}),
  });
}
