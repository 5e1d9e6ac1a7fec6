import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isJsonObject, type JsonObject } from "../http/request.ts";
import { corruptedPayload, type Definition, type Part, parsedJson, platformPath } from "./definitions.ts";
import { invalidInput } from "./errors.ts";

const settingsPath = "SparkJobDefinitionV1.json";
const formats = ["SparkJobDefinitionV1", "SparkJobDefinitionV2"] as const;

/** A Spark job definition: its settings, and in the second format its files. */
export interface SparkJob {
  readonly settings: JsonObject;
  /** `Main/…` and `Libs/…`. */
  readonly files: readonly Part[];
}

const noSettings = {
  executableFile: null,
  defaultLakehouseArtifactId: null,
  mainClass: null,
  additionalLakehouseIds: [],
  retryPolicy: null,
  commandLineArguments: null,
  additionalLibraryUris: null,
  language: null,
  environmentArtifactId: null,
};

export const newSparkJob = (): SparkJob => ({ settings: noSettings, files: [] });

/**
 * The Spark job of a definition. Without a format it is the first one, which has no files.
 * Source: https://learn.microsoft.com/rest/api/fabric/articles/item-management/definitions/spark-job-definition
 */
export function readSparkJob(definition: Definition): SparkJob {
  const format = formatOf(definition.format) ?? "SparkJobDefinitionV1";
  const part = definition.parts.find(({ path }) => path === settingsPath);
  if (!part) throw corruptedPayload(`The definition of a Spark job needs the part ${settingsPath}`);
  const settings = parsedJson(part);
  if (!isJsonObject(settings)) throw corruptedPayload(`The part ${settingsPath} is not a JSON object`);
  const files = definition.parts.filter(({ path }) => path !== settingsPath && path !== platformPath);
  for (const { path } of files) {
    if (format === "SparkJobDefinitionV1")
      throw corruptedPayload(`The format SparkJobDefinitionV1 does not support the part ${path}`);
    if (!/^(Main|Libs)\/[^/]+\.(py|scala)$/.test(path))
      throw corruptedPayload(`The part ${path} is not a .py or .scala file in Main or Libs`);
  }
  return { settings: { ...noSettings, ...settings }, files };
}

export function sparkJobParts({ settings, files }: SparkJob, requested: string | undefined): Part[] {
  const part = { path: settingsPath, payload: Buffer.from(JSON.stringify(settings, null, 2)) };
  return formatOf(requested) === "SparkJobDefinitionV2" ? [part, ...files] : [part];
}

/** Writes the files to the item's folder in OneLake, where the storage API finds them too. Files that are gone are removed. */
export function storeFiles(folder: string, before: SparkJob | undefined, { files }: SparkJob): void {
  for (const { path } of before?.files ?? []) rmSync(join(folder, path), { force: true });
  for (const { path, payload } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), payload);
  }
}

function formatOf(format: string | undefined): (typeof formats)[number] | undefined {
  if (format === undefined) return undefined;
  const known = formats.find((name) => name.toLowerCase() === format.toLowerCase());
  if (known) return known;
  throw invalidInput(`The format ${format} is not a format of Spark job definitions`);
}
