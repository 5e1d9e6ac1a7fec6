import type { JsonObject } from "../../http/request.ts";
import type { SparkJob } from "../spark-job-definitions.ts";
import { type ItemReference, optionalObject, readReference } from "./notebook-request.ts";

/** What a run of a Spark job definition asks for. */
export interface SparkJobRequest {
  /** An abfss address, or the name of a file of the definition. */
  executableFile?: string;
  arguments: string[];
  libraryUris: string[];
  lakehouse?: ItemReference;
  environment?: ItemReference;
}

/**
 * The settings of the definition with what the request overrides.
 * Source: https://learn.microsoft.com/rest/api/fabric/sparkjobdefinition/background-jobs/run-on-demand-spark-job-definition
 */
export function readSparkJobRequest(body: JsonObject, { settings }: SparkJob): SparkJobRequest {
  const data = optionalObject(body.executionData, "executionData");
  const executableFile = text(data.executableFile) ?? text(settings.executableFile);
  const lakehouse = readReference(data.defaultLakehouseId) ?? byId(settings.defaultLakehouseArtifactId);
  const environment = readReference(data.environmentId) ?? byId(settings.environmentArtifactId);
  const uris = data.additionalLibraryUris ?? settings.additionalLibraryUris;
  return {
    ...(executableFile ? { executableFile } : {}),
    ...(lakehouse ? { lakehouse } : {}),
    ...(environment ? { environment } : {}),
    // How the service treats quotes is not documented; "The arguments are space separated".
    arguments: (text(data.commandLineArguments) ?? text(settings.commandLineArguments) ?? "")
      .split(/\s+/)
      .filter(Boolean),
    libraryUris: Array.isArray(uris) ? uris.map(String) : [],
  };
}

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

const byId = (value: unknown): ItemReference | undefined => {
  const id = text(value);
  return id === undefined || /^[0-]*$/.test(id) ? undefined : { id };
};
