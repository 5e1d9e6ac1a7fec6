import assert from "node:assert/strict";
import { HostPolicy, type Service } from "../../../shared/http/hosts.ts";

/**
 * The hosts of each service, written from its documentation:
 * - https://learn.microsoft.com/azure/databricks/workspace/workspace-details (per-workspace URLs), and for the sovereign clouds
 *   https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure and
 *   https://learn.microsoft.com/azure/china/resources-developer-guide
 * - https://docs.databricks.com/aws/en/workspace/workspace-details and https://docs.databricks.com/gcp/en/workspace/workspace-details
 * - https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates (DNS suffixes by cloud)
 * - https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud
 * - https://learn.microsoft.com/fabric/security/fabric-allow-list-urls
 * - https://learn.microsoft.com/azure/devops/organizations/security/allow-list-ip-url
 */
const own: Record<Service, string[]> = {
  databricks: [
    "adb-1234567890123456.7.azuredatabricks.net",
    "adb-1.7.databricks.azure.us",
    "adb-1.7.databricks.azure.cn",
    "dbc-a1b2345c-d6e7.cloud.databricks.com",
    "1234567890123456.7.gcp.databricks.com",
  ],
  keyVault: ["weather.vault.azure.net", "weather.vault.usgovcloudapi.net", "weather.vault.azure.cn"],
  login: [
    "login.microsoftonline.com",
    "login.windows.net",
    "login.microsoftonline.us",
    "login.partner.microsoftonline.cn",
    "login.chinacloudapi.cn",
  ],
  fabric: [
    "api.fabric.microsoft.com",
    "onelake.dfs.fabric.microsoft.com",
    "onelake.blob.fabric.microsoft.com",
    "1a2b.z3c.w.api.fabric.microsoft.com",
  ],
  devops: ["dev.azure.com", "feeds.dev.azure.com", "contoso.visualstudio.com"],
  devopsDownloads: [
    "vsblob.dev.azure.com",
    "contoso.vsblob.visualstudio.com",
    "cdn.vsassets.io",
    "artifacts.blob.core.windows.net",
    "artifacts.z1.blob.storage.azure.net",
  ],
};

/** Hosts that a careless comparison takes for one of the service's. */
const neighbours: Record<Service, string[]> = {
  databricks: [
    "azuredatabricks.net",
    "databricks.azure.us",
    "databricks.azure.cn",
    "evilazuredatabricks.net",
    "evil.databricks.azure.com",
    "adb-1.7.azuredatabricks.com",
    "adb-1.7.net",
    "adb-1.7.azure.us",
    "adb-1.7.azure.cn",
    "cloud.databricks.com",
    "gcp.databricks.com",
    "evilcloud.databricks.com",
    "evilgcp.databricks.com",
    "dbc-1.databricks.com",
    "dbc-1.cloud.com",
    "dbc-1.cloud.databricks.net",
    "weather.vault.azure.net",
  ],
  keyVault: [
    "vault.azure.net",
    "vault.usgovcloudapi.net",
    "vault.azure.cn",
    "evilvault.azure.net",
    "weather.azure.net",
    "weather.managedhsm.azure.net",
    "weather.usgovcloudapi.net",
    "weather.azure.cn",
    "login.microsoftonline.com",
  ],
  login: [
    "evil.login.microsoftonline.com",
    "evillogin.microsoftonline.com",
    "microsoftonline.com",
    "login.microsoftonline.de",
    "login.windows.com",
    "windows.net",
    "login.partner.microsoftonline.com",
    "login.chinacloudapi.com",
    "portal.azure.com",
  ],
  fabric: [
    "fabric.microsoft.com",
    "evilfabric.microsoft.com",
    "api.microsoft.com",
    "api.fabric.com",
    "onelake.dfs.microsoft.com",
    "onelake.dfs.core.windows.net",
  ],
  devops: [
    "visualstudio.com",
    "evilvisualstudio.com",
    "evildev.azure.com",
    "portal.azure.com",
    "azure.com",
    "x.com",
    "contoso.visualstudio.net",
    "cdn.vsassets.io",
    "artifacts.blob.core.windows.net",
  ],
  devopsDownloads: [
    "dev.azure.com",
    "visualstudio.com",
    "vsassets.io",
    "blob.core.windows.net",
    "blob.storage.azure.net",
    "evilvisualstudio.com",
    "evilvsassets.io",
    "artifacts.file.core.windows.net",
    "artifacts.z1.file.storage.azure.net",
    "x.com",
    "x.io",
    "x.net",
  ],
};

