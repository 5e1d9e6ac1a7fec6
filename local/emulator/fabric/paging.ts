import { ok, type Reply } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import { invalidInput } from "./errors.ts";

/** Answers with the page of a list that a request asks for. */
export type Page = (request: ServiceRequest, all: readonly object[]) => Reply;

/**
 * Lists by pages. How many entries the service puts on one is not documented; fabric-cicd reads the first page of items only.
 * Source: https://learn.microsoft.com/rest/api/fabric/articles/pagination
 */
export function pagesOf(size: number): Page {
  return (request, all) => cut(request, all, size);
}

function cut(request: ServiceRequest, all: readonly object[], size: number): Reply {
  const token = request.query.get("continuationToken");
  const start = token === null ? 0 : Number(Buffer.from(token, "base64url").toString());
  if (!Number.isInteger(start) || start < 0) throw invalidInput("The continuationToken is not valid");
  const end = start + size;
  const value = all.slice(start, end);
  if (end >= all.length) return ok({ value });
  const continuationToken = Buffer.from(String(end)).toString("base64url");
  const continuationUri = new URL(request.url);
  continuationUri.searchParams.set("continuationToken", continuationToken);
  return ok({ value, continuationToken, continuationUri: continuationUri.href });
}
