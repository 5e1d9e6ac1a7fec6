import { InputError, type ServiceConnection, type TaskHost } from "../task/host.ts";
import { couldNot } from "../text/could-not.ts";
import { type AzureDevOps, connectAzureDevOps, devopsHosts, organisationAt } from "./connection.ts";

const attempted = "use the Azure DevOps service connection";

/** Whether the feeds are those of another organisation, which a service connection names. */
export function hasFeedConnection(host: Pick<TaskHost, "input">): boolean {
  return host.input("azureDevOpsConnection") !== undefined;
}

/**
 * The organisation whose feeds a task uses: that of its service connection, entered with the connection's token, or that of the job if the
 * input azureDevOpsConnection is empty.
 */
export function connectFeeds(host: TaskHost): AzureDevOps {
  if (!hasFeedConnection(host)) return connectAzureDevOps(host);
  const connection = host.connection("azureDevOpsConnection");
  const url = organisationUrl(connection);
  devopsHosts(host).require(url, attempted); // before the token is read at all
  host.log.line(`The feed is one of the organisation ${url.href}, which the service connection names.`);
  return organisationAt(host, { collectionUrl: url.href, token: tokenOf(connection), isPersonal: true });
}

function organisationUrl({ url = "" }: ServiceConnection): URL {
  if (!URL.canParse(url))
    throw new InputError(
      couldNot(attempted, "it has no valid address", "edit it and give the address of an organisation"),
    );
  const address = new URL(url);
  const folders = address.pathname.split("/").filter((part) => part !== "");
  if (address.hostname.toLowerCase() !== "dev.azure.com" || folders.length === 1) return address;
  throw new InputError(
    couldNot(
      attempted,
      `its address, ${address.origin}${address.pathname}, is not that of an organisation`,
      "edit it and give an address such as https://dev.azure.com/contoso",
    ),
  );
}

/** The fields of the type `externaltfs`: https://learn.microsoft.com/azure/devops/pipelines/library/service-endpoints */
function tokenOf({ scheme, authorization }: ServiceConnection): string {
  const token = scheme === "token" ? authorization("apitoken") : undefined;
  if (token !== undefined) return token;
  throw new InputError(
    couldNot(
      attempted,
      `its scheme "${scheme}" has no token`,
      "edit it, choose token-based authentication, and give a personal access token with the scope Packaging",
    ),
  );
}
