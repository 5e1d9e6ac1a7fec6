import type { ServiceRequest } from "../http/request.ts";
import { invalidHeader, storageError } from "./errors.ts";
import { type ContentHeader, contentHeaders, type Properties } from "./properties.ts";

/** Properties of the content that a request sets by `x-ms-blob-content-type` and so on, or by `x-ms-content-type` in the DFS API. */
export function givenHeaders(request: ServiceRequest, prefix: "x-ms-blob-" | "x-ms-"): Properties["headers"] {
  const given = contentHeaders.map((name) => [name, request.header(prefix + name)] as const);
  return Object.fromEntries(given.filter(([, value]) => value)) as Partial<Record<ContentHeader, string>>;
}

/** Metadata as the Blob API sends it: a header for each. Names keep no case, because Node's headers have none. */
export function givenMetadata(request: ServiceRequest): Record<string, string> {
  const prefix = "x-ms-meta-";
  const given = Object.entries(request.headers).filter(([name]) => name.startsWith(prefix));
  return requireValid(
    request,
    given.map(([name, value]) => [name.slice(prefix.length), String(value)]),
  );
}

/**
 * Metadata as the DFS API sends it: `name=base64,name=base64`.
 * Source: https://learn.microsoft.com/rest/api/storageservices/datalakestoragegen2/path/create, x-ms-properties
 */
export function givenProperties(request: ServiceRequest): Record<string, string> | undefined {
  const header = request.header("x-ms-properties");
  if (header === undefined) return undefined;
  const pairs = header.split(",").filter((pair) => pair.trim());
  const given = pairs.map((pair): [string, string] => {
    const [, name, value] = /^\s*([^=\s]+)=([A-Za-z0-9+/]*={0,2})\s*$/.exec(pair) ?? [];
    if (name === undefined) throw invalidHeader(request, "x-ms-properties");
    return [name.toLowerCase(), Buffer.from(value as string, "base64").toString("latin1")];
  });
  return requireValid(request, given);
}

/**
 * Names are identifiers of C#, and values can be sent in headers.
 * Source: https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata#metadata-names
 */
function requireValid(
  request: ServiceRequest,
  given: [name: string, value: string][],
): Record<string, string> {
  const isValid = ([name, value]: [string, string]) =>
    /^[a-z_]\w*$/.test(name) && !/[\0-\x1F\x7F]/.test(value);
  if (given.every(isValid)) return Object.fromEntries(given);
  const message = "The metadata specified is invalid. It has characters that are not permitted.";
  throw storageError(request, 400, "InvalidMetadata", message);
}

export function writtenProperties(metadata: Properties["metadata"]): string {
  return Object.entries(metadata)
    .map(([name, value]) => `${name}=${Buffer.from(value, "latin1").toString("base64")}`)
    .join(",");
}
