import type { ServiceRequest } from "../http/request.ts";
import { storageError } from "./errors.ts";

/**
 * The bytes that the client asks for by x-ms-range or Range; undefined for the whole file. A header in another form is ignored.
 * Source: https://learn.microsoft.com/rest/api/storageservices/specifying-the-range-header-for-blob-service-operations
 */
export function rangeOf(
  request: ServiceRequest,
  size: number,
): { start: number; length: number } | undefined {
  const header = request.header("x-ms-range") ?? request.header("range");
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(header ?? "") ?? [];
  if (from === undefined) return undefined;
  const start = Number(from);
  const end = Math.min(to ? Number(to) : size - 1, size - 1);
  if (start < size && end >= start) return { start, length: end - start + 1 };
  const message = "The range specified is invalid for the current size of the resource.";
  throw storageError(request, 416, "InvalidRange", message, {
    headers: { "content-range": `bytes */${size}` },
  });
}
