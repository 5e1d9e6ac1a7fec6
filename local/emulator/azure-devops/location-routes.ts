import { ok, type Reply } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import type { Route } from "../http/route.ts";
import type { Access } from "./access.ts";
import { collection, refuse } from "./dialect.ts";
import { EnumerationValue } from "./enumeration.ts";
import { type Location, locations } from "./locations.ts";
import { organisationName } from "./organisation.ts";
import { type ResourceArea, resourceAreas } from "./resource-areas.ts";

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
    const options = request.query.get("connectOptions")?.toLowerCase() ?? "none";
    if (options !== "none" && options !== "0") {
      const message = `The local workspace does not support the value ${options} of connectOptions: it has no service definitions.`;
      refuse(501, "NotImplementedException", message);
    }
    const user = { id, providerDisplayName: name, isActive: true };
    const deploymentType = new EnumerationValue("hosted", { 1: "hosted", 2: "onPremises" });
    return ok({ authenticatedUser: user, authorizedUser: user, instanceId, deploymentType });
  };
  const base = "/{organisation}/_apis";
  // Without an organisation in the path, clients name it in the query.
  const areaPath = "/{organisation?}/_apis/resourceAreas";
  const areaQuery = ["accountName", "organizationName"];
  const optionsQuery = ["allHostTypes"];
  return [
    { method: "OPTIONS", path: base, source: sourceDocs, query: optionsQuery, handle: options },
    { method: "OPTIONS", path: `${base}/{area}`, source: sourceDocs, query: optionsQuery, handle: options },
    // Azure DevOps itself, where azure-devops for Python looks for what the organisation does not have.
    {
      method: "OPTIONS",
      path: "/_apis",
      source: sourceDocs,
      query: optionsQuery,
      handle: () => collection([]),
    },
    {
      method: "GET",
      path: areaPath,
      source: areas,
      query: areaQuery,
      handle: (request) => collection(resourceAreas.map((known) => areaBody(known, request))),
    },
    { method: "GET", path: `${areaPath}/{area}`, source: areas, query: areaQuery, handle: area },
    {
      method: "GET",
      path: `${base}/connectionData`,
      source: sourceDocs,
      query: ["connectOptions", "lastChangeId", "lastChangeId64"],
      handle: connection,
    },
  ];
}

/** Locally each area is on the organisation's own URL. */
function areaBody(area: ResourceArea, request: ServiceRequest) {
  const { query, parameters, url } = request;
  const organisation =
    parameters.organisation ?? query.get("accountName") ?? query.get("organizationName") ?? organisationName;
  return { ...area, locationUrl: `${url.origin}/${encodeURIComponent(organisation)}/` };
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
