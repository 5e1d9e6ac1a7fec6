import type { Readable } from "node:stream";
import type { AdaptiveLimit } from "../concurrency/adaptive-limit.ts";
import type { RequestError } from "./errors.ts";
import type { Shape } from "./shape.ts";

export type Method = "GET" | "HEAD" | "OPTIONS" | "PUT" | "POST" | "PATCH" | "DELETE";

/** A request on its way through the policies of `client.ts`. */
export interface HttpRequest {
  method: Method;
  url: URL;
  headers: Record<string, string>;
  body?: string | Buffer;
  /** `json`: an empty body is undefined; `bytes`: as it came; `stream`: not read at all. */
  expect: "json" | "bytes" | "stream";
  /** What expected JSON must contain: an answer of any other shape is a RequestError of kind `badAnswer`. */
  answer?: Shape;
  attempted: string;
  /** Whether a second one does no harm. */
  repeatable: boolean;
  /** For all attempts and the waits between them, to the last byte of the body; what is left of it, within an attempt. */
  timeoutMs: number;
  /** For one attempt to make progress: to connect and answer, then from one piece of the body to the next. */
  stallMs: number;
  signal?: AbortSignal;
  /** Ends a pause between two attempts, but never an attempt, which might take effect nevertheless. */
  pauseSignal?: AbortSignal;
  /** Called before each pause. */
  onPause?: (error: RequestError, delayMs: number) => void;
  /** Called for each attempt that may still take effect although it failed, also if a later one succeeds. */
  onDoubt?: () => void;
  /** Limits how many of the requests that share it are under way. */
  pace?: AdaptiveLimit;
}

export interface HttpReply {
  status: number;
  headers: { get(name: string): string | null };
  body: Buffer;
  /** The body's JSON, if JSON was expected and came: parsed once, as some are 5 MB. */
  json?: unknown;
  stream?: Readable;
}

export type Send = (request: HttpRequest) => Promise<HttpReply>;

/** One concern of the request path, around all that follow it in the list. */
export type Policy = (request: HttpRequest, next: Send) => Promise<HttpReply>;
