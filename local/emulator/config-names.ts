import type { Access } from "./azure-devops/access.ts";
import { collectionUrl, pypiIndexUrl, pypiUploadUrl } from "./azure-devops/urls.ts";
import type { Directory } from "./entra/directory.ts";
import type { ServiceName } from "./service.ts";
import type { TrustFiles } from "./trust.ts";

/**
 * What `${name}` in a config stands for: a field of the ready record, or with `pypiIndexUrl:FEED` and `pypiUploadUrl:FEED` where a
 * feed is. Unknown names are undefined.
 */
export function configNames(workspace: {
  urls: Readonly<Record<ServiceName, string>>;
  directory: Directory;
  access: Access;
  trust: TrustFiles;
}): (name: string) => string | undefined {
  const { urls, directory, access, trust } = workspace;
  const fields: Record<string, string> = {
    databricksUrl: urls.databricks,
    keyVaultUrl: urls["key-vault"],
    authorityUrl: urls.entra,
    devopsUrl: collectionUrl(urls["azure-devops"]),
    devopsToken: access.buildToken,
    tenantId: directory.tenantId,
    clientId: directory.own.clientId,
    clientSecret: directory.own.clientSecret,
    caFile: trust.caFile,
  };
  return (name) => {
    const [kind, feed] = name.split(":");
    if (feed === undefined) return fields[name];
    if (kind === "pypiIndexUrl") return pypiIndexUrl(urls["azure-devops"], feed, access);
    if (kind === "pypiUploadUrl") return pypiUploadUrl(urls["azure-devops"], feed);
    return undefined;
  };
}
