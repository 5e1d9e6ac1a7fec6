import { ok, type Reply } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import type { Route } from "../http/route.ts";
import type { Access } from "./access.ts";

const SOURCE = "https://github.com/microsoft/azure-devops-node-api/blob/master/api/VsoClient.ts";

interface Location {
  id: string;
  area: string;
  resourceName: string;
  routeTemplate: string;
}

/** Where the organisation's resources are: clients ask by `OPTIONS _apis/{area}` before their first call of an area. */
const locations: readonly Location[] = [
  {
    id: "00d9565f-ed9c-4a06-9a50-00e7896ccab4",
    area: "Location",
    resourceName: "ConnectionData",
    routeTemplate: "_apis/{resource}",
  },
  {
    id: "e81700f7-3be2-46de-8624-2eb35882fcaa",
    area: "Location",
    resourceName: "ResourceAreas",
    routeTemplate: "_apis/{resource}/{areaId}",
  },
  {
    id: "c65009a7-474a-4ad1-8b42-7d852107ef8c",
    area: "Packaging",
    resourceName: "Feeds",
    routeTemplate: "{project}/_apis/{area}/{resource}/{feedId}",
  },
  {
    id: "7a20d846-c929-4acc-9ea2-0d5a7df1b197",
    area: "Packaging",
    resourceName: "Packages",
    routeTemplate: "{project}/_apis/{area}/Feeds/{feedId}/{resource}/{packageId}",
  },
];

/** How clients find their way around an organisation, and who they are there. */
export function locationRoutes(access: Access, instanceId: string): Route[] {
  const options = (request: ServiceRequest): Reply => {
    const wanted = request.parameters.area?.toLowerCase();
    const found = locations.filter(({ area }) => wanted === undefined || area.toLowerCase() === wanted);
    return ok({ count: found.length, value: found.map(locationBody) });
  };
  return [
    { method: "OPTIONS", path: "/{organisation}/_apis", source: SOURCE, handle: options },
    { method: "OPTIONS", path: "/{organisation}/_apis/{area}", source: SOURCE, handle: options },
    {
      method: "GET",
      path: "/{organisation}/_apis/{resource=resourceAreas|ResourceAreas}",
      source: SOURCE,
      // No area has a host of its own, so clients stay with the organisation's URL.
      handle: () => ok({ count: 0, value: null }),
    },
    {
      method: "GET",
      path: "/{organisation}/_apis/{resource=connectionData|ConnectionData}",
      source: SOURCE,
      handle: (request) => {
        const { id, name } = access.identify(request);
        const user = { id, providerDisplayName: name, isActive: true };
        return ok({ authenticatedUser: user, authorizedUser: user, instanceId, deploymentType: "hosted" });
      },
    },
  ];
}

function locationBody(location: Location) {
  return {
    ...location,
    resourceVersion: 1,
    minVersion: "1.0",
    maxVersion: "7.2",
    releasedVersion: "7.1",
  };
}
