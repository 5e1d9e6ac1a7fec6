import type { FabricDefinition } from "../../notebook/fabric/definition.ts";
import type { ItemDefinition } from "../api/items.ts";

/** A definition of a notebook as the API takes it. */
export function itemDefinition({ format, parts }: FabricDefinition): ItemDefinition {
  return {
    format,
    parts: parts.map(({ path, content }) => ({
      path,
      payload: Buffer.from(content, "utf8").toString("base64"),
      payloadType: "InlineBase64",
    })),
  };
}

/** A definition that the API returned, without the part `.platform`, which describes the item and not the notebook. */
export function notebookDefinition(
  { parts }: ItemDefinition,
  format: FabricDefinition["format"],
): FabricDefinition {
  return {
    format,
    parts: parts
      .filter(({ path }) => path !== ".platform")
      .map(({ path, payload }) => ({ path, content: Buffer.from(payload, "base64").toString("utf8") })),
  };
}
