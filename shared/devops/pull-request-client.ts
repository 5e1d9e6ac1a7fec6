import type { IGitApi } from "azure-devops-node-api/GitApi.js";
import type { Network } from "../http/network.ts";
import type { AzureDevOps } from "./connection.ts";

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
 * Microsoft's client for Azure Repos. Loaded only here, so that a step without a pull request does not wait for it.
 * @param connection.caFile PEM file of the certificate authority to trust besides Node's own
 */
export async function gitApi(
  { collectionUrl, token }: AzureDevOps,
  { network, caFile }: { network: Network; caFile: string | undefined },
): Promise<IGitApi> {
  const [{ GitApi }, { BearerCredentialHandler }] = await Promise.all([
    import("azure-devops-node-api/GitApi.js"),
    import("azure-devops-node-api/handlers/bearertoken.js"),
  ]);
  const proxy = network.proxyFor(new URL(collectionUrl));
  return new GitApi(collectionUrl.replace(/\/$/, ""), [new BearerCredentialHandler(token, false)], {
    allowRedirects: false, // the token goes to no other host
    allowRetries: true,
    maxRetries: 3,
    socketTimeout: 30_000,
    ...(proxy ? { proxy: { proxyUrl: proxy.url } } : {}),
    ...(caFile ? { cert: { caFile } } : {}),
  });
}
