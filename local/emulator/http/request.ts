import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { SpooledBody } from "./spooled-body.ts";

export type JsonObject = { [key: string]: unknown };

export function isJsonObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** The body is not the JSON that the operation takes. Each service answers this in its own form. */
export class MalformedBody extends Error {}

/** One request as a route gets it: with its whole body and its path parameters. */
export class ServiceRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** A large body, if the service takes such; `body` is empty then. */
  readonly spooled?: SpooledBody;
  /** The values of the path template's `{names}`, decoded. */
  parameters: Record<string, string> = {};

  constructor(message: IncomingMessage, origin: string, body: Buffer | SpooledBody) {
    this.method = message.method ?? "GET";
    this.url = urlOf(message.url ?? "/", origin);
    this.headers = message.headers;
    this.body = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
    if (!Buffer.isBuffer(body)) this.spooled = body;
  }

  get query(): URLSearchParams {
    return this.url.searchParams;
  }

  /** A path parameter that the route's template names. */
  parameter(name: string): string {
    const value = this.parameters[name];
    if (value === undefined) throw new Error(`The route's template has no {${name}}.`);
    return value;
  }

  header(name: string): string | undefined {
    const value = this.headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(", ") : value;
  }

  /** The token of `Authorization: Bearer`. */
  get bearerToken(): string | undefined {
    return /^Bearer +(\S+)$/i.exec(this.header("authorization") ?? "")?.[1];
  }

  /** User and password of `Authorization: Basic`, which have no other encoding than base64 (RFC 7617). */
  get basicCredentials(): { user: string; password: string } | undefined {
    const encoded = /^Basic +(\S+)$/i.exec(this.header("authorization") ?? "")?.[1];
    if (encoded === undefined) return undefined;
    const [user = "", ...password] = Buffer.from(encoded, "base64").toString("utf8").split(":");
    return { user, password: password.join(":") };
  }

  /** Id and secret of an OAuth client in `Authorization: Basic`, which are form-encoded before base64 (RFC 6749, section 2.3.1). */
  get clientCredentials(): { user: string; password: string } | undefined {
    const { user, password } = this.basicCredentials ?? {};
    if (user === undefined || password === undefined) return undefined;
    return { user: decoded(user) ?? user, password: decoded(password) ?? password };
  }

  /** Whether each percent sign of the path begins an encoded character, and each character is UTF-8. */
  get hasValidPath(): boolean {
    return decoded(this.url.pathname) !== undefined;
  }

  /** The body as a JSON object; an empty body is an empty object. Throws MalformedBody. */
  json(): JsonObject {
    if (this.body.length === 0) return {};
    const value = this.#parsedBody();
    if (isJsonObject(value)) return value;
    throw new MalformedBody("The body is not a JSON object.");
  }

  /** The body as a JSON array of `isItem`s. Throws MalformedBody. */
  jsonArray<T>(isItem: (value: unknown) => value is T): T[] {
    const value = this.#parsedBody();
    if (Array.isArray(value) && value.every(isItem)) return value;
    throw new MalformedBody("The body is not a JSON array of the items that the operation takes.");
  }

  #parsedBody(): unknown {
    try {
      return JSON.parse(this.body.toString("utf8"));
    } catch {
      return undefined; // neither an object nor an array, so the callers refuse it
    }
  }

  /** The body as a form (application/x-www-form-urlencoded). */
  form(): URLSearchParams {
    return new URLSearchParams(this.body.toString("utf8"));
  }
}

/** The URL of a request's target: a path, which names no host even if it begins with `//`, or a whole URL, as proxies get it. */
function urlOf(target: string, origin: string): URL {
  if (target.startsWith("/") || !URL.canParse(target))
    return new URL(`${origin}${target.replace(/^(?!\/)/, "/")}`);
  const { pathname, search } = new URL(target);
  return new URL(`${origin}${pathname}${search}`);
}

/** The text without percent-encoding; undefined if it is not valid. */
export function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Reads the whole body. */
export async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
