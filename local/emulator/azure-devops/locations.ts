/** Where a kind of resource is. */
export interface Location {
  id: string;
  area: string;
  resourceName: string;
  routeTemplate: string;
}

/** An area of resources, which may have a host of its own in the cloud. */
export interface ResourceArea {
  id: string;
  name: string;
}

/** The areas of which the local Azure DevOps has resources, with the ids that clients know them by. */
export const resourceAreas: readonly ResourceArea[] = [
  { id: "7ab4e64e-c4d8-4f50-ae73-5ef2e21642a5", name: "Packaging" },
  { id: "d397749b-f115-4027-b6dd-77a65dd10d21", name: "upack" },
  { id: "5294ef93-12a1-4d13-8671-9d9d014072c8", name: "blob" },
  { id: "3fda18ba-dff2-42e6-8d10-c521b23b85fc", name: "clienttools" },
];

/** Clients ask by `OPTIONS _apis/{area}` before their first call of an area. */
export const locations: readonly Location[] = [
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
  {
    id: "3b331909-6a86-44cc-b9ec-c1834c35498f",
    area: "Packaging",
    resourceName: "Versions",
    routeTemplate: "{project}/_apis/{area}/Feeds/{feedId}/Packages/{packageId}/{resource}/{packageVersionId}",
  },
  {
    id: "187ec90d-dd1e-4ec6-8c57-937d979261e5",
    area: "clienttools",
    resourceName: "release",
    routeTemplate: "_apis/{area}/{toolName}/{resource}",
  },
];
