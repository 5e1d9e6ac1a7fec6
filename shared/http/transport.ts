import type http from "node:http";
import https from "node:https";
import type { Readable } from "node:stream";
import fetch, { type Response } from "node-fetch";
import { duration } from "../text/duration.ts";
import { RequestError } from "./errors.ts";
import { isAddress } from "./hosts.ts";
import type { HttpReply, HttpRequest, Send } from "./message.ts";
import { type Network, tlsOptions } from "./network.ts";
import { networkError } from "./network-error.ts";

/** The last of the policies: one attempt over the network. Fails with a RequestError if no answer comes. */
export function transport(network: Network): Send {
  const agents = new Agents(network);
  return async (request) => {
    const timer = new AttemptTimer(request);
    try {
      const response = await fetch(request.url, {
        method: request.method,
        headers: request.headers,
        body: request.body,
        redirect: "manual",
        signal: timer.signal as never, // node-fetch's type predates Node's own AbortSignal.any
        agent: await agents.for(request),
      });
      return await reply(request, response, timer);
    } catch (error) {
      timer.stop();
      throw failure(request, timer.reason ?? error);
    }
  };
}

async function reply(request: HttpRequest, response: Response, timer: AttemptTimer): Promise<HttpReply> {
  timer.progress();
  const head = { status: response.status, headers: response.headers };
  const source = response.body as Readable | null;
  if (request.expect === "stream" && response.ok && source !== null) {
    source.on("data", () => timer.progress()).pause();
    source.on("close", () => timer.stop());
    return { ...head, body: Buffer.alloc(0), stream: source };
  }
  const chunks: Buffer[] = [];
  for await (const chunk of source ?? []) {
    timer.progress();
    chunks.push(chunk as Buffer);
  }
  timer.stop();
  return { ...head, body: Buffer.concat(chunks) };
}

/** Aborts an attempt when nothing has come for `stallMs`, when its whole time is over, or when the caller aborts. */
class AttemptTimer {
  readonly #controller = new AbortController();
  readonly #stall: NodeJS.Timeout;
  readonly #end: NodeJS.Timeout;
  readonly signal: AbortSignal;

  constructor({ stallMs, timeoutMs, signal }: HttpRequest) {
    const abortAfter = (milliseconds: number, cameBack: string) =>
      setTimeout(() => this.#controller.abort(new OutOfTime(cameBack)), milliseconds);
    this.#stall = abortAfter(stallMs, `sent nothing for ${duration(stallMs / 1000)}`);
    this.#end = abortAfter(timeoutMs, "did not finish its answer in time");
    this.signal = signal ? AbortSignal.any([signal, this.#controller.signal]) : this.#controller.signal;
  }

  progress(): void {
    this.#stall.refresh();
  }

  stop(): void {
    clearTimeout(this.#stall);
    clearTimeout(this.#end);
  }

  get reason(): unknown {
    return this.signal.aborted ? this.signal.reason : undefined;
  }
}

class OutOfTime extends Error {
  override name = "OutOfTime";
  readonly cameBack: string;

  /** What came back, in the words of an error. */
  constructor(cameBack: string) {
    super(cameBack);
    this.cameBack = cameBack;
  }
}

function failure(request: HttpRequest, error: unknown): RequestError {
  const details = { attempted: request.attempted, on: request.url.host, cause: error };
  if (request.signal?.aborted)
    return new RequestError({
      ...details,
      kind: "canceled",
      cameBack: "had not answered when this step was cancelled",
    });
  if (error instanceof OutOfTime)
    return new RequestError({ ...details, kind: "timeout", cameBack: error.cameBack });
  return networkError(request, error);
}

/** Connections: kept alive between requests that may be repeated, one of its own for each that may not. */
class Agents {
  readonly #network: Network;
  #kept?: http.Agent;

  constructor(network: Network) {
    this.#network = network;
  }

  async for(request: HttpRequest): Promise<http.Agent> {
    // A kept connection that the server has just closed fails like one that broke after the effect. That must not
    // happen to a request that must not be sent twice.
    if (!request.repeatable) return this.#agent(request.url, { keepAlive: false });
    this.#kept ??= await this.#agent(request.url, { keepAlive: true, maxSockets: 32, scheduling: "lifo" });
    return this.#kept;
  }

  async #agent(url: URL, options: https.AgentOptions): Promise<http.Agent> {
    const certificates = tlsOptions(this.#network);
    const proxy = this.#network.proxyFor(url);
    // Left to find the name itself, Node asks net.isIP first, whose expression takes some milliseconds of the first request.
    const servername = isAddress(url) ? "" : url.hostname;
    if (proxy === undefined) return new https.Agent({ ...options, ...certificates, servername });
    const { HttpsProxyAgent } = await import("https-proxy-agent");
    const agent = new HttpsProxyAgent(proxy.url, options);
    // What its constructor takes is for the connection to the proxy; this is for the one through it.
    Object.assign(agent.options, certificates);
    return agent;
  }
}
