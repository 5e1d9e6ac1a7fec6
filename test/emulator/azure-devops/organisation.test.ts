import assert from "node:assert/strict";
import { connectionId } from "../../../local/emulator/azure-devops/oidc-route.ts";
import { type Emulator, startEmulator } from "../../../local/emulator/index.ts";
import { ask } from "../ask.ts";
import { proves } from "../proof.ts";
import { connect, run } from "./node-client.ts";

/** The placeholder of a config for the token of the workspace. */
const tokenName = ["$", "{devopsToken}"].join("");

// The answers have the form of https://learn.microsoft.com/rest/api/azure/devops/, whose page for each route is in docs/emulator.md.
describe("what an organisation contains, by azure-devops-node-api", () => {
  let workspace: Emulator;

  before(async () => {
    const definition = (id: number, name: string) => ({ id, name });
    workspace = await startEmulator({
      config: {
        feeds: ["weather"],
        variableGroups: {
          staging: { FEED: "weather", TOKEN: tokenName },
          prod: {},
        },
        serviceConnections: {
          azure: { type: "azurerm", scheme: "federated" },
          partner: { type: "externaltfs", organisation: "contoso" },
        },
        devops: {
          projects: ["Other"],
          builds: [
            {
              id: 41,
              definition: definition(1, "release"),
              finishTime: "2026-11-20T10:00:00Z",
              result: "failed",
            },
            { id: 42, definition: definition(1, "release"), finishTime: "2026-11-21T10:00:00Z" },
            { id: 43, definition: definition(2, "nightly"), finishTime: "2026-11-19T10:00:00Z" },
            { id: 44, definition: definition(3, "other"), project: "Other" },
          ],
          pullRequests: [7, 8].map((id) => ({
            ...{ id, repository: id === 7 ? "weather" : "storm", title: `Change ${id}` },
            ...{ sourceBranch: `refs/heads/c${id}`, targetBranch: "refs/heads/main" },
          })),
        },
        spark: { master: "none" },
      },
    });
  });

  after(() => workspace.stop());

  it("an organisation lists its projects, and the profile of the caller", async () => {
    const seen = await run(
      workspace,
      `${connect}
      const core = await api.getCoreApi();
      const [local] = await core.getProjects();
      const properties = await core.getProjectProperties(local.id, ["System.SourceControl*"]);
      const profile = await (await api.getProfileApi()).getProfile("me");
      answer([
        (await core.getProjects()).map(({ name, state }) => [name, state]),
        (await core.getProjects("deleted")).length,
        (await core.getProjects(undefined, 1, 1)).map(({ name }) => name),
        (await core.getProject("OTHER", true)).capabilities.versioncontrol.sourceControlType,
        await core.getProject("none"),
        properties, profile.displayName,
      ]);`,
    );

    assert.deepEqual(seen, [
      [
        ["local", "wellFormed"],
        ["Other", "wellFormed"],
      ],
      0,
      ["Other"],
      "Git",
      null,
      [{ name: "System.SourceControlGitEnabled", value: "True" }],
      "Project Collection Build Service (local)",
    ]);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops GET /{organisation}/_apis/projects",
      "azure-devops GET /{organisation}/_apis/projects/{project}",
      "azure-devops GET /{organisation}/_apis/projects/{project}/properties",
      "azure-devops GET /{organisation}/_apis/profile/profiles/{id=me}",
    );
  });

  it("an organisation lists the pipelines whose runs it has", async () => {
    const seen = await run(
      workspace,
      `${connect}
      const build = await api.getBuildApi();
      const names = async (...query) => (await build.getDefinitions("local", ...query)).map(({ name }) => name);
      const last = new Date("2026-11-20T12:00:00Z");
      const one = await build.getDefinition("local", 1, undefined, undefined, undefined, true);
      answer([
        await names(), await names("REL*"), await names("rel"),
        await names(undefined, undefined, undefined, 4), await names(undefined, undefined, undefined, 1),
        await names(undefined, undefined, undefined, undefined, 1),
        await names(undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, last),
        [one.name, one.queueStatus, one.type, one.latestBuild.id, one.repository.name],
        await build.getDefinition("local", 9), (await build.getDefinitions("Other")).length,
      ]);`,
    );

    assert.deepEqual(seen, [
      ["nightly", "release"],
      ["release"],
      [],
      ["release", "nightly"],
      ["nightly", "release"],
      ["nightly"],
      ["release"],
      ["release", 0, 2, 42, "release"],
      null,
      1,
    ]);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops GET /{organisation}/{project}/_apis/build/definitions",
      "azure-devops GET /{organisation}/{project}/_apis/build/definitions/{definition}",
    );
  });

  it("an organisation lists its repositories, and their open pull requests", async () => {
    const seen = await run(
      workspace,
      `${connect}
      const git = await api.getGitApi();
      const ids = (list) => list.map(({ pullRequestId }) => pullRequestId);
      const project = async (criteria, ...page) => ids(await git.getPullRequestsByProject("local", criteria, undefined, ...page));
      answer([
        (await git.getRepositories("local")).map(({ name }) => name),
        await project({}), await project({ status: 1 }), await project({ status: 3 }), await project({ status: 4 }),
        await project({ sourceRefName: "refs/heads/c7" }), await project({}, 1, 1),
        ids(await git.getPullRequests("weather", { status: 1 }, "local")), (await git.getPullRequests("release", {}, "local")).length,
        await refused(project({ creatorId: "x" })),
      ]);`,
    );

    const [names, ...rest] = seen as unknown[][];
    assert.deepEqual(names, ["nightly", "other", "release", "storm", "weather"]);
    assert.deepEqual(rest.slice(0, -1), [[8, 7], [8, 7], [], [8, 7], [7], [7], [7], 0]);
    assert.deepEqual(rest.at(-1), [
      501,
      "The local workspace does not support the query parameter searchCriteria.creatorId of GET /{organisation}/{project}/_apis/git/pullRequests.",
    ]);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops GET /{organisation}/{project?}/_apis/git/repositories",
      "azure-devops GET /{organisation}/{project?}/_apis/git/pullRequests",
      "azure-devops GET /{organisation}/{project?}/_apis/git/repositories/{repository}/pullRequests",
    );
  });

  it("an organisation lists its variable groups without secrets, and its service connections with their clients", async () => {
    const seen = await run(
      workspace,
      `${connect}
      const tasks = await api.getTaskAgentApi();
      const endpoints = await api.getServiceEndpointApi();
      const groups = async (...query) => (await tasks.getVariableGroups("local", ...query)).map(({ name }) => name);
      const [staging] = await tasks.getVariableGroups("local", "stag*");
      const [azure] = await endpoints.getServiceEndpointsByNames("local", ["azure"]);
      answer([
        await groups(), await groups(undefined, undefined, undefined, undefined, 0),
        (await tasks.getVariableGroup("local", staging.id)).name, staging.variables.FEED, staging.variables.TOKEN,
        [azure.id, azure.authorization.scheme, azure.authorization.parameters.serviceprincipalid],
        (await endpoints.getServiceEndpoints("local")).map(({ name, type }) => [name, type]),
        (await endpoints.getServiceEndpoints("local", "externaltfs")).length,
        (await endpoints.getServiceEndpointDetails("local", azure.id)).name,
      ]);`,
    );

    assert.deepEqual(seen, [
      ["prod", "staging"],
      ["staging", "prod"],
      "staging",
      { value: "weather" },
      { value: null, isSecret: true },
      [
        connectionId("azure"),
        "WorkloadIdentityFederation",
        workspace.ready.serviceConnections.azure?.clientId,
      ],
      [
        ["azure", "azurerm"],
        ["partner", "externaltfs"],
      ],
      1,
      "azure",
    ]);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops GET /{organisation}/{project}/_apis/distributedtask/variablegroups",
      "azure-devops GET /{organisation}/{project}/_apis/distributedtask/variablegroups/{group}",
      "azure-devops GET /{organisation}/{project}/_apis/serviceendpoint/endpoints",
      "azure-devops GET /{organisation}/{project}/_apis/serviceendpoint/endpoints/{endpoint}",
    );
  });

  // https://github.com/microsoft/azure-devops-python-api/blob/dev/azure-devops/azure/devops/connection.py: without the area in this list,
  // the client asks app.vssps.visualstudio.com with its token.
  it("an organisation names a local address for each area that clients look up", async () => {
    const { devopsUrl } = workspace.ready;
    const areas = JSON.parse((await ask(workspace, "GET", `${devopsUrl}/_apis/resourceAreas`)).text)
      .value as {
      id: string;
      locationUrl: string;
    }[];
    const known = [
      ...["0d55247a-1c47-4462-9b1f-5e2125590ee6", "94ff054d-5ee1-413d-9341-3f4a7827de2e"],
      ...["965220d5-5bb9-42cf-8d67-9b146df2a5a4", "79134c72-4a58-4b42-976c-04e7115f32bf"],
      ...["31c84e0a-3ece-48fd-a29d-100849af99ba", "6c2b0933-3600-42ae-bf8b-93d4f7e83594"],
      ...["7ab4e64e-c4d8-4f50-ae73-5ef2e21642a5", "69d21c00-f135-441b-b5ce-3626378e0819"],
      ...["4e080c62-fa21-4fbc-8fef-2a10a2b38049", "bb1e7ec9-e901-4b68-999a-de7012b920f8"],
      ...["8a3d49b8-91f0-46ef-b33d-dda338c25db3", "68ddce18-2501-45f1-a17b-7931a9922690"],
      ...["a81a0441-de52-4000-aa15-ff0e07bfbbaa", "fb13a388-40dd-4a04-b530-013a739c72ef"],
      ...["8ccfef3d-2b87-4e99-8ccb-66e343d2daa8", "b40c1171-807a-493a-8f3f-5c26d5e2f5aa"],
      ...["92f0314b-06c5-46e0-abe7-15fd9d13276a", "efc2f575-36ef-48e9-b672-0c6fb4a48ac5"],
      ...["1814ab31-2f4f-4a9f-8761-f4d77dc5a5d7", "a85b8835-c1a1-4aac-ae97-1c3d0ba72dbd"],
      ...["d397749b-f115-4027-b6dd-77a65dd10d21", "5264459e-e5e0-4bd8-b118-0985e68a4ec5"],
    ];
    assert.deepEqual(
      known.filter((id) => !areas.some((area) => area.id === id)),
      [],
    );
    assert.deepEqual([...new Set(areas.map(({ locationUrl }) => locationUrl))], [`${devopsUrl}/`]);
    const unknown = await ask(workspace, "GET", `${devopsUrl}/_apis/resourceAreas/${"0".repeat(8)}`);
    assert.equal(unknown.status, 404);
  });
});
