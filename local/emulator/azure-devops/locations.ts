/** The route of a kind of resource. */
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
  { id: "965220d5-5bb9-42cf-8d67-9b146df2a5a4", name: "build" },
  { id: "a85b8835-c1a1-4aac-ae97-1c3d0ba72dbd", name: "distributedtask" },
  { id: "4e080c62-fa21-4fbc-8fef-2a10a2b38049", name: "git" },
  { id: "c2aa639c-3ccc-4740-b3b6-ce2a1e1d984e", name: "Test" },
  { id: "c83eaf52-edf3-4034-ae11-17d38f25404c", name: "testresults" },
];

/** Id, area, name and route of each resource. Clients ask for those of an area before they first use it. */
const table: readonly (readonly [string, string, string, string])[] = [
  ["00d9565f-ed9c-4a06-9a50-00e7896ccab4", "Location", "ConnectionData", "_apis/{resource}"],
  ["e81700f7-3be2-46de-8624-2eb35882fcaa", "Location", "ResourceAreas", "_apis/{resource}/{areaId}"],
  [
    "c65009a7-474a-4ad1-8b42-7d852107ef8c",
    "Packaging",
    "Feeds",
    "{project}/_apis/{area}/{resource}/{feedId}",
  ],
  [
    "7a20d846-c929-4acc-9ea2-0d5a7df1b197",
    "Packaging",
    "Packages",
    "{project}/_apis/{area}/Feeds/{feedId}/{resource}/{packageId}",
  ],
  [
    "3b331909-6a86-44cc-b9ec-c1834c35498f",
    "Packaging",
    "Versions",
    "{project}/_apis/{area}/Feeds/{feedId}/Packages/{packageId}/{resource}/{packageVersionId}",
  ],
  [
    "0aaeabd4-85cd-4686-8a77-8d31c15690b8",
    "Packaging",
    "Provenance",
    "{project}/_apis/{area}/Feeds/{feedId}/Packages/{packageId}/Versions/{packageVersionId}/{resource}",
  ],
  [
    "503b4e54-ebf4-4d04-8eee-21c00823c2ac",
    "Provenance",
    "Session",
    "{project}/_apis/{area}/{resource}/{protocol}",
  ],
  ["187ec90d-dd1e-4ec6-8c57-937d979261e5", "clienttools", "release", "_apis/{area}/{toolName}/{resource}"],
  ["0cd358e1-9217-4d94-8269-1c1ee6f93dcf", "build", "Builds", "{project}/_apis/{area}/{resource}/{buildId}"],
  [
    "6e6114b2-8161-44c8-8f6c-c5505782427f",
    "build",
    "tags",
    "{project}/_apis/{area}/builds/{buildId}/{resource}/{*tag}",
  ],
  [
    "f2192269-89fa-4f94-baf6-8fb128c55159",
    "build",
    "attachments",
    "{project}/_apis/{area}/builds/{buildId}/{resource}/{type}",
  ],
  [
    "af5122d3-3438-485e-a25a-2dbbfde84ee6",
    "build",
    "attachments",
    "{project}/_apis/{area}/builds/{buildId}/{timelineId}/{recordId}/{resource}/{type}/{name}",
  ],
  [
    "8baac422-4c6e-4de5-8532-db96d92acffa",
    "build",
    "timeline",
    "{project}/_apis/{area}/builds/{buildId}/{resource}/{timelineId}",
  ],
  [
    "1db06c96-014e-44e1-ac91-90b2d4b3e984",
    "build",
    "artifacts",
    "{project}/_apis/{area}/builds/{buildId}/{resource}/{artifactName}",
  ],
  [
    "8572b1fc-2482-47fa-8f74-7e3ed53ee54b",
    "distributedtask",
    "environments",
    "{project}/_apis/{area}/{resource}/{environmentId}",
  ],
  [
    "51bb5d21-4305-4ea6-9dbb-b7488af73334",
    "distributedtask",
    "environmentdeploymentrecords",
    "{project}/_apis/{area}/environments/{environmentId}/{resource}",
  ],
  [
    "7898f959-9cdf-4096-b29e-7f293031629e",
    "distributedtask",
    "attachments",
    "{scopeIdentifier}/_apis/{area}/hubs/{hubName}/plans/{planId}/timelines/{timelineId}/records/{recordId}/{resource}/{type}/{name}",
  ],
  [
    "225f7195-f9c7-4d14-ab28-a83f7ff77e1f",
    "git",
    "repositories",
    "{project}/_apis/{area}/{resource}/{repositoryId}",
  ],
  [
    "01a46dea-7d46-4d40-bc84-319e7c260d99",
    "git",
    "pullRequests",
    "{project}/_apis/{area}/{resource}/{pullRequestId}",
  ],
  [
    "9946fd70-0d40-406e-b686-b4744cbbcc37",
    "git",
    "pullRequests",
    "{project}/_apis/{area}/repositories/{repositoryId}/{resource}/{pullRequestId}",
  ],
  [
    "ab6e2e5d-a0b7-4153-b64a-a4efe0d49449",
    "git",
    "threads",
    "{project}/_apis/{area}/repositories/{repositoryId}/pullRequests/{pullRequestId}/{resource}/{threadId}",
  ],
  [
    "965a3ec7-5ed8-455a-bdcb-835a5ea7fe7b",
    "git",
    "comments",
    "{project}/_apis/{area}/repositories/{repositoryId}/pullRequests/{pullRequestId}/threads/{threadId}/{resource}/{commentId}",
  ],
  [
    "b5f6bb4f-8d1e-4d79-8d11-4c9172c99c35",
    "git",
    "statuses",
    "{project}/_apis/{area}/repositories/{repositoryId}/pullRequests/{pullRequestId}/{resource}/{statusId}",
  ],
  ["cadb3810-d47d-4a3c-a234-fe5f3be50138", "Test", "Runs", "{project}/_apis/{area}/{resource}/{runId}"],
  [
    "4637d869-3a76-4468-8057-0bb02aa385cf",
    "Test",
    "Results",
    "{project}/_apis/{area}/Runs/{runId}/{resource}/{testCaseResultId}",
  ],
  [
    "4f004af4-a507-489c-9b13-cb62060beb11",
    "Test",
    "Attachments",
    "{project}/_apis/{area}/Runs/{runId}/{resource}/{attachmentId}",
  ],
  [
    "2bffebe9-2f0f-4639-9af8-56129e9fed2d",
    "Test",
    "Attachments",
    "{project}/_apis/{area}/Runs/{runId}/Results/{testCaseResultId}/{resource}/{attachmentId}",
  ],
  [
    "e009fa95-95a5-4ad4-9681-590043ce2423",
    "testresults",
    "resultsummarybybuild",
    "{project}/_apis/{area}/{resource}",
  ],
  [
    "f48cc885-dbc4-4efc-ab19-ae8c19d1e02a",
    "testresults",
    "resultsbybuild",
    "{project}/_apis/{area}/{resource}",
  ],
];

export const locations: readonly Location[] = table.map(([id, area, resourceName, routeTemplate]) => ({
  ...{ id, area, resourceName, routeTemplate },
}));
