import { HttpClient } from "../http/client.ts";
import { HostPolicy } from "../http/hosts.ts";
import { type ClientHost, InputError, type TaskHost } from "../task/host.ts";
import { couldNot } from "../text/could-not.ts";
import { devopsDialect } from "./dialect.ts";

/** An organisation of Azure DevOps, entered with a token. */
export interface AzureDevOps {
  /** `https://dev.azure.com/contoso/`, with a slash at its end. */
  collectionUrl: string;
  /** A secret of the log. */
  token: string;
  /** Asks the collection, or another address of the organisation, with that token. */
  at(url: string): HttpClient;
}

/** The organisation that the job runs in, entered with the job's own token. Throws an InputError outside of a pipeline job. */
export function connectAzureDevOps(
  host: ClientHost & Pick<TaskHost, "variable" | "systemAccessToken">,
): AzureDevOps {
  const attempted = "use the token of this job";
  const given = host.variable("System.CollectionUri") ?? host.variable("System.TeamFoundationCollectionUri");
  if (given === undefined || !URL.canParse(given))
    throw new InputError(
      couldNot(
        attempted,
        "the variable System.CollectionUri does not name the job's organisation",
        "run the task in a pipeline job",
      ),
    );
  // Checked before the token is read at all.
  devopsHosts(host).require(new URL(given), attempted);
  return organisationAt(host, { collectionUrl: given, token: host.systemAccessToken() });
}

/**
 * Any organisation. Its token goes only to hosts of Azure DevOps, and to those that the host of this program allows.
 * @param options.isPersonal whether the token is a personal access token, which Azure DevOps accepts as a password only
 */
export function organisationAt(
  host: ClientHost,
  {
    collectionUrl,
    token,
    isPersonal = false,
  }: { collectionUrl: string; token: string; isPersonal?: boolean },
): AzureDevOps {
  host.secrets.add(token);
  const authorization = isPersonal
    ? `Basic ${Buffer.from(`:${token}`).toString("base64")}`
    : `Bearer ${token}`;
  return {
    collectionUrl: collectionUrl.endsWith("/") ? collectionUrl : `${collectionUrl}/`,
    token,
    at: (url) =>
      new HttpClient({
        baseUrl: url,
        hosts: devopsHosts(host),
        dialect: devopsDialect,
        authorization: async () => authorization,
        network: host.network,
        signal: host.signal,
        log: host.log,
      }),
  };
}

export function devopsHosts({ allowedHosts }: ClientHost): HostPolicy {
  return new HostPolicy("devops", allowedHosts);
}
