import { clause } from "../text/could-not.ts";
import { oneLine, plainText } from "../text/plain-text.ts";
import type { Dialect, ErrorContent } from "./dialect.ts";
import { RequestError, type RequestErrorKind } from "./errors.ts";
import type { HttpReply, HttpRequest, Policy } from "./message.ts";
import { retryAfterMs } from "./retry-after.ts";
import { mismatch, type Shape } from "./shape.ts";

/** Turns every answer that is not a plain success into a RequestError: a status, an HTML page, JSON that is cut off, nothing. */
export function judgeAnswer(dialect: Dialect): Policy {
  return async (request, next) => {
    const reply = await next(request);
    if (reply.status >= 300 && reply.status < 400) throw redirection(request, reply);
    if (reply.status >= 400) throw refusal(request, reply, dialect);
    if (request.expect !== "json") return reply;
    const { attempted, answer } = request;
    const json = readJson(reply.body.toString("utf8").trim(), {
      attempted,
      on: request.url.host,
      status: reply.status,
      answer,
      // Databricks documents `{}` as the answer to a request with nothing to return. Its SDKs take no content for a success, too.
      // https://github.com/databricks/databricks-sdk-py/blob/main/databricks/sdk/_base_client.py
      mayBeEmpty:
        answer === "nothing" ||
        reply.status !== 200 ||
        request.method === "DELETE" ||
        request.method === "HEAD",
    });
    return { ...reply, json };
  };
}

function redirection(request: HttpRequest, reply: HttpReply): RequestError {
  const location = reply.headers.get("location") ?? "";
  const target = URL.canParse(location, request.url.href) ? new URL(location, request.url) : undefined;
  const signIn = /login|signin|oauth2\/authorize/i.test(target?.href ?? "");
  return new RequestError({
    kind: signIn ? "signInPage" : "redirected",
    attempted: request.attempted,
    on: request.url.host,
    status: reply.status,
    cameBack: signIn
      ? "redirected this request to its sign-in page"
      : `answered ${reply.status} and redirects to ${target?.host ?? "no valid address"}, which gets no credential`,
  });
}

function refusal(request: HttpRequest, reply: HttpReply, dialect: Dialect): RequestError {
  const content = errorContent(reply.body, dialect);
  const { errorCode, message } = content;
  const shown =
    message === undefined
      ? ""
      : `: ${clause(oneLine(withoutCredentials(plainText(message)), longestMessageLength))}`;
  return new RequestError({
    kind: dialect.kindOf?.(content, reply.status) ?? kindOfStatus(reply.status),
    attempted: request.attempted,
    on: request.url.host,
    status: reply.status,
    errorCode,
    serverMessage: message,
    retryAfterMs: retryAfterMs(reply.headers),
    cameBack: `answered ${reply.status}${errorCode && errorCode !== String(reply.status) ? ` ${errorCode}` : ""}${shown}`,
  });
}

function kindOfStatus(status: number): RequestErrorKind {
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  if (status === 404 || status === 410) return "notFound";
  if (status === 409) return "conflict";
  if (status === 413) return "tooLarge";
  if (status === 429) return "throttled";
  if (status === 408) return "timeout";
  if (status >= 500 && status !== 501 && status !== 505) return "unavailable";
  return "invalid";
}

function errorContent(body: Buffer, dialect: Dialect): ErrorContent {
  const text = body.toString("utf8").trim();
  if (text === "") return {};
  if (isHtml(text)) return { message: "an HTML page" };
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return { message: text };
  }
  return dialect.readError(content);
}

/** The JSON of a successful answer, undefined if there is none. Throws a RequestError if it is not of the shape `answer`. */
export function readJson(
  text: string,
  expected: { attempted: string; on: string; status: number; answer?: Shape; mayBeEmpty: boolean },
): unknown {
  const { attempted, on, status, answer, mayBeEmpty } = expected;
  const failure = (kind: RequestErrorKind, cameBack: string, cause?: unknown) =>
    new RequestError({ attempted, on, status, kind, cameBack, cause });
  if (isHtml(text)) throw failure("signInPage", "answered with an HTML page, most likely its sign-in page");
  if (text === "" && !mayBeEmpty) throw failure("badAnswer", `answered ${status} with no content`);
  const json = text === "" ? undefined : parse(text, failure);
  const problem = answer && mismatch(json, answer);
  if (problem !== undefined) throw failure("badAnswer", `answered ${status} ${problem}`);
  return json;
}

function parse(
  text: string,
  failure: (kind: RequestErrorKind, cameBack: string, cause: unknown) => RequestError,
): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw /^[[{]/.test(text)
      ? failure("interrupted", "sent JSON that is cut off", cause)
      : failure("badAnswer", "answered with something that is not JSON", cause);
  }
}

export function isHtml(text: string): boolean {
  return /^\s*(<!doctype html|<html|<!--|<head)/i.test(text.slice(0, 200));
}

const longestMessageLength = 500;

/** Some servers echo the credential that they refuse. */
function withoutCredentials(message: string): string {
  return message
    .replace(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, "$1 ***")
    .replace(/\b(dapi[0-9a-f]{8,}[\w-]*|eyJ[\w-]{8,}\.[\w.-]+)/g, "***");
}
