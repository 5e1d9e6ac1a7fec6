import { HttpClient } from "../http/client.ts";
import { HostPolicy } from "../http/hosts.ts";
import { InputError, type TaskHost } from "../task/host.ts";
import { devopsDialect } from "./dialect.ts";

/** The organisation that the job runs in, entered with the job's own token. */
export interface AzureDevOps {
  /** `https://dev.azure.com/contoso/`, with a slash at its end. */
  collectionUrl: string;
  /** For the job's own token: a secret of the log. */
  token: string;
  /** Asks the collection, or another address of the organisation, with that token. */
  at(url: string): HttpClient;
}

/** Throws an InputError outside of a pipeline job, and where the organisation's host is none that may see its token. */
export function connectAzureDevOps(host: TaskHost): AzureDevOps {
  const given = host.variable("System.CollectionUri") ?? host.variable("System.TeamFoundationCollectionUri");
  if (given === undefined || !URL.canParse(given))
    throw new InputError(
      "The variable System.CollectionUri does not say which organisation this job runs in: run the task in a pipeline job.",
    );
  const collectionUrl = given.endsWith("/") ? given : `${given}/`;
  const hosts = new HostPolicy("devops", host.variable("NotebookOps.AllowedHosts"));
  hosts.require(new URL(collectionUrl), "use the token of this job");
  const token = host.systemAccessToken();
  return {
    collectionUrl,
    token,
    at: (url) =>
      new HttpClient({
        baseUrl: url,
        hosts,
        dialect: devopsDialect,
        authorization: async () => `Bearer ${token}`,
        network: host.network,
        signal: host.signal,
        log: host.log,
      }),
  };
}
