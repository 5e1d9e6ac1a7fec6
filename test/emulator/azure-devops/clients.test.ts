import assert from "node:assert/strict";
import { connectionId } from "../../../local/emulator/azure-devops/oidc-route.ts";
import { type Emulator, startEmulator } from "../../../local/emulator/index.ts";
import { proves } from "../proof.ts";
import { connect, run } from "./node-client.ts";

describe("by unmodified clients of Microsoft", () => {
  let workspace: Emulator;

  beforeEach(async () => {
    workspace = await startEmulator({
      config: {
        feeds: ["weather"],
        serviceConnections: { staging: { type: "azurerm", scheme: "federated" } },
        spark: { master: "none" },
      },
    });
  });

  afterEach(() => workspace.stop());

  it("the local Azure DevOps returns the identity of the token to azure-devops-node-api", async () => {
    const who = await run(
      workspace,
      `${connect} console.log(JSON.stringify((await api.connect()).authenticatedUser.providerDisplayName));`,
    );

    assert.equal(who, "Project Collection Build Service (local)");
    proves(workspace, "azure-devops-node-api", "azure-devops GET /{organisation}/_apis/connectionData");
  });

  it("the local Azure DevOps refuses azure-devops-node-api without a valid token", async () => {
    const status = await run(
      workspace,
      `${connect} console.log(await api.connect().then(() => 200, (error) => error.statusCode));`,
      { AZURE_DEVOPS_EXT_PAT: "wrong" },
    );

    assert.equal(status, 401);
  });

  it("the local Azure DevOps lists, creates and finds feeds", async () => {
    const names = await run(
      workspace,
      `${connect}
      const feeds = process.env.AZURE_DEVOPS_URL + "/_apis/packaging/feeds?api-version=7.1";
      await api.rest.create(feeds, { name: "climate" });
      const made = await api.rest.get(feeds.replace("feeds?", "feeds/climate?"));
      const listed = await api.rest.get(feeds);
      console.log(JSON.stringify([made.result.name, listed.result.value.map((feed) => feed.name)]));`,
    );

    assert.deepEqual(names, ["climate", ["weather", "climate"]]);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops GET /{organisation}/{project?}/_apis/packaging/feeds",
      "azure-devops POST /{organisation}/{project?}/_apis/packaging/feeds",
      "azure-devops GET /{organisation}/{project?}/_apis/packaging/feeds/{feed}",
    );
  });

  it("the local Azure DevOps keeps a project's feeds apart from the organisation's", async () => {
    const names = await run(
      workspace,
      `${connect}
      const root = process.env.AZURE_DEVOPS_URL;
      const feeds = root + "/local/_apis/packaging/feeds";
      await api.rest.create(feeds + "?api-version=7.1", { name: "climate" });
      const made = await api.rest.get(feeds + "/climate?api-version=7.1");
      const listed = await api.rest.get(feeds + "?api-version=7.1");
      const packages = await api.rest.get(feeds + "/climate/packages?api-version=7.1");
      const weather = await api.rest.get(root + "/_apis/packaging/feeds/weather/packages?api-version=7.1");
      console.log(JSON.stringify([
        made.result.name,
        listed.result.value.map((feed) => feed.name),
        packages.result.count,
        weather.result.count,
      ]));`,
    );

    assert.deepEqual(names, ["climate", ["climate"], 0, 0]);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops GET /{organisation}/{project?}/_apis/packaging/feeds",
      "azure-devops POST /{organisation}/{project?}/_apis/packaging/feeds",
      "azure-devops GET /{organisation}/{project?}/_apis/packaging/feeds/{feed}",
      "azure-devops GET /{organisation}/{project?}/_apis/packaging/feeds/{feed}/packages",
      "azure-devops GET /{organisation}/{project?}/_apis/packaging/feeds/{feed}/packages",
    );
  });

  it("the local Azure DevOps returns the locations of its resources, and the content of a feed's index", async () => {
    const statuses = await run(
      workspace,
      `${connect}
      const root = process.env.AZURE_DEVOPS_URL;
      await api.rest.create(root + "/local/_apis/packaging/feeds?api-version=7.1", { name: "climate" });
      const http = api.rest.client;
      const asked = [
        await http.options(root + "/_apis", {}),
        await http.options(root + "/_apis/build", {}),
        await http.options(new URL("/_apis", root).href, {}),
        await http.get(root + "/_apis/resourceAreas", {}),
        await http.get(root + "/_packaging/weather/pypi/simple/", {}),
        await http.get(root + "/local/_packaging/climate/pypi/simple/", {}),
      ];
      console.log(JSON.stringify(asked.map(({ message }) => message.statusCode)));`,
    );

    assert.deepEqual(statuses, [200, 200, 200, 200, 200, 200]);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops OPTIONS /{organisation}/_apis",
      "azure-devops OPTIONS /{organisation}/_apis/{area}",
      "azure-devops OPTIONS /_apis",
      "azure-devops GET /{organisation?}/_apis/resourceAreas",
      "azure-devops GET /{organisation}/{project?}/_packaging/{feed}/pypi/simple",
      "azure-devops GET /{organisation}/{project?}/_packaging/{feed}/pypi/simple",
    );
  });

  it("the local Azure DevOps lets a service connection sign in to Entra ID by workload identity federation", async () => {
    const token = await run(
      workspace,
      `import { AzurePipelinesCredential } from "@azure/identity";
      const { AZURE_TENANT_ID, CLIENT_ID, CONNECTION_ID, SYSTEM_TOKEN, AZURE_AUTHORITY_HOST } = process.env;
      const options = { authorityHost: AZURE_AUTHORITY_HOST, disableInstanceDiscovery: true };
      const credential = new AzurePipelinesCredential(AZURE_TENANT_ID, CLIENT_ID, CONNECTION_ID, SYSTEM_TOKEN, options);
      console.log(JSON.stringify(await credential.getToken("https://vault.azure.net/.default")));`,
      {
        CLIENT_ID: workspace.entra.servicePrincipal("staging")?.clientId ?? "",
        CONNECTION_ID: connectionId("staging"),
        SYSTEM_TOKEN: workspace.azureDevOps.accessToken,
        SYSTEM_OIDCREQUESTURI: workspace.azureDevOps.oidcRequestUri({ plan: "plan", job: "job" }),
      },
    );

    assert.equal(typeof (token as { token: string }).token, "string");
    proves(
      workspace,
      "@azure/identity",
      "azure-devops POST /local/local/_apis/distributedtask/hubs/build/plans/{plan}/jobs/{job}/oidctoken",
    );
  });
});
