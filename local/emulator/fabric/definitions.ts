import { isJsonObject } from "../http/request.ts";
import { fabricError } from "./errors.ts";

/** A part of an item's definition: a file with its path. */
export interface Part {
  path: string;
  payload: Buffer;
}

export interface Definition {
  format?: string;
  parts: Part[];
}

export const platformPath = ".platform";

export const corruptedPayload = (message: string) =>
  fabricError(400, "CorruptedPayload", "The provided payload is corrupted", {
    moreDetails: [{ errorCode: "CorruptedPayload", message }],
  });

/**
 * Reads the `definition` of a request.
 * Source: https://learn.microsoft.com/rest/api/fabric/core/items/create-item#itemdefinition
 */
export function readDefinition(value: unknown): Definition {
  if (!isJsonObject(value)) throw corruptedPayload("The definition is not an object");
  const { format, parts } = value;
  if (format !== undefined && format !== null && typeof format !== "string")
    throw corruptedPayload("The format of the definition is not text");
  if (!Array.isArray(parts) || parts.length === 0)
    throw corruptedPayload("The definition needs at least one part");
  const read = parts.map(readPart);
  const paths = new Set(read.map(({ path }) => path));
  if (paths.size < read.length) throw corruptedPayload("The definition has two parts with the same path");
  return { ...(format ? { format: format as string } : {}), parts: read };
}

function readPart(value: unknown): Part {
  if (!isJsonObject(value)) throw corruptedPayload("A part of the definition is not an object");
  const { path, payload, payloadType } = value;
  if (typeof path !== "string" || path === "") throw corruptedPayload("A part has no path");
  if (path.split(/[/\\]/).includes("..")) throw corruptedPayload(`The path ${path} is not allowed`);
  if (payloadType !== "InlineBase64")
    throw corruptedPayload(`The payloadType of the part ${path} is not InlineBase64`);
  if (typeof payload !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(payload) || payload.length % 4 !== 0)
    throw corruptedPayload(`The payload of the part ${path} is not base64`);
  return { path, payload: Buffer.from(payload, "base64") };
}

/** The answer of getDefinition. */
export const shownDefinition = (parts: readonly Part[], format?: string) => ({
  definition: {
    ...(format === undefined ? {} : { format }),
    parts: parts.map(({ path, payload }) => ({
      path,
      payload: payload.toString("base64"),
      payloadType: "InlineBase64",
    })),
  },
});

interface Platform {
  type: string;
  displayName: string;
  description?: string;
}

/**
 * The part `.platform`, which every definition has.
 * Source: https://learn.microsoft.com/fabric/cicd/git-integration/source-code-format#automatically-generated-system-files
 */
export function platformPart({ type, displayName, description }: Platform): Part {
  const content = {
    $schema:
      "https://developer.microsoft.com/json-schemas/fabric/gitIntegration/platformProperties/2.0.0/schema.json",
    metadata: { type, displayName, ...(description ? { description } : {}) },
    config: { version: "2.0", logicalId: "00000000-0000-0000-0000-000000000000" },
  };
  return { path: platformPath, payload: Buffer.from(JSON.stringify(content, null, 2)) };
}

/** What the part `.platform` says of the item; undefined if the definition has no such part. */
export function platformOf({ parts }: Definition): Platform | undefined {
  const part = parts.find(({ path }) => path === platformPath);
  if (!part) return undefined;
  const content = parsedJson(part);
  const metadata = isJsonObject(content) ? content.metadata : undefined;
  if (
    !isJsonObject(metadata) ||
    typeof metadata.type !== "string" ||
    typeof metadata.displayName !== "string"
  )
    throw corruptedPayload("The part .platform has no metadata with type and displayName");
  const { type, displayName, description } = metadata;
  return { type, displayName, ...(typeof description === "string" ? { description } : {}) };
}

export function parsedJson({ path, payload }: Part): unknown {
  try {
    return JSON.parse(payload.toString("utf8"));
  } catch {
    throw corruptedPayload(`The part ${path} is not JSON`);
  }
}
