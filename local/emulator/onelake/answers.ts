import type { ServiceRequest } from "../http/request.ts";
import type { Entry } from "./disk.ts";
import { writtenProperties } from "./metadata.ts";
import type { Storage } from "./storage.ts";

/** Owner and permissions are the same for all: https://learn.microsoft.com/fabric/onelake/onelake-api-parity#response-header-differences */
export const ownership = {
  "x-ms-owner": "$superuser",
  "x-ms-group": "$superuser",
  "x-ms-permissions": "---------",
};

/** What both APIs say of a file or folder in the headers of an answer; each client takes those that it knows. */
export function describe(storage: Storage, entry: Entry): Record<string, string> {
  const { headers, metadata } = storage.properties.of(entry);
  const meta = Object.entries(metadata).map(([name, value]) => [`x-ms-meta-${name}`, value]);
  return {
    ...storage.versionHeaders(entry),
    ...(entry.isDirectory
      ? { "x-ms-meta-hdi_isfolder": "true" }
      : { "content-type": defaultType, ...headers }),
    ...Object.fromEntries(meta),
    ...(meta.length > 0 ? { "x-ms-properties": writtenProperties(metadata) } : {}),
    ...ownership,
    "accept-ranges": "bytes",
    "x-ms-creation-time": createdAt(entry).toUTCString(),
    "x-ms-resource-type": entry.isDirectory ? "directory" : "file",
    "x-ms-blob-type": "BlockBlob",
    "x-ms-lease-state": "available",
    "x-ms-lease-status": "unlocked",
    "x-ms-server-encrypted": "true",
  };
}

export const defaultType = "application/octet-stream";

export function createdAt({ stats }: Entry): Date {
  const { birthtimeMs, mtimeMs } = stats;
  return new Date(Number(birthtimeMs > 0n && birthtimeMs < mtimeMs ? birthtimeMs : mtimeMs));
}

/** Whether the query has a parameter that chooses another operation than the route's. */
export function hasOtherOperation(request: ServiceRequest, allowed: readonly string[] = []): boolean {
  return ["comp", "restype", "resource", "action", "snapshot", "versionid"].some(
    (name) => request.query.has(name) && !allowed.includes(`${name}=${request.query.get(name)}`),
  );
}
