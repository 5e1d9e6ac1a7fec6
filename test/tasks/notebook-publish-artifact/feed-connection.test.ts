import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Endpoint } from "../../../local/agent/endpoint.ts";
import { ask } from "../../harness/databricks-api.ts";
import { errors } from "../../harness/run-task.ts";
import type { TaskFixture } from "../../harness/task-fixture.ts";
import { ownTool, publishArtifact } from "./publish-artifact.ts";

describe("a feed of another organisation, by a service connection", function () {
  this.timeout(120_000);

  const connection = { azureDevOpsConnection: "platform" };
  /** The job's organisation has the feed weather, and the organisation platform has the feed shared. */
  const open = (): Promise<TaskFixture> =>
    publishArtifact({
      workspace: {
        feeds: ["weather"],
        serviceConnections: {
          platform: { type: "externaltfs", organisation: "platform", feeds: ["shared"] },
        },
      },
      inputs: { feed: "shared", packageName: "weather", packageVersion: "1.0.0" },
    });
  const deployment = { environment: "production", workspaceFolder: "/Shared/weather", feed: "shared" };
  const deploy = (step: TaskFixture, inputs: Record<string, string>) =>
    step.runTask("NotebookDeployArtifact", {
      inputs: { packageName: "weather", packageVersion: "1.0.0", ...deployment, ...inputs },
    });
  const platform = (step: TaskFixture) =>
    step.workspace.emulator.azureDevOps.connectedOrganisations.get("platform")!;
  const packagesThere = async (step: TaskFixture): Promise<string[]> => {
    const { collectionUrl, token } = platform(step);
    const { value } = await ask<{ value: { name: string }[] }>(
      step.workspace,
      `${collectionUrl}/_apis/packaging/feeds/shared/packages`,
      { method: "GET", headers: { authorization: `Basic ${Buffer.from(`:${token}`).toString("base64")}` } },
    );
    return value.map(({ name }) => name);
  };

  it("publishes to a feed of another organisation, and deploys from it", async () => {
    await using step = await open();
    const result = await step.run({ inputs: connection });
    assert.equal(result.result, "succeeded", result.log);
    assert.match(
      result.log,
      /^The feed is one of the organisation https:\/\/localhost:\d+\/platform\/, which/m,
    );
    assert.deepEqual(await packagesThere(step), ["weather"]);
    const deployed = await deploy(step, connection);
    assert.equal(deployed.result, "succeeded", deployed.log);
    assert.equal(deployed.variables["step.ArtifactDigest"], result.variables["step.ArtifactDigest"]);
  });

  it("finds that the feed of another organisation has the version already, with the same content", async () => {
    await using step = await open();
    await step.run({ inputs: connection });
    const again = await step.run({ inputs: connection });
    assert.equal(again.result, "succeeded", again.log);
    assert.match(again.log, /Published nothing: the feed has weather 1\.0\.0/);
  });

  it("says why a version of another organisation's feed is not in the view", async () => {
    await using step = await open();
    await step.run({ inputs: connection });
    const result = await deploy(step, { ...connection, view: "Release" });
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /the feed has weather 1\.0\.0, but it was not promoted to the view Release/,
    );
  });

  it("does not find the feed of another organisation without the service connection", async () => {
    await using step = await open();
    const result = await step.run();
    assert.equal(result.result, "failed");
    assert.match(errors(result)[0]!, /exit code 19: The feed with ID 'shared' doesn't exist/);
  });

  it("is refused by the other organisation if the connection has the token of the job", async () => {
    await using step = await open();
    const own = step.workspace.emulator.azureDevOps.accessToken;
    const result = await step.run({ inputs: connection, endpoints: endpoints(step, { token: own }) });
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /TF400813.*that the token of the service connection has not expired, and that its owner may read \(Feed Reader\) or publish/,
    );
    assert.deepEqual(await packagesThere(step), []);
  });

  it("gives ArtifactTool the connection's token in the environment, and the other organisation's address", async () => {
    await using step = await open();
    const own = await ownTool(
      step,
      `#!/bin/sh\necho "$@" > ${step.tempFolder}/arguments\nprintenv > ${step.tempFolder}/environment\n`,
    );
    const result = await step.run({
      inputs: connection,
      variables: { "UPack.OverrideArtifactToolPath": own },
    });
    assert.equal(result.result, "succeeded", result.log);
    const { token, collectionUrl } = platform(step);
    const read = (file: string) => readFile(path.join(step.tempFolder, file), "utf8");
    assert.match(await read("arguments"), new RegExp(` --service ${collectionUrl}/ `));
    assert.ok(!(await read("arguments")).includes(token));
    const environment = await read("environment");
    assert.ok(environment.includes(`NOTEBOOK_OPS_ARTIFACTTOOL_PAT=${token}\n`));
    assert.ok(!environment.includes(step.workspace.emulator.azureDevOps.accessToken));
  });

  it("masks the connection's token in the log, also in the form of its header", async () => {
    await using step = await open();
    const { token } = platform(step);
    const header = Buffer.from(`:${token}`).toString("base64");
    const own = await ownTool(step, `#!/bin/sh\necho '{"@m":"token ${token} header ${header}"}' >&2\n`);
    const result = await step.run({
      inputs: connection,
      variables: { "UPack.OverrideArtifactToolPath": own },
      secrets: [token, header],
    });
    assert.match(result.log, /token \*\*\* header \S*\*\*\*/);
  });

  const refused: [what: string, change: Parameters<typeof endpoints>[1], sentence: RegExp][] = [
    [
      "a host that is not of Azure DevOps",
      { url: "https://dev.azure.com.evil.example/platform" },
      /^Could not use the Azure DevOps service connection: dev\.azure\.com\.evil\.example is not a host of the platform/,
    ],
    [
      "an address without https",
      { url: "http://dev.azure.com/platform" },
      /dev\.azure\.com is not an https address, so it gets no credential/,
    ],
    [
      "an address without an organisation",
      { url: "https://dev.azure.com/" },
      /its address, https:\/\/dev\.azure\.com\/, is not that of an organisation; edit it and give an address such as/,
    ],
    [
      "the address of a project",
      { url: "https://dev.azure.com/platform/weather" },
      /its address, https:\/\/dev\.azure\.com\/platform\/weather, is not that of an organisation/,
    ],
    ["no address", { url: "" }, /it has no valid address; edit it/],
    [
      "a user name and a password",
      { scheme: "UsernamePassword" },
      /its scheme "usernamepassword" has no token; edit it, choose token-based authentication/,
    ],
  ];
  for (const [what, change, sentence] of refused)
    it(`refuses a service connection with ${what}, and sends nothing`, async () => {
      await using step = await open();
      const result = await step.run({ inputs: connection, endpoints: endpoints(step, change) });
      assert.equal(result.result, "failed");
      assert.match(errors(result)[0]!, sentence);
      assert.deepEqual(step.requests(), []);
    });
});

/** The endpoints of the job, with another address, scheme or token in the service connection. */
function endpoints(step: TaskFixture, change: { url?: string; scheme?: string; token?: string }): Endpoint[] {
  return step.workspace.endpoints.map((endpoint) => {
    if (endpoint.name !== "platform") return endpoint;
    const { url, authorization } = endpoint;
    const { scheme = authorization.scheme, token = authorization.parameters.apitoken! } = change;
    return {
      ...endpoint,
      url: change.url ?? url,
      authorization: { scheme, parameters: { apitoken: token } },
    };
  });
}
