import { readFile } from "node:fs/promises";
import type { Reply } from "../../http/reply.ts";
import type { ServiceRequest } from "../../http/request.ts";
import { apiError } from "../errors.ts";
import type { FileStorage } from "./storage.ts";

type FileInfo = Awaited<ReturnType<FileStorage["info"]>>;

/**
 * The content of a file, or the part that `Range` asks for, unless the file has changed since `If-Unmodified-Since`.
 * Source: https://docs.databricks.com/api/azure/workspace/files/download, and RFC 9110, which it refers to
 */
export async function contentReply(
  storage: FileStorage,
  info: FileInfo,
  request: ServiceRequest,
): Promise<Reply> {
  requireUnmodified(info, request);
  const body = await readFile(storage.fileOf(info.path));
  const range = rangeOf(request.header("range"), body.length);
  if (!range) return { status: 200, headers: contentHeaders(info), body };
  const [start, end] = range;
  const headers = { ...contentHeaders(info), "content-range": `bytes ${start}-${end}/${body.length}` };
  return { status: 206, headers, body: body.subarray(start, end + 1) };
}

/** The headers of the content without the content. RFC 9110 defines `Range` for GET alone. */
export function metadataReply(info: FileInfo, request: ServiceRequest): Reply {
  requireUnmodified(info, request);
  return { status: 200, headers: { ...contentHeaders(info), "content-length": String(info.file_size) } };
}

function contentHeaders({ modification_time: modifiedMs }: FileInfo): Record<string, string> {
  return {
    "accept-ranges": "bytes",
    "content-type": "application/octet-stream",
    "last-modified": new Date(modifiedMs).toUTCString(),
  };
}

function requireUnmodified(info: FileInfo, request: ServiceRequest): void {
  const sinceMs = Date.parse(request.header("if-unmodified-since") ?? "");
  const modifiedMs = Math.floor(info.modification_time / 1000) * 1000; // a header has whole seconds
  if (Number.isNaN(sinceMs) || modifiedMs <= sinceMs) return;
  throw apiError(412, "PRECONDITION_FAILED", `The file ${info.path} has been modified.`); // unconfirmed code and wording
}

/** First and last byte of a single range; undefined, which means the whole file, for every other form, as RFC 9110 allows. */
function rangeOf(header: string | undefined, length: number): [number, number] | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || first + last === "") return undefined;
  const start = first === "" ? Math.max(0, length - Number(last)) : Number(first);
  const end = first === "" || last === "" ? length - 1 : Math.min(Number(last), length - 1);
  if (start <= end) return [start, end];
  if (first !== "" && last !== "" && Number(last) < start) return undefined; // not a valid range
  // Unconfirmed code and wording.
  throw apiError(416, "REQUESTED_RANGE_NOT_SATISFIABLE", `The range ${header} is outside of the file.`, {
    "content-range": `bytes */${length}`,
  });
}
