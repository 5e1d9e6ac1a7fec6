import type { Readable } from "node:stream";
import type { AdaptiveLimit } from "../concurrency/adaptive-limit.ts";
import { judgeAnswer, readJson } from "./answers.ts";
import { type Dialect, plainDialect } from "./dialect.ts";
import { RequestError } from "./errors.ts";
import type { HostPolicy } from "./hosts.ts";
import type { HttpReply, HttpRequest, Method, Policy, Send } from "./message.ts";
import { directNetwork, type Network } from "./network.ts";
import { paced } from "./pace.ts";
import { retry } from "./retry.ts";
import type { Shape } from "./shape.ts";
import { transport } from "./transport.ts";

interface HttpClientOptions {
  /** https, without credentials. Paths of requests are resolved against it. */
  baseUrl: string | URL;
  hosts: HostPolicy;
  /** How the platform words its errors; `plainDialect` unless given. */
  dialect?: Dialect;
  /** The value of the Authorization header, asked for each attempt, so that it can be renewed. */
  authorization?: () => Promise<string>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  network?: Network;
  log?: { detail(text: string): void };
}

interface RequestOptions {
  method: Method;
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  /** Sent as JSON; a Buffer as it is. */
  body?: unknown;
  headers?: Record<string, string>;
  /** What this is for, in the words of an error: `create cluster weather-42`. */
  attempted: string;
  /** GET, HEAD, OPTIONS, PUT and DELETE are; a POST only if a second one does no harm. */
  repeatable?: boolean;
  /** For all attempts together, to the last byte of the body; 5 minutes unless given. */
  timeoutMs?: number;
  /** For one attempt that receives nothing; 60 seconds unless given. */
  stallMs?: number;
  signal?: AbortSignal;
  /** Ends a pause between two attempts, but never an attempt, which might take effect nevertheless. */
  pauseSignal?: AbortSignal;
  /** Called before each pause between two attempts. */
  onPause?: (error: RequestError, delayMs: number) => void;
  /** What the answer must contain; anything else is a RequestError of kind `badAnswer`, and what the request did is then unknown. */
  answer?: Shape;
  /** Called for each attempt that may still take effect although it failed, also if a later one succeeds. */
  onDoubt?: () => void;
  /** Limits how many of the requests that share it are under way. */
  pace?: AdaptiveLimit;
}

/**
 * Asks one service. Each request runs through the policies listed in the constructor, in that order.
 * Every failure is a RequestError.
 */
export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #baseUrl: URL;
  readonly #send: Send;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#baseUrl = new URL(options.baseUrl);
    const { dialect = plainDialect } = options;
    this.#send = stack(
      [
        advised(dialect), // an error says what to do about it on this platform
        allowedHost(options.hosts), // before anything leaves this process
        retry, // what follows runs once per attempt
        paced, // an attempt may have to wait for others
        logged(options.log),
        judgeAnswer(dialect), // any answer but success becomes an error
        sameHostRedirect, // no credential follows a redirect to another host
        authorized(options.authorization),
      ],
      transport(options.network ?? directNetwork),
    );
  }

  /** The parsed answer, which has the shape `answer`; without one it is undefined if the service answers success with no content. */
  async json<T>(options: RequestOptions): Promise<T> {
    return (await this.send({ ...options, expect: "json" })).json as T;
  }

  /** The JSON of an answer that came as a stream. */
  parse<T>(text: string, { attempted, answer }: Pick<RequestOptions, "attempted" | "answer">): T {
    const on = this.#baseUrl.host;
    return readJson(text.trim(), { attempted, on, status: 200, answer, mayBeEmpty: false }) as T;
  }

  async bytes(options: RequestOptions): Promise<Buffer> {
    return (await this.send({ ...options, expect: "bytes" })).body;
  }

  /** The body as it comes. The reader handles an interruption after the first byte. */
  async stream(options: RequestOptions): Promise<Readable> {
    const { stream } = await this.send({ ...options, expect: "stream" });
    if (stream === undefined) throw new TypeError("a streamed reply has a stream");
    return stream;
  }

  /** The whole reply, for callers that need its status or headers. */
  send(options: RequestOptions & { expect: HttpRequest["expect"] }): Promise<HttpReply> {
    const { body } = options;
    const json = body !== undefined && !Buffer.isBuffer(body);
    return this.#send({
      method: options.method,
      url: this.#url(options),
      headers: {
        ...(json ? { "content-type": "application/json" } : {}),
        ...(options.expect === "json" ? { accept: "application/json" } : {}),
        "user-agent": "notebook-ops",
        ...this.#options.headers,
        ...options.headers,
      },
      body: json ? JSON.stringify(body) : (body as Buffer | undefined),
      expect: options.expect,
      attempted: options.attempted,
      repeatable: options.repeatable ?? ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"].includes(options.method),
      timeoutMs: options.timeoutMs ?? 300_000,
      stallMs: options.stallMs ?? 60_000,
      signal: options.signal ?? this.#options.signal,
      answer: options.answer,
      onDoubt: options.onDoubt,
      pauseSignal: options.pauseSignal,
      onPause: options.onPause,
      pace: options.pace,
    });
  }

  #url({ path, query = {} }: RequestOptions): URL {
    const url = new URL(path, this.#baseUrl);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    return url;
  }
}

function stack(policies: Policy[], last: Send): Send {
  return policies.reduceRight<Send>((next, policy) => (request) => policy(request, next), last);
}

function advised({ advise }: Dialect): Policy {
  return async (request, next) => {
    try {
      return await next(request);
    } catch (error) {
      const advice = error instanceof RequestError ? advise?.(error) : undefined;
      throw advice === undefined ? error : (error as RequestError).advising(advice);
    }
  };
}

function allowedHost(hosts: HostPolicy): Policy {
  return async (request, next) => {
    hosts.require(request.url, request.attempted);
    return next(request);
  };
}

function authorized(authorization: (() => Promise<string>) | undefined): Policy {
  return async (request, next) =>
    next(
      authorization === undefined
        ? request
        : { ...request, headers: { ...request.headers, authorization: await authorization() } },
    );
}

const mostRedirects = 5;

const sameHostRedirect: Policy = async (request, next) => {
  let reply = await next(request);
  for (let count = 0; count < mostRedirects && [301, 302, 307, 308].includes(reply.status); count++) {
    const location = reply.headers.get("location") ?? "";
    if (!["GET", "HEAD"].includes(request.method) || !URL.canParse(location, request.url.href)) break;
    const url = new URL(location, request.url);
    // A redirect to the sign-in page of the same host is an answer and is not followed.
    if (url.origin !== request.url.origin || /login/i.test(url.pathname)) break;
    reply = await next({ ...request, url });
  }
  return reply;
};

function logged(log: HttpClientOptions["log"]): Policy {
  return async (request, next) => {
    const start = performance.now();
    const line = (outcome: string) =>
      log?.detail(
        `${request.method} ${request.url.host}${request.url.pathname} ${outcome} in ${Math.round(performance.now() - start)} ms`,
      );
    try {
      const reply = await next(request);
      line(String(reply.status));
      return reply;
    } catch (error) {
      line(error instanceof RequestError ? `${error.status ?? ""} ${error.kind}`.trim() : "failed");
      throw error;
    }
  };
}
