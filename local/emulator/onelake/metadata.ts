import type { ServiceRequest } from "../http/request.ts";
import { invalidHeader } from "./errors.ts";
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
  return Object.fromEntries(given.map(([name, value]) => [name.slice(prefix.length), String(value)]));
}

/**
 * Metadata as the DFS API sends it: `name=base64,name=base64`.
 * Source: https://learn.microsoft.com/rest/api/storageservices/datalakestoragegen2/path/create, x-ms-properties
 */
export function givenProperties(request: ServiceRequest): Record<string, string> | undefined {
  const header = request.header("x-ms-properties");
  if (header === undefined) return undefined;
  const pairs = header.split(",").filter((pair) => pair.trim());
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, value] = /^\s*([^=\s]+)=([A-Za-z0-9+/]*={0,2})\s*$/.exec(pair) ?? [];
      if (name === undefined) throw invalidHeader(request, "x-ms-properties");
      return [name.toLowerCase(), Buffer.from(value as string, "base64").toString("latin1")];
    }),
  );
}

export function writtenProperties(metadata: Properties["metadata"]): string {
  return Object.entries(metadata)
    .map(([name, value]) => `${name}=${Buffer.from(value, "latin1").toString("base64")}`)
    .join(",");
}
