import { type Network, tlsOptions } from "../http/network.ts";

/** The agent's proxy and certificates, and our bounds on retries, in the form that the Azure SDK's clients take. */
export function sdkOptions(network: Network, url: URL) {
  return {
    proxyOptions: proxyOptions(network.proxyFor(url)?.url),
    tlsOptions: tlsOptions(network),
    retryOptions: { maxRetries: 5, retryDelayInMs: 500, maxRetryDelayInMs: 10_000 },
    redirectOptions: { maxRetries: 0 }, // a credential follows no redirect
  };
}

function proxyOptions(url: string | undefined) {
  if (url === undefined) return undefined;
  const proxy = new URL(url);
  return {
    host: `${proxy.protocol}//${proxy.hostname}`,
    port: Number(proxy.port || (proxy.protocol === "https:" ? 443 : 80)),
    username: decodeURIComponent(proxy.username) || undefined,
    password: decodeURIComponent(proxy.password) || undefined,
  };
}
