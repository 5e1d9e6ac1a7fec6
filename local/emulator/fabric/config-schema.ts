import {
  choice,
  type Fields,
  file,
  list,
  number,
  object,
  required,
  text,
  textOrObject,
} from "../config-schema/schema.ts";
import type {
  FabricConfig,
  FabricEnvironmentConfig,
  FabricNotebookConfig,
  FabricTenantConfig,
  LakehouseConfig,
} from "./config.ts";

export const fabricFields: Fields<FabricConfig> = {
  fabric: object<FabricTenantConfig>({
    workspaces: list(
      object({
        name: required(text),
        id: text,
        capacity: text,
        lakehouses: list(textOrObject<LakehouseConfig>({ name: required(text), id: text, files: file })),
        environments: list(
          textOrObject<FabricEnvironmentConfig>({ name: required(text), id: text, libraries: list(text) }),
        ),
        notebooks: list(textOrObject<FabricNotebookConfig>({ name: required(text), id: text, file })),
        sparkJobDefinitions: list(text),
      }),
    ),
    capacities: list(object({ name: required(text), id: text, state: choice("Active", "Paused") })),
    retryAfterSeconds: number({ min: 0, isWhole: true }),
    operationSeconds: number({ min: 0 }),
    jobStartSeconds: number({ min: 0 }),
    concurrentJobs: number({ min: 1, isWhole: true }),
    requestsPerMinute: number({ min: 1, isWhole: true }),
    pageSize: number({ min: 1, isWhole: true }),
    nameReservedSeconds: number({ min: 0 }),
  }),
};
