import { randomUUID } from "node:crypto";
import { Refusal, type Reply } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import { element, xmlDocument } from "./xml.ts";

interface ErrorOptions {
  headers?: Record<string, string>;
  /** More elements of a blob error, which a DFS error does not have. */
  details?: Record<string, string>;
}

/**
 * An error in the form of the API that the request speaks: JSON for DFS, XML for blobs, and always the header x-ms-error-code.
 * Source: https://learn.microsoft.com/rest/api/storageservices/status-and-error-codes2
 */
export function storageError(
  request: ServiceRequest,
  status: number,
  code: string,
  message: string,
  { headers = {}, details = {} }: ErrorOptions = {},
): Refusal {
  const requestId = randomUUID();
  const text = `${message}\nRequestId:${requestId}\nTime:${new Date().toISOString()}`;
  const body = speaksDfs(request)
    ? { body: { error: { code, message: text } }, type: "application/json" }
    : {
        body: xmlDocument(
          element("Error", [
            element("Code", code),
            element("Message", text),
            ...Object.entries(details).map(([name, value]) => element(name, value)),
          ]),
        ),
        type: "application/xml",
      };
  return new Refusal({
    status,
    headers: { ...headers, "content-type": body.type, "x-ms-error-code": code, "x-ms-request-id": requestId },
    body: body.body,
  });
}

/** Whether a request speaks the DFS API. Both sides share one port and, for reading and deleting, the same paths. */
export function speaksDfs(request: ServiceRequest): boolean {
  const host = request.header("host") ?? "";
  if (host.includes(".dfs.")) return true;
  if (host.includes(".blob.")) return false;
  const { query } = request;
  if (query.has("comp") || query.has("restype") || request.header("x-ms-blob-type")) return false;
  if (["resource", "action", "recursive", "continuation"].some((name) => query.has(name))) return true;
  if (request.method === "PATCH" || request.header("x-ms-rename-source")) return true;
  return (request.header("accept") ?? "").includes("json");
}

export function notFound(request: ServiceRequest): Refusal {
  // A HEAD of the DFS side is answered by the blob side, as microsoft/fabric-cli recorded it.
  return speaksDfs(request) && request.method !== "HEAD"
    ? storageError(request, 404, "PathNotFound", "The specified path does not exist.")
    : storageError(request, 404, "BlobNotFound", "The specified blob does not exist.");
}

export function alreadyExists(request: ServiceRequest): Refusal {
  return speaksDfs(request)
    ? storageError(request, 409, "PathAlreadyExists", "The specified path already exists.")
    : storageError(request, 409, "BlobAlreadyExists", "The specified blob already exists.");
}

export function pathConflict(request: ServiceRequest): Refusal {
  const message =
    "The specified path, or an element of the path, exists and its resource type is invalid for this operation.";
  return storageError(request, 409, "PathConflict", message);
}

/**
 * Items and the first level of folders in them belong to Fabric.
 * Source: https://learn.microsoft.com/fabric/onelake/onelake-api-parity; wording as in microsoft/fabric-cli's recordings
 */
export function managedPath(request: ServiceRequest, path: string): Refusal {
  const message = `${request.method} call is not allowed on ${path} path`;
  return storageError(request, 400, "OperationNotAllowedOnThePath", message);
}

export function invalidQuery(request: ServiceRequest, name: string, value: string | null): Refusal {
  const message = "Value for one of the query parameters specified in the request URI is invalid.";
  const details = { QueryParameterName: name, QueryParameterValue: value ?? "" };
  return storageError(request, 400, "InvalidQueryParameterValue", message, { details });
}

export function invalidHeader(request: ServiceRequest, name: string): Refusal {
  const message = "The value for one of the HTTP headers is not in the correct format.";
  const details = { HeaderName: name, HeaderValue: request.header(name) ?? "" };
  return storageError(request, 400, "InvalidHeaderValue", message, { details });
}

/** An operation that OneLake refuses, as its page of differences from Azure Storage says. */
export function unsupportedQuery(request: ServiceRequest): Refusal {
  const message = "One of the query parameters specified in the request URI is not supported.";
  return storageError(request, 400, "UnsupportedQueryParameter", message);
}

/** An operation of Azure Storage that the local workspace does not have. */
export function notEmulated(request: ServiceRequest): Reply {
  const { method, url } = request;
  const message = `No local route ${method} ${url.pathname}${url.search}.`;
  return storageError(request, 501, "NotImplemented", message).reply;
}
