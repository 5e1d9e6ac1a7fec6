import assert from "node:assert/strict";
import { sdkOptions } from "../../../shared/azure/sdk-options.ts";
import { directNetwork } from "../../../shared/http/network.ts";

const through = (proxy: string) =>
  sdkOptions(
    { ...directNetwork, proxyFor: () => ({ url: proxy }) },
    new URL("https://login.microsoftonline.com"),
  ).proxyOptions;

describe("clients of the Azure SDK", () => {
  it("the clients of the Azure SDK follow no redirect, which would take the credential along", () => {
    const { redirectOptions } = sdkOptions(directNetwork, new URL("https://weather.vault.azure.net"));
    assert.deepEqual(redirectOptions, { maxRetries: 0 });
  });

  it("the clients of the Azure SDK ask the agent for the proxy of the address that they are for", () => {
    const asked: string[] = [];
    const proxyFor = (url: URL) => void asked.push(url.host);
    const options = sdkOptions({ proxyFor }, new URL("https://weather.vault.azure.net"));
    assert.deepEqual([asked, options.proxyOptions], [["weather.vault.azure.net"], undefined]);
  });

  for (const [url, expected] of [
    ["http://proxy.example.org:3128", { host: "http://proxy.example.org", port: 3128 }],
    ["http://proxy.example.org", { host: "http://proxy.example.org", port: 80 }],
    ["https://proxy.example.org", { host: "https://proxy.example.org", port: 443 }],
  ] as const)
    it(`the clients of the Azure SDK go through ${url}`, () => {
      assert.deepEqual(through(url), { ...expected, username: undefined, password: undefined });
    });

  it("the clients of the Azure SDK show the proxy its user and password as they are", () => {
    const { username, password } = through("http://us%40er:p%23w@proxy.example.org")!;
    assert.deepEqual([username, password], ["us@er", "p#w"]);
  });

  it("the clients of the Azure SDK trust the agent's authority and show its client certificate", () => {
    const { tlsOptions } = sdkOptions(
      {
        ...directNetwork,
        certificateAuthorities: () => ["the agent's own"],
        clientCertificate: () => ({ certificate: "certificate", key: "key" }),
      },
      new URL("https://login.microsoftonline.com"),
    );
    assert.equal(tlsOptions.ca?.at(-1), "the agent's own");
    assert.deepEqual([tlsOptions.cert, tlsOptions.key], ["certificate", "key"]);
  });
});
