import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { ServiceRequest } from "../http/request.ts";
import { replaceFile } from "./disk.ts";
import { storageError } from "./errors.ts";

/** The number of bytes of a request's body, which may be in a file. */
export function contentSize(request: ServiceRequest): number {
  return request.spooled?.size ?? request.body.length;
}

/** The MD5 of a request's body in base64. */
export async function contentMd5(request: ServiceRequest): Promise<string> {
  const hash = createHash("md5");
  if (request.spooled)
    for await (const chunk of createReadStream(request.spooled.file)) hash.update(chunk as Buffer);
  else hash.update(request.body);
  return hash.digest("base64");
}

/** Compares the body with the MD5 in this header, if the client sent it. Returns the MD5. */
export async function requireMd5(request: ServiceRequest, header: string): Promise<string | undefined> {
  const given = request.header(header);
  if (given === undefined) return undefined;
  const own = await contentMd5(request);
  if (own === given) return own;
  const message =
    "The MD5 value specified in the request did not match with the MD5 value calculated by the server.";
  const details = { UserSpecifiedMd5: given, ServerCalculatedMd5: own };
  throw storageError(request, 400, "Md5Mismatch", message, { details });
}

/** Makes the body this new file. A large one is moved and not copied. */
export async function saveContent(request: ServiceRequest, file: string): Promise<void> {
  if (request.spooled) await replaceFile(request.spooled.file, file);
  else await writeFile(file, request.body);
}

/** Writes the body into an existing file at a position. */
export async function writeContent(request: ServiceRequest, file: string, position: number): Promise<void> {
  const content = request.spooled ? createReadStream(request.spooled.file) : [request.body];
  await pipeline(content, createWriteStream(file, { flags: "r+", start: position }));
}

/** Deletes what a route has left of a large body. */
export async function dropContent(request: ServiceRequest): Promise<void> {
  if (request.spooled) await rm(request.spooled.file, { force: true });
}
