import type { ServiceRequest } from "../http/request.ts";
import { alreadyExists, invalidHeader, storageError } from "./errors.ts";

interface Version {
  etag: string;
  lastModified: Date;
}

/**
 * Checks the conditional headers against what is there.
 * Source: https://learn.microsoft.com/rest/api/storageservices/specifying-conditional-headers-for-blob-service-operations
 * @param current undefined if there is nothing
 * @param prefix of the headers: `x-ms-source-` for the source of a rename
 */
export function requireConditions(
  request: ServiceRequest,
  current: Version | undefined,
  kind: "read" | "write",
  prefix: "" | "x-ms-source-" = "",
): void {
  const header = (name: string) => request.header(prefix + name);
  const ifMatch = header("if-match");
  if (ifMatch !== undefined && !(current && matches(ifMatch, current.etag))) throw notMet(request);
  const unmodifiedSince = time(request, `${prefix}if-unmodified-since`);
  if (unmodifiedSince !== undefined && !(current && seconds(current.lastModified) <= unmodifiedSince))
    throw notMet(request);
  const unlike = kind === "read" ? notModified : notMet;
  const ifNoneMatch = header("if-none-match");
  if (ifNoneMatch !== undefined && current && matches(ifNoneMatch, current.etag))
    throw kind === "write" && ifNoneMatch.trim() === "*" ? alreadyExists(request) : unlike(request);
  const modifiedSince = time(request, `${prefix}if-modified-since`);
  if (modifiedSince !== undefined && current && seconds(current.lastModified) <= modifiedSince)
    throw unlike(request);
}

function matches(header: string, etag: string): boolean {
  if (header.trim() === "*") return true;
  return header.split(",").some((given) => given.trim().replace(/^W\//, "").replace(/^"|"$/g, "") === etag);
}

function time(request: ServiceRequest, name: string): number | undefined {
  const value = request.header(name);
  if (value === undefined) return undefined;
  const milliseconds = Date.parse(value);
  if (Number.isNaN(milliseconds)) throw invalidHeader(request, name);
  return Math.floor(milliseconds / 1000);
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

function notMet(request: ServiceRequest) {
  const message = "The condition specified using HTTP conditional header(s) is not met.";
  return storageError(request, 412, "ConditionNotMet", message);
}

function notModified(request: ServiceRequest) {
  const message = "The condition specified using HTTP conditional header(s) is not met.";
  return storageError(request, 304, "ConditionNotMet", message);
}
