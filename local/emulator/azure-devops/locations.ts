/** The route of a kind of resource. */
export interface Location {
  id: string;
  area: string;
  resourceName: string;
  routeTemplate: string;
}

/** Id, area, name and route of each resource. Clients ask for those of an area before they first use it. */
const served = `
00d9565f-ed9c-4a06-9a50-00e7896ccab4 Location ConnectionData _apis/{resource}
e81700f7-3be2-46de-8624-2eb35882fcaa Location ResourceAreas _apis/{resource}/{areaId}
c65009a7-474a-4ad1-8b42-7d852107ef8c Packaging Feeds {project}/_apis/{area}/{resource}/{feedId}
7a20d846-c929-4acc-9ea2-0d5a7df1b197 Packaging Packages {project}/_apis/{area}/Feeds/{feedId}/{resource}/{packageId}
3b331909-6a86-44cc-b9ec-c1834c35498f Packaging Versions {project}/_apis/{area}/Feeds/{feedId}/Packages/{packageId}/{resource}/{packageVersionId}
0aaeabd4-85cd-4686-8a77-8d31c15690b8 Packaging Provenance {project}/_apis/{area}/Feeds/{feedId}/Packages/{packageId}/Versions/{packageVersionId}/{resource}
503b4e54-ebf4-4d04-8eee-21c00823c2ac Provenance Session {project}/_apis/{area}/{resource}/{protocol}
187ec90d-dd1e-4ec6-8c57-937d979261e5 clienttools release _apis/{area}/{toolName}/{resource}
0cd358e1-9217-4d94-8269-1c1ee6f93dcf build Builds {project}/_apis/{area}/{resource}/{buildId}
6e6114b2-8161-44c8-8f6c-c5505782427f build tags {project}/_apis/{area}/builds/{buildId}/{resource}/{*tag}
f2192269-89fa-4f94-baf6-8fb128c55159 build attachments {project}/_apis/{area}/builds/{buildId}/{resource}/{type}
af5122d3-3438-485e-a25a-2dbbfde84ee6 build attachments {project}/_apis/{area}/builds/{buildId}/{timelineId}/{recordId}/{resource}/{type}/{name}
8baac422-4c6e-4de5-8532-db96d92acffa build timeline {project}/_apis/{area}/builds/{buildId}/{resource}/{timelineId}
1db06c96-014e-44e1-ac91-90b2d4b3e984 build artifacts {project}/_apis/{area}/builds/{buildId}/{resource}/{artifactName}
8572b1fc-2482-47fa-8f74-7e3ed53ee54b distributedtask environments {project}/_apis/{area}/{resource}/{environmentId}
51bb5d21-4305-4ea6-9dbb-b7488af73334 distributedtask environmentdeploymentrecords {project}/_apis/{area}/environments/{environmentId}/{resource}
7898f959-9cdf-4096-b29e-7f293031629e distributedtask attachments {scopeIdentifier}/_apis/{area}/hubs/{hubName}/plans/{planId}/timelines/{timelineId}/records/{recordId}/{resource}/{type}/{name}
225f7195-f9c7-4d14-ab28-a83f7ff77e1f git repositories {project}/_apis/{area}/{resource}/{repositoryId}
01a46dea-7d46-4d40-bc84-319e7c260d99 git pullRequests {project}/_apis/{area}/{resource}/{pullRequestId}
9946fd70-0d40-406e-b686-b4744cbbcc37 git pullRequests {project}/_apis/{area}/repositories/{repositoryId}/{resource}/{pullRequestId}
ab6e2e5d-a0b7-4153-b64a-a4efe0d49449 git threads {project}/_apis/{area}/repositories/{repositoryId}/pullRequests/{pullRequestId}/{resource}/{threadId}
965a3ec7-5ed8-455a-bdcb-835a5ea7fe7b git comments {project}/_apis/{area}/repositories/{repositoryId}/pullRequests/{pullRequestId}/threads/{threadId}/{resource}/{commentId}
b5f6bb4f-8d1e-4d79-8d11-4c9172c99c35 git statuses {project}/_apis/{area}/repositories/{repositoryId}/pullRequests/{pullRequestId}/{resource}/{statusId}
cadb3810-d47d-4a3c-a234-fe5f3be50138 Test Runs {project}/_apis/{area}/{resource}/{runId}
4637d869-3a76-4468-8057-0bb02aa385cf Test Results {project}/_apis/{area}/Runs/{runId}/{resource}/{testCaseResultId}
4f004af4-a507-489c-9b13-cb62060beb11 Test Attachments {project}/_apis/{area}/Runs/{runId}/{resource}/{attachmentId}
2bffebe9-2f0f-4639-9af8-56129e9fed2d Test Attachments {project}/_apis/{area}/Runs/{runId}/Results/{testCaseResultId}/{resource}/{attachmentId}
e009fa95-95a5-4ad4-9681-590043ce2423 testresults resultsummarybybuild {project}/_apis/{area}/{resource}
f48cc885-dbc4-4efc-ab19-ae8c19d1e02a testresults resultsbybuild {project}/_apis/{area}/{resource}
42a8502a-6785-41bc-8c16-89477d930877 Packaging Views {project}/_apis/{area}/Feeds/{feedId}/{resource}/{viewId}
72f61ca4-e07c-4eca-be75-6c0b2f3f4051 upack Versions {project}/_apis/packaging/feeds/{feedId}/{area}/packages/{packageName}/versions/{packageVersion}
603fe2ac-9723-48b9-88ad-09305aa6c6e1 core projects _apis/{resource}/{*projectId}
4976a71a-4487-49aa-8aab-a1eda469037a core properties _apis/projects/{projectId}/{resource}
a5d28130-9cd2-40fa-9f08-902e7daa9efb git pullRequests {project}/_apis/{area}/{resource}
dbeaf647-6167-421a-bda9-c9327b25e2e6 build Definitions {project}/_apis/{area}/{resource}/{definitionId}
f5b09dd5-9d54-45a1-8b5a-1c8287d634cc distributedtask variablegroups {project}/_apis/{area}/{resource}/{groupId}
e85f1c62-adfc-4b74-b618-11a150fb195e serviceendpoint endpoints {project}/_apis/{area}/{resource}/{endpointId}
f83735dc-483f-4238-a291-d45f6080a9af Profile Profiles _apis/{area}/{resource}/{id}
`;

