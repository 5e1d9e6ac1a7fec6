import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Definition, type Part, platformPart, platformPath } from "./definitions.ts";
import type { Item, ItemType } from "./items.ts";
import { newNotebook, notebookParts, readNotebook } from "./notebooks.ts";
import { newSparkJob, readSparkJob, sparkJobParts, storeFiles } from "./spark-job-definitions.ts";

/** Gives a new item its content and its folders in OneLake. Throws if the definition is not one of its type. */
export function setContent(item: Item, definition: Definition | undefined): void {
  if (item.type === "Notebook") item.notebook = definition ? readNotebook(definition) : newNotebook();
  else if (item.type === "SparkJobDefinition") {
    const before = item.sparkJob;
    item.sparkJob = definition ? readSparkJob(definition) : newSparkJob();
    storeFiles(item.folder, before, item.sparkJob);
  } else item.parts = definition?.parts.filter(({ path }) => path !== platformPath) ?? [];
  if (item.type === "Lakehouse")
    for (const name of ["Files", "Tables"]) mkdirSync(join(item.folder, name), { recursive: true });
}

/** The parts of an item's definition in a format of its type. */
export function definitionParts(item: Item, format: string | undefined): Part[] {
  return [...contentParts(item, format), platformPart(item)];
}

function contentParts(item: Item, format: string | undefined): readonly Part[] {
  if (item.type === "Notebook") return notebookParts(item.notebook ?? newNotebook(), format);
  if (item.type === "SparkJobDefinition") return sparkJobParts(item.sparkJob ?? newSparkJob(), format);
  return item.parts ?? [];
}

/** Whether the service answers at once, or with a long-running operation, as it was seen to do in recorded answers. */
export function isLongRunning(type: ItemType, definition: Definition | undefined): boolean {
  if (type === "SparkJobDefinition")
    return definition?.parts.some(({ path }) => /^(Main|Libs)\//.test(path)) ?? false;
  return definition !== undefined;
}

/** Fields of an item that only its own type has. */
export function properties(item: Item, oneLakeUrl: string): object {
  const root = `${oneLakeUrl}/${item.workspace.id}/${item.id}`;
  switch (item.type) {
    case "Lakehouse":
      return {
        properties: {
          oneLakeTablesPath: `${root}/Tables`,
          oneLakeFilesPath: `${root}/Files`,
          sqlEndpointProperties: { connectionString: null, id: null, provisioningStatus: "Success" },
        },
      };
    case "SparkJobDefinition":
      return { properties: { oneLakeRootPath: root } };
    case "Environment":
      return { properties: { publishDetails: { state: "Success" } } };
    default:
      return {};
  }
}
