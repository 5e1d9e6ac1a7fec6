import { Refusal } from "../http/reply.ts";

/**
 * `{error_code, message}`, the form of every error of the Databricks REST API.
 * Source: https://docs.databricks.com/aws/en/error-messages/ and https://docs.databricks.com/api/azure/workspace/introduction
 */
export function apiError(
  status: number,
  errorCode: string,
  message: string,
  headers: Record<string, string> = {},
): Refusal {
  return new Refusal({ status, headers, body: { error_code: errorCode, message } });
}

export const invalidParameter = (message: string) => apiError(400, "INVALID_PARAMETER_VALUE", message);
export const doesNotExist = (message: string) => apiError(404, "RESOURCE_DOES_NOT_EXIST", message);
export const invalidState = (message: string) => apiError(400, "INVALID_STATE", message);
export const alreadyExists = (message: string) => apiError(400, "RESOURCE_ALREADY_EXISTS", message);

/**
 * The platform's gateway refuses a credential with a number as the error code, unlike all other errors:
 * https://github.com/databricks/databricks-sdk-go/issues/873.
 */
export function credentialError(status: 401 | 403, message: string): Refusal {
  const headers = { "x-databricks-reason-phrase": message };
  return new Refusal({ status, headers, body: { error_code: status, message } });
}
