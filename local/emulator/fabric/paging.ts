import { ok, type Reply } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import { invalidInput } from "./errors.ts";

const pageSize = 100;

/** One page of a list. Source: https://learn.microsoft.com/rest/api/fabric/articles/pagination */
export function page(request: ServiceRequest, all: readonly object[]): Reply {
  const token = request.query.get("continuationToken");
  const start = token === null ? 0 : Number(Buffer.from(token, "base64url").toString());
  if (!Number.isInteger(start) || start < 0) throw invalidInput("The continuationToken is not valid");
  const end = start + pageSize;
  const value = all.slice(start, end);
  if (end >= all.length) return ok({ value });
  const continuationToken = Buffer.from(String(end)).toString("base64url");
  const continuationUri = new URL(request.url);
  continuationUri.searchParams.set("continuationToken", continuationToken);
  return ok({ value, continuationToken, continuationUri: continuationUri.href });
}
