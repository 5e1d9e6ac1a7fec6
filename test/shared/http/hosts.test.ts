import assert from "node:assert/strict";
import { HostPolicy, type Service } from "../../../shared/http/hosts.ts";

const allowed: [Service, string][] = [
  ["databricks", "https://adb-1234567890123456.7.azuredatabricks.net"],
  ["databricks", "https://ADB-1.7.AzureDatabricks.NET/?o=1"],
  ["databricks", "https://adb-1.7.databricks.azure.us"],
  ["databricks", "https://adb-1.7.databricks.azure.cn"],
  ["keyVault", "https://weather.vault.azure.net"],
  ["keyVault", "https://weather.vault.usgovcloudapi.net"],
  ["keyVault", "https://weather.vault.azure.cn"],
  ["login", "https://login.microsoftonline.com"],
  ["login", "https://login.microsoftonline.us"],
  ["login", "https://login.chinacloudapi.cn"],
];

const refused: [Service, string, RegExp][] = [
  ["databricks", "http://adb-1.7.azuredatabricks.net", /not asked over https/],
  ["databricks", "https://user:password@adb-1.7.azuredatabricks.net", /behind a user name/],
  ["databricks", "https://azuredatabricks.net.example.org", /not a host of the platform/],
  ["databricks", "https://evilazuredatabricks.net", /not a host of the platform/],
  ["databricks", "https://azuredatabricks.net", /not a host of the platform/],
  ["databricks", "https://weather.vault.azure.net", /not a host of the platform/],
  ["databricks", "https://adb-1.7.azuredatabricks.net:8443", /names a port/],
  ["databricks", "https://adb-1.7.azuredatabricks.net./", /not a host of the platform/],
  ["databricks", "https://127.0.0.1", /is an IP address/],
  ["databricks", "https://2130706433", /is an IP address/],
  ["databricks", "https://[::1]", /is an IP address/],
  ["databricks", "https://169.254.169.254", /is an IP address/],
  ["databricks", "https://localhost", /not a host of the platform/],
  ["login", "https://evil.login.microsoftonline.com.example.org", /not a host of the platform/],
  ["login", "https://login.microsoftonline.com.example.org", /not a host of the platform/],
];

describe("a credential", () => {
  for (const [service, url] of allowed)
    it(`of ${service} goes to ${url}`, () => {
      assert(new HostPolicy(service, undefined).permits(new URL(url)));
    });

  for (const [service, url, why] of refused)
    it(`of ${service} does not go to ${url}`, () => {
      assert.throws(() => new HostPolicy(service, undefined).require(new URL(url), "look"), why);
    });

  it("goes to a host that NotebookOps.AllowedHosts lists, with any port or the one it names", () => {
    const hosts = new HostPolicy("databricks", "localhost:8443, Proxy.Example.org\n127.0.0.1 [::1]:9000");
    for (const url of [
      "https://localhost:8443",
      "https://proxy.example.org",
      "https://proxy.example.org:99",
      "https://127.0.0.1:5",
      "https://[::1]:9000",
    ])
      assert(hosts.permits(new URL(url)), url);
    for (const url of [
      "https://localhost",
      "https://localhost:8444",
      "http://localhost:8443",
      "https://a.proxy.example.org",
      "https://user@localhost:8443",
    ])
      assert(!hosts.permits(new URL(url)), url);
  });
});
