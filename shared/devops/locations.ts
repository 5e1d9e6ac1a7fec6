import { RequestError } from "../http/errors.ts";
import type { AzureDevOps } from "./connection.ts";

/** A resource of the organisation's REST API, as `OPTIONS _apis/{area}` describes it. */
interface Location {
  id: string;
  area: string;
  resourceName: string;
  /** Such as `{project}/_apis/{area}/{resource}/{id}`. */
  routeTemplate: string;
}

/** Where an area of the API is served: some have hosts of their own, which differ between organisations. */
export async function areaUrl(devops: AzureDevOps, areaId: string, area: string): Promise<string> {
  const attempted = `find the address of ${area}`;
  const path = `_apis/resourceAreas/${areaId}`;
  try {
    const answer = await devops.at(devops.collectionUrl).json<{ locationUrl?: string | null } | null>({
      method: "GET",
      path,
      attempted,
      answer: [{ "locationUrl?": "string" }, null],
    });
    const url = answer?.locationUrl;
    if (!url) return devops.collectionUrl;
    return url.endsWith("/") ? url : `${url}/`;
  } catch (error) {
    // Azure DevOps Server has no such list: all its areas are at the collection.
    if (error instanceof RequestError && error.kind === "notFound") return devops.collectionUrl;
    throw error;
  }
}

/** The path of a resource, relative to its area's address, with `values` for the parts of its route; others are left out. */
export async function resourcePath(
  devops: AzureDevOps,
  request: { url: string; area: string; locationId: string; values: Record<string, string> },
): Promise<string> {
  const attempted = `find the routes of ${request.area}`;
  const { value } = await devops.at(request.url).json<{ value: Location[] }>({
    method: "OPTIONS",
    path: `_apis/${request.area}`,
    attempted,
    answer: {
      value: [{ id: "string", area: "string", resourceName: "string", routeTemplate: "string" }],
    },
  });
  const location = value.find(({ id }) => id.toLowerCase() === request.locationId);
  if (!location)
    throw new RequestError({
      kind: "badAnswer",
      attempted,
      on: new URL(request.url).host,
      cameBack: `has no resource ${request.locationId}`,
    });
  const values: Record<string, string> = {
    ...request.values,
    area: location.area,
    resource: location.resourceName,
  };
  return location.routeTemplate
    .split("/")
    .map((part) =>
      part.replace(/^\{\*?(\w+)\}$/, (_, name: string) => encodeURIComponent(values[name] ?? "")),
    )
    .filter((part) => part !== "")
    .join("/");
}
