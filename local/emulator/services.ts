import { azureDevOps } from "./azure-devops/index.ts";
import { databricks } from "./databricks/index.ts";
import { entra } from "./entra/index.ts";
import { fabric } from "./fabric/index.ts";
import { keyVault } from "./key-vault/index.ts";
import { oneLake } from "./onelake/index.ts";

/** The services of the local workspace in the order in which they start: each may use those before it. */
export const services = { entra, azureDevOps, keyVault, databricks, fabric, oneLake };

export type ServiceDefinitions = (typeof services)[keyof typeof services];