/**
 * Resources that clients ask for and the local workspace does not have. With their routes, clients send the request, and get the 501 that
 * names it, instead of saying that the organisation is too old for them.
 */
const notServed = `
35a80daf-7f30-45fc-86e8-6b813d9c90df build logs {project}/_apis/{area}/builds/{buildId}/{resource}/{logId}
54572c7b-bbd3-45d4-80dc-28be08941620 build changes {project}/_apis/{area}/builds/{buildId}/{resource}
5a21f5d2-5642-47e4-a0bd-1356e6731bee build workitems {project}/_apis/{area}/builds/{buildId}/{resource}
0a6312e9-0627-49b7-8083-7d74a64849c9 build properties {project}/_apis/{area}/builds/{buildId}/{resource}
54481611-01f4-47f3-998f-160da0f0c229 build latest {project}/_apis/{area}/{resource}/{*definition}
d84ac5c6-edc7-43d5-adc9-1b34be5dea09 build tags {project}/_apis/{area}/{resource}/{*tag}
272051e4-9af1-45b5-ae22-8d960a5539d4 build leases {project}/_apis/{area}/retention/{resource}/{leaseId}
b8aac6c9-744b-46e1-88fc-3550969f9313 build stages {project}/_apis/{area}/builds/{buildId}/{resource}/{stageRefName}
82aea7e8-9501-45dd-ac58-b069aa73b926 git repositoriesPaged _apis/{area}/{projectId}/{resource}
2d874a60-a811-4f62-9c9f-963a6ea0a55b git refs {project}/_apis/{area}/repositories/{repositoryId}/{resource}/{*filter}
fb93c0db-47ed-4a31-8c20-47552878fb44 git items {project}/_apis/{area}/repositories/{repositoryId}/{resource}/{*path}
c2570c3b-5b3f-41b8-98bf-5407bfde8d58 git commits {project}/_apis/{area}/repositories/{repositoryId}/{resource}/{commitId}
ea98d07b-3c87-4971-8ede-a613694ffb55 git pushes {project}/_apis/{area}/repositories/{repositoryId}/{resource}/{pushId}
d5b216de-d8d5-4d32-ae76-51df755b16d3 git branches {project}/_apis/{area}/repositories/{repositoryId}/stats/{resource}
52823034-34a8-4576-922c-8d8b77e9e4c4 git pullRequestCommits {project}/_apis/{area}/repositories/{repositoryId}/pullRequests/{pullRequestId}/commits
d43911ee-6958-46b0-a42b-8445b8a0d004 git pullRequestIterations {project}/_apis/{area}/repositories/{repositoryId}/pullRequests/{pullRequestId}/iterations/{iterationId}
f22387e3-984e-4c52-9c6d-fbb8f14c812d git pullRequestLabels {project}/_apis/{area}/repositories/{repositoryId}/pullRequests/{pullRequestId}/labels/{labelIdOrName}
4b6702c7-aa35-4b89-9c96-b9abf6d3e540 git pullRequestReviewers {project}/_apis/{area}/repositories/{repositoryId}/pullRequests/{pullRequestId}/reviewers/{reviewerId}
d30a3dd1-f8ba-442a-b86a-bd0c0c383e59 core teams _apis/projects/{projectId}/{resource}/{*teamId}
900fa995-c559-4923-aae7-f8424fe4fbea distributedtask queues {project}/_apis/{area}/{resource}/{queueId}
a8c47e17-4d56-4a56-92bb-de7ea7dc65be distributedtask pools _apis/{area}/{resource}/{poolId}
ef5b7057-ffc3-4c77-bbad-c10b4a4abcc7 distributedtask variablegroups _apis/{area}/{resource}/{groupId}
14e48fdc-2c8b-41ce-a0c3-e26f6cc55bd0 serviceendpoint endpoints _apis/{area}/{resource}/{endpointId}
28e1305e-2afe-47bf-abaf-cbb0e6a91988 pipelines pipelines {project}/_apis/{resource}/{pipelineId}
7859261e-d2e9-4a68-b820-a5d84cc5bb3d pipelines runs {project}/_apis/{area}/{pipelineId}/{resource}/{runId}
85023071-bd5e-4438-89b0-2a5bf362a19d pipelines artifacts {project}/_apis/{area}/{pipelineId}/runs/{runId}/{resource}
fb1b6d27-3957-43d5-a14b-a2d70403e545 pipelines logs {project}/_apis/{area}/{pipelineId}/runs/{runId}/{resource}/{logId}
53df2d18-29ea-46a9-bee0-933540f80abf pipelines preview {project}/_apis/{area}/{pipelineId}/{resource}
d146ac7e-9e3f-4448-b956-f9bb3bdf9b2e pypi Versions {project}/_apis/packaging/feeds/{feedId}/{area}/packages/{packageName}/versions/{packageVersion}
be8c1476-86a7-44ed-b19d-aec0e9275cd8 Packaging Permissions {project}/_apis/{area}/Feeds/{feedId}/{resource}
364538f9-8062-4ce0-b024-75a0fb463f0d testresults runs {project}/_apis/{area}/{resource}/{runId}
02afa165-e79a-4d70-8f0c-2af0f35b4e07 testresults results {project}/_apis/{area}/runs/{runId}/{resource}/{testCaseResultId}
`;

export const locations: readonly Location[] = `${served}${notServed}`
  .split("\n")
  .filter(Boolean)
  .map((line) => {
    const [id = "", area = "", resourceName = "", routeTemplate = ""] = line.split(" ");
    return { id, area, resourceName, routeTemplate };
  });
