import { RequestError } from "./errors.ts";

/** Databricks workspaces on AWS and on Google Cloud. */
const otherClouds = [".cloud.databricks.com", ".gcp.databricks.com"] as const;

/**
 * Where credentials may go: the platforms' own host names, in the public and the sovereign clouds.
 * Sources: learn.microsoft.com "Azure Government/China endpoint mapping", "Authenticate to Azure Databricks";
 * docs.databricks.com and docs.gcp.databricks.com "Get identifiers for workspace objects".
 */
const suffixes = {
  databricks: [".azuredatabricks.net", ".databricks.azure.us", ".databricks.azure.cn", ...otherClouds],
  keyVault: [".vault.azure.net", ".vault.usgovcloudapi.net", ".vault.azure.cn"],
  login: [
    "login.windows.net",
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "login.partner.microsoftonline.cn",
    "login.chinacloudapi.cn",
  ],
  fabric: [
    "api.fabric.microsoft.com",
    ".fabric.microsoft.com",
    ".dfs.fabric.microsoft.com",
    ".blob.fabric.microsoft.com",
  ],
  devops: ["dev.azure.com", ".dev.azure.com", ".visualstudio.com"],
  /** Where Azure DevOps keeps its tools; these hosts get no credential. */
  devopsDownloads: [
    ".dev.azure.com",
    ".visualstudio.com",
    ".vsassets.io",
    ".blob.core.windows.net",
    ".blob.storage.azure.net",
  ],
} as const satisfies Record<string, readonly string[]>;

export type Service = keyof typeof suffixes;

/** Decides to which hosts a service's credential may be sent. */
export class HostPolicy {
  readonly #suffixes: readonly string[];
  readonly #listed: readonly string[];

  /** @param allowedHosts the variable NotebookOps.AllowedHosts: `host` or `host:port`, separated by commas or spaces. */
  constructor(service: Service, allowedHosts: string | undefined) {
    this.#suffixes = suffixes[service];
    this.#listed = (allowedHosts ?? "")
      .toLowerCase()
      .split(/[\s,;]+/)
      .filter((host) => host !== "");
  }

  permits(url: URL): boolean {
    return this.#refusal(url) === undefined;
  }

  /** Whether the pipeline's author listed the host. */
  lists(url: URL): boolean {
    const host = url.hostname.toLowerCase();
    const port = url.port || "443";
    return this.#listed.some((entry) => entry === host || entry === `${host}:${port}`);
  }

  /** @throws RequestError of kind `hostNotAllowed` */
  require(url: URL, attempted: string): void {
    const refusal = this.#refusal(url);
    if (refusal !== undefined)
      throw new RequestError({
        kind: "hostNotAllowed",
        attempted,
        on: url.host || "the address",
        cameBack: refusal,
      });
  }

  #refusal(url: URL): string | undefined {
    if (url.protocol !== "https:") return "is not an https address, so it gets no credential";
    if (url.username !== "" || url.password !== "") return "has a user name in its address";
    if (this.lists(url)) return undefined;
    const host = url.hostname.toLowerCase();
    if (isAddress(url)) return "is an IP address, not a host name of the platform";
    if (url.port !== "") return "has a port in its address, and the platform's hosts never do";
    const known = this.#suffixes.some((suffix) =>
      suffix.startsWith(".") ? host.endsWith(suffix) && host.length > suffix.length : host === suffix,
    );
    return known ? undefined : "is not a host of the platform";
  }
}

/** Whether the address is that of a Databricks workspace on AWS or Google Cloud, where tokens of Microsoft Entra ID are not valid. */
export function isOnOtherCloud({ hostname }: URL): boolean {
  return otherClouds.some((suffix) => hostname.toLowerCase().endsWith(suffix));
}

/** URL writes every form of an IPv4 address as four numbers and IPv6 in brackets, so that net.isIP's slow expression is not needed. */
export function isAddress({ hostname }: URL): boolean {
  return hostname.startsWith("[") || /^\d+(\.\d+){3}$/.test(hostname);
}
