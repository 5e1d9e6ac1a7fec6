import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../../local/emulator/index.ts";
import { connect, run } from "./node-client.ts";

describe("another organisation of the local Azure DevOps, by azure-devops-node-api", () => {
  let workspace: Emulator;
  before(async () => {
    workspace = await startEmulator({
      config: {
        feeds: ["weather"],
        serviceConnections: {
          platform: { type: "externaltfs", organisation: "Platform", feeds: ["shared", "local/climate"] },
        },
        spark: { master: "none" },
      },
    });
  });
  after(() => workspace.stop());

  /** The status of each request for the feeds of an organisation, and the names of the feeds. */
  const feedsOf = (organisation: string, token: string, path = ""): Promise<unknown> => {
    const { origin } = new URL(workspace.azureDevOps.collectionUrl);
    return run(
      workspace,
      `${connect}
      const feeds = "${origin}/${organisation}${path}/_apis/packaging/feeds";
      const basic = await api.rest.client.get(feeds);
      const bearer = await new azdev.WebApi(url, azdev.getBearerHandler(process.env.AZURE_DEVOPS_EXT_PAT)).rest.client.get(feeds);
      answer([basic.message.statusCode, bearer.message.statusCode, JSON.parse(await basic.readBody()).value?.map(({ name }) => name)]);`,
      { AZURE_DEVOPS_EXT_PAT: token },
    );
  };

  it("another organisation of the local Azure DevOps has its own feeds", async () => {
    const { token, collectionUrl } = workspace.azureDevOps.connectedOrganisations.get("platform")!;
    assert.equal(new URL(collectionUrl).pathname, "/Platform");
    assert.deepEqual(await feedsOf("platform", token), [200, 401, ["shared", "climate"]]);
    assert.deepEqual(await feedsOf("Platform", token, "/local"), [200, 401, ["climate"]]);
  });

  it("another organisation of the local Azure DevOps refuses the tokens of the pipelines, and theirs refuses its token", async () => {
    const { token } = workspace.azureDevOps.connectedOrganisations.get("platform")!;
    const { accessToken, readerToken } = workspace.azureDevOps;
    assert.deepEqual(await feedsOf("platform", accessToken), [401, 401, null]);
    assert.deepEqual(await feedsOf("platform", readerToken), [401, 401, null]);
    assert.deepEqual(await feedsOf("local", token), [401, 401, null]);
    assert.deepEqual(await feedsOf("local", accessToken), [200, 200, ["weather"]]);
    assert.deepEqual(await feedsOf("nowhere", accessToken), [401, 401, null]);
  });
});