/** The host with the last a, e or o as the Cyrillic letter of the same look, which a URL writes as xn--…. */
function cyrillic(host: string): string {
  return host.replace(/[aeo](?=[^aeo]*$)/, (letter) => ({ a: "а", e: "е", o: "о" })[letter] ?? letter);
}

const services = Object.keys(own) as Service[];

function assertRefused(service: Service, address: string, why: RegExp, allowedHosts?: string): void {
  const hosts = new HostPolicy(service, allowedHosts);
  assert.equal(hosts.permits(new URL(address)), false, address);
  assert.throws(() => hosts.require(new URL(address), "look at it"), {
    kind: "hostNotAllowed",
    message: why,
  });
}

describe("HostPolicy", () => {
  for (const service of services) {
    for (const host of own[service])
      it(`sends a ${service} credential to ${host}`, () => {
        const hosts = new HostPolicy(service, undefined);
        assert(hosts.permits(new URL(`https://${host}/path?a=b`)));
        assert(hosts.permits(new URL(`https://${host.toUpperCase()}`)), "in upper case");
        assert(hosts.permits(new URL(`https://${host}:443`)), "with the default port named");
        assert.equal(hosts.lists(new URL(`https://${host}`)), false);
      });

    for (const host of own[service])
      it(`sends no ${service} credential to an address made to look like ${host}`, () => {
        assertRefused(service, `http://${host}`, /is not an https address/);
        assertRefused(service, `https://${host}:8443`, /has a port in its address/);
        assertRefused(service, `https://user@${host}`, /has a user name in its address/);
        assertRefused(service, `https://:password@${host}`, /has a user name in its address/);
        for (const other of [
          `${host}.`,
          `${host}.example.org`,
          `${host}-example.org`,
          `example.org/${host}`,
          `example.org?${host}`,
          `example.org#.${host}`,
          cyrillic(host),
        ])
          assertRefused(service, `https://${other}`, /is not a host of the platform/);
        assertRefused(service, `https://${host}@example.org`, /has a user name in its address/);
      });

    for (const host of neighbours[service])
      it(`sends no ${service} credential to ${host}`, () => {
        assertRefused(service, `https://${host}`, /is not a host of the platform/);
      });

    for (const address of [
      "127.0.0.1",
      "2130706433",
      "0x7f.1",
      "[::1]",
      "[::ffff:7f00:1]",
      "169.254.169.254",
    ])
      it(`sends no ${service} credential to the IP address ${address}`, () => {
        assertRefused(service, `https://${address}`, /is an IP address/);
      });

    it(`sends no ${service} credential to localhost`, () => {
      assertRefused(service, "https://localhost", /is not a host of the platform/);
    });
  }

  describe("with NotebookOps.AllowedHosts", () => {
    const listed =
      "localhost:8443, Proxy.Example.org\n127.0.0.1;[::1]:9000 standard.example.org:443 https://scheme.example.org slash.example.org/ .suffix.example.org *.star.example.org";

    for (const address of [
      "https://localhost:8443",
      "https://LOCALHOST:8443",
      "https://proxy.example.org",
      "https://proxy.example.org:443",
      "https://proxy.example.org:99",
      "https://127.0.0.1:5",
      "https://[::1]:9000",
      "https://standard.example.org",
      "https://standard.example.org:443/path",
    ])
      it(`sends a credential to ${address} because NotebookOps.AllowedHosts lists it`, () => {
        const hosts = new HostPolicy("databricks", listed);
        assert(hosts.permits(new URL(address)));
        assert(hosts.lists(new URL(address)));
      });

    for (const address of [
      "https://localhost",
      "https://localhost:443",
      "https://localhost:8444",
      "https://a.proxy.example.org",
      "https://example.org",
      "https://standard.example.org:8443",
      "https://127.0.0.2",
      "https://[::1]",
      "https://scheme.example.org",
      "https://slash.example.org",
      "https://a.suffix.example.org",
      "https://a.star.example.org",
    ])
      it(`sends no credential to ${address}, which equals no entry of NotebookOps.AllowedHosts`, () => {
        assert.equal(new HostPolicy("databricks", listed).permits(new URL(address)), false);
      });

    it("sends a credential to a host in NotebookOps.AllowedHosts only over https and without a user name", () => {
      assertRefused("databricks", "http://localhost:8443", /is not an https address/, listed);
      assertRefused("databricks", "https://user@localhost:8443", /has a user name in its address/, listed);
    });

    it("sends a credential to the platform's own hosts even if NotebookOps.AllowedHosts lists others", () => {
      assert(new HostPolicy("keyVault", listed).permits(new URL("https://weather.vault.azure.net")));
    });
  });
});
