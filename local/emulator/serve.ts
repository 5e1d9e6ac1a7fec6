import type { RequestListener, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { RequestFault } from "./faults.ts";
import { FilePart } from "./http/file-part.ts";
import { RateLimit } from "./http/rate-limit.ts";
import { encodeReply, Refusal, type Reply } from "./http/reply.ts";
import { MalformedBody, readBody, ServiceRequest } from "./http/request.ts";
import { type Route, RouteTable } from "./http/route.ts";
import { readOrSpool } from "./http/spooled-body.ts";
import type { LocalWorkspace } from "./local-workspace.ts";
import type { Service } from "./service.ts";

interface ServeOptions {
  workspace: LocalWorkspace;
  name: string;
  /** The address at which the service listens, without a slash at the end. */
  origin: string;
  latencyMs: number;
}

/**
 * Answers a service's requests: first the latency, then the fault before the effect, the rate limit, the route, the fault after the
 * effect, and the log. A request that was received completely takes effect even if its client no longer waits for the answer.
 */
export function serve(service: Service, options: ServeOptions): RequestListener {
  const { workspace, name, origin, latencyMs } = options;
  const routes = new RouteTable(service.routes, { ignoreCase: service.pathsIgnoreCase ?? false });
  const limit = service.requestsPerSecond ? new RateLimit(service.requestsPerSecond) : undefined;
  return (message, response) => {
    const started = performance.now();
    const answer = async () => {
      const body = service.spoolFolder ? readOrSpool(message, service.spoolFolder) : readBody(message);
      const request = new ServiceRequest(message, origin, await body);
      if (latencyMs) await sleep(latencyMs);
      const fault = workspace.faults.ofRequest(name, request);
      const route = routes.match(request);
      const effect = () => run(service, options, route, request);
      let reply: Reply | undefined;
      if (fault?.when === "before") reply = await applyFault(fault, response, undefined);
      const waitSeconds = limit?.take() ?? 0;
      if (fault?.when === "before" && (reply || fault.then.reset)) {
        if (fault.then.effectAfterMs !== undefined)
          await defer(workspace, fault.then.effectAfterMs, { route, request, effect });
      } else if (waitSeconds > 0) reply = service.dialect.throttled(request, waitSeconds);
      else reply = await effect();
      if (fault?.when === "after") reply = await applyFault(fault, response, reply);
      const cut = response.destroyed || !reply;
      workspace.requests.add(name, request, {
        route: route ? `${route.method} ${route.path}` : null,
        status: cut ? null : (reply as Reply).status,
        durationMs: performance.now() - started,
      });
      if (cut) return;
      // A client that computes an age from the service's answers must see the service's clock.
      response.setHeader("date", new Date(workspace.clock.now()).toUTCString());
      send(request, response, reply as Reply, fault?.then.truncate);
    };
    answer().catch(() => response.destroy()); // the client went away while its body was read
  };
}

async function run(
  service: Service,
  { workspace, name }: ServeOptions,
  route: Route | undefined,
  request: ServiceRequest,
): Promise<Reply> {
  try {
    if (!request.hasValidPath) return invalidUrl;
    if (route) return await route.handle(request);
    const reply = service.dialect.unknownRoute(request);
    if (reply.status === 501) {
      workspace.log(
        `${name}: ${request.method} ${request.url.pathname} is not a route of the local workspace`,
      );
    }
    return reply;
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    if (error instanceof MalformedBody) return service.dialect.malformedBody(request);
    workspace.log(
      `${name}: ${request.method} ${request.url.pathname} failed inside the emulator: ${(error as Error).stack}`,
    );
    return service.dialect.failed(request, error as Error);
  }
}

/** What the web server before the services answers, which passes them no path that it cannot decode (HTTP.sys: "Invalid URL"). */
const invalidUrl: Reply = {
  status: 400,
  headers: { "content-type": "text/html; charset=us-ascii" },
  body: "<html><head><title>Bad Request</title></head><body><h2>Bad Request - Invalid URL</h2><p>HTTP Error 400. The request URL is invalid.</p></body></html>",
};

/** Delays the effect on the workspace's clock. The caller is authenticated now, as the services do. */
async function defer(
  workspace: LocalWorkspace,
  delayMs: number,
  {
    route,
    request,
    effect,
  }: { route: Route | undefined; request: ServiceRequest; effect: () => Promise<Reply> },
): Promise<void> {
  try {
    await route?.admit?.(request);
  } catch (error) {
    if (error instanceof Refusal) return;
    throw error;
  }
  workspace.clock.after(delayMs, () => {
    const happening = effect().finally(() => workspace.lateEffects.delete(happening));
    workspace.lateEffects.add(happening);
  });
}

/** Makes the fault happen. Returns what is sent instead of `reply`, or undefined if nothing is. */
async function applyFault(
  fault: RequestFault,
  response: ServerResponse,
  reply: Reply | undefined,
): Promise<Reply | undefined> {
  const { signal, stallMs, reset, status, headers, body } = fault.then;
  if (signal) process.kill(signal.pid, signal.name);
  if (stallMs) await Promise.race([sleep(stallMs, undefined, { ref: false }), closed(response)]);
  if (reset) {
    // resetAndDestroy exists on plain sockets only; destroy() of a TLS socket sends no close_notify, so the client sees a reset.
    response.socket?.destroy();
    response.destroy();
    return undefined;
  }
  if (status === undefined && headers === undefined && body === undefined) return reply;
  // A body of null is JSON's null.
  return {
    status: status ?? reply?.status ?? 200,
    headers: headers ?? {},
    body: body === undefined ? reply?.body : body,
  };
}

function closed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => response.once("close", resolve));
}

function send(
  request: ServiceRequest,
  response: ServerResponse,
  reply: Reply,
  truncate: number | undefined,
): void {
  const isBodiless = request.method === "HEAD" || reply.status === 204 || reply.status === 304;
  if (reply.body instanceof FilePart && !isBodiless) {
    const { headers } = encodeReply({ ...reply, body: undefined });
    headers["content-length"] = String(reply.body.length);
    response.writeHead(reply.status, headers);
    void reply.body.send(response, truncate);
    return;
  }
  const { headers, body } = encodeReply(reply);
  if (reply.status === 204) delete headers["content-length"];
  response.writeHead(reply.status, headers);
  if (truncate !== undefined) response.write(body.subarray(0, truncate), () => response.socket?.destroy());
  else response.end(isBodiless ? undefined : body);
}
