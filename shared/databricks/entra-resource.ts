/**
 * The resource of Entra tokens for Azure Databricks, in every cloud.
 * https://learn.microsoft.com/azure/databricks/dev-tools/service-prin-aad-token
 */
export const databricksResource = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d";
