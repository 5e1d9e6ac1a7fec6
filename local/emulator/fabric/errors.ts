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

export const entityNotFound = () =>
  fabricError(404, "EntityNotFound", "The requested resource could not be found");

export const itemNotFound = (resourceId: string) =>
  fabricError(404, "ItemNotFound", "The requested item was not found", {
    relatedResource: { resourceId, resourceType: "Item" },
  });

export const folderNotFound = (resourceId: string) =>
  fabricError(404, "FolderNotFound", "The requested folder was not found in the workspace", {
    relatedResource: { resourceId, resourceType: "Folder" },
  });

/** The code is Microsoft's; users report it with status 404. */
export const capacityNotActive = (capacityId: string) =>
  fabricError(
    404,
    "CapacityNotActive",
    "Unable to complete the action because this Fabric capacity is currently paused",
    { relatedResource: { resourceId: capacityId, resourceType: "Capacity" } },
  );
