import os from "node:os";
import type { AzureDevOps } from "./connection.ts";
import { areaUrl, resourcePath } from "./locations.ts";

// The ids and the version of the API that Microsoft's UniversalPackages task asks
// (microsoft/azure-pipelines-tasks-common-packages, ArtifactToolUtilities.ts).
const blobstoreArea = "5294ef93-12a1-4d13-8671-9d9d014072c8";
const releaseLocation = "187ec90d-dd1e-4ec6-8c57-937d979261e5";
const apiVersion = "5.0-preview";

export interface ToolRelease {
  version: string;
  /** A zip; the address contains its own permission and must not be logged. */
  uri: string;
}

/** The current release of a tool that the organisation hands out, for this machine. */
export async function toolRelease(devops: AzureDevOps, toolName: string): Promise<ToolRelease> {
  const url = await areaUrl(devops, blobstoreArea, "the blob store");
  const path = await resourcePath(devops, {
    url,
    area: "clienttools",
    locationId: releaseLocation,
    values: { toolName },
  });
  return devops.at(url).json<ToolRelease>({
    method: "GET",
    path,
    query: {
      osName: os.type() === "Windows_NT" ? "windows" : os.type(),
      arch: os.arch() === "x64" ? "amd64" : os.arch(),
      "api-version": apiVersion,
    },
    attempted: `look up the current ${toolName}`,
    answer: { version: "string", uri: "string" },
  });
}
