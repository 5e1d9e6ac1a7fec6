import type { Agent } from "node:http";
import https from "node:https";
import type { Readable } from "node:stream";
import { createSecureContext } from "node:tls";
import type { CompatResponse, RequestPolicy, WebResourceLike } from "@azure/core-http-compat";
import { guardedHttpClient } from "../../azure/sign-in-hosts.ts";
import { HostPolicy } from "../../http/hosts.ts";
import { type Network, tlsOptions } from "../../http/network.ts";
import type { ClientHost } from "../../task/host.ts";
import { UnusableAnswer } from "./storage-error.ts";

/**
 * The HTTP client of the Azure SDK with our checks around each request, in the form that the clients for storage take. They pass a request
 * on without its TLS settings, so the connections are made here.
 * @param origins where requests may go, besides that the host must be one of the platform's
 */
export async function storageHttpClient(
  host: ClientHost,
  origins: readonly string[],
): Promise<RequestPolicy> {
  const [{ createHttpHeaders, createPipelineRequest }, { toHttpHeadersLike }] = await Promise.all([
    import("@azure/core-rest-pipeline"),
    import("@azure/core-http-compat"),
  ]);
  const hosts = new HostPolicy("fabric", host.allowedHosts);
  const inner = await guardedHttpClient(
    (url) => {
      hosts.require(url, "use OneLake");
      if (!origins.includes(url.origin))
        throw new UnusableAnswer("redirected", 200, `continues at ${url.host}, which gets no credential`);
    },
    () => undefined,
  );
  const agent = await connections(host.network, new URL(origins[0]!));
  return {
    async sendRequest(resource: WebResourceLike): Promise<CompatResponse> {
      const start = performance.now();
      const { url, method, body, timeout, abortSignal, streamResponseStatusCodes } = resource;
      const headers = createHttpHeaders(resource.headers.rawHeaders());
      const request = createPipelineRequest({
        ...{ url, method, body, headers, timeout, abortSignal },
        ...{ streamResponseStatusCodes },
      });
      request.agent = agent;
      const response = await inner.sendRequest(request);
      const { pathname } = new URL(url);
      host.log.detail(
        `${method} OneLake ${pathname} ${response.status} in ${Math.round(performance.now() - start)} ms`,
      );
      try {
        requireStorageAnswer(response);
      } catch (error) {
        (response.readableStreamBody as Readable | undefined)?.destroy();
        throw error;
      }
      return { ...response, request: resource, headers: toHttpHeadersLike(response.headers) };
    },
  };
}

/** Connections that are kept between requests, through the agent's proxy if there is one. */
async function connections(network: Network, url: URL): Promise<Agent> {
  // Made once: given the certificates themselves, Node reads all of them for each connection, and compares all of them for each request,
  // which is a third of the time of a sync of small files.
  const secureContext = createSecureContext(tlsOptions(network));
  const proxy = network.proxyFor(url);
  if (proxy === undefined) return new https.Agent({ keepAlive: true, secureContext });
  const { HttpsProxyAgent } = await import("https-proxy-agent");
  const agent = new HttpsProxyAgent(proxy.url, { keepAlive: true });
  // What its constructor takes is for the connection to the proxy; this is for the one through it.
  Object.assign(agent.options, { secureContext });
  return agent;
}

/** Every answer of Azure Storage has this header. One without it comes from a proxy, and the SDK would read an empty list in a sign-in page. */
function requireStorageAnswer({
  status,
  headers,
}: {
  status: number;
  headers: { get(name: string): string | undefined };
}): void {
  if (status >= 300 && status < 400) {
    const location = headers.get("location") ?? "";
    const target = URL.canParse(location) ? new URL(location).host : "no valid address";
    throw new UnusableAnswer(
      "redirected",
      status,
      `answered ${status} and redirects to ${target}, which gets no credential`,
    );
  }
  if (status < 300 && headers.get("x-ms-request-id") === undefined) {
    const isPage = /html/i.test(headers.get("content-type") ?? "");
    throw isPage
      ? new UnusableAnswer("signInPage", status, "answered with an HTML page, most likely a sign-in page")
      : new UnusableAnswer("badAnswer", status, "did not answer as Azure Storage does (no x-ms-request-id)");
  }
}
