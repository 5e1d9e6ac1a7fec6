import { randomUUID } from "node:crypto";
import { Refusal } from "../http/reply.ts";

interface ErrorOptions {
  headers?: Record<string, string>;
  isRetriable?: boolean;
  relatedResource?: { resourceId: string; resourceType: string };
  moreDetails?: { errorCode: string; message: string }[];
}

/**
 * The form of every error of the Fabric REST API, with the code in a header too.
 * Source: https://learn.microsoft.com/rest/api/fabric/articles/error-handling
 */
export function fabricError(
  status: number,
  errorCode: string,
  message: string,
  options: ErrorOptions = {},
): Refusal {
  const requestId = randomUUID();
  const { headers = {}, isRetriable = false, moreDetails, relatedResource } = options;
  return new Refusal({
    status,
    headers: { requestid: requestId, "x-ms-public-api-error-code": errorCode, ...headers },
    body: {
      requestId,
      errorCode,
      message,
      isRetriable,
      ...(moreDetails ? { moreDetails } : {}),
      ...(relatedResource ? { relatedResource } : {}),
    },
  });
}

export const invalidInput = (message: string) =>
  fabricError(400, "InvalidInput", "The request has an invalid input", {
    moreDetails: [{ errorCode: "InvalidParameter", message }],
  });

export const insufficientPrivileges = () =>
  fabricError(
    403,
    "InsufficientPrivileges",
    "The caller does not have sufficient permissions to perform this operation",
  );
