import { ok, type Reply } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import type { Route } from "../http/route.ts";
import type { Access } from "./access.ts";
import { collection, refuse } from "./dialect.ts";
import { type Location, locations, type ResourceArea, resourceAreas } from "./locations.ts";

const sourceDocs = "https://github.com/microsoft/azure-devops-node-api/blob/master/api/VsoClient.ts";
const areas = "https://learn.microsoft.com/azure/devops/extend/develop/work-with-urls";

/** By these routes clients find the resources of an organisation, and their own identity. */
export function locationRoutes(access: Access, instanceId: string): Route[] {
  const options = (request: ServiceRequest): Reply => {
    const wantedArea = request.parameters.area?.toLowerCase();
    const found = locations.filter(
      ({ area }) => wantedArea === undefined || area.toLowerCase() === wantedArea,
    );
    return collection(found.map(locationBody));
  };
  const area = (request: ServiceRequest): Reply => {
    const id = request.parameter("area").toLowerCase();
    const found = resourceAreas.find((known) => known.id === id);
    return found
      ? ok(areaBody(found, request))
      : refuse(404, "ResourceAreaNotFoundException", `The local workspace has no resource area ${id}.`);
  };
  const connection = (request: ServiceRequest): Reply => {
    const { id, name } = access.identify(request);
    const user = { id, providerDisplayName: name, isActive: true };
    return ok({ authenticatedUser: user, authorizedUser: user, instanceId, deploymentType: "hosted" });
  };
  const base = "/{organisation}/_apis";
  return [
    { method: "OPTIONS", path: base, source: sourceDocs, handle: options },
    { method: "OPTIONS", path: `${base}/{area}`, source: sourceDocs, handle: options },
    {
      method: "GET",
      path: `${base}/resourceAreas`,
      source: areas,
      handle: (request) => collection(resourceAreas.map((known) => areaBody(known, request))),
    },
    { method: "GET", path: `${base}/resourceAreas/{area}`, source: areas, handle: area },
    { method: "GET", path: `${base}/connectionData`, source: sourceDocs, handle: connection },
  ];
}

/** Locally each area is on the organisation's own URL. */
function areaBody(area: ResourceArea, request: ServiceRequest) {
  return { ...area, locationUrl: `${request.url.origin}/${request.parameter("organisation")}/` };
}

function locationBody(location: Location) {
  return {
    ...location,
    resourceVersion: 7,
    minVersion: "1.0",
    maxVersion: "7.2",
    releasedVersion: "7.1",
  };
}
