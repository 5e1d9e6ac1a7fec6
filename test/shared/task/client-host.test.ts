import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { databricksWithToken } from "../../../shared/databricks/connection.ts";
import { organisationAt } from "../../../shared/devops/connection.ts";
import type { ClientHost } from "../../../shared/task/host.ts";
import { startWorkspace, type TestWorkspace } from "../../harness/workspace.ts";

/** All that a command at a terminal has: no pipeline, no inputs, no agent. */
function terminal(workspace: TestWorkspace): ClientHost & { secretValues: string[] } {
  const { caFile, databricksUrl, devopsUrl } = workspace.emulator.ready;
  const secretValues: string[] = [];
  return {
    secretValues,
    log: { line() {}, detail() {}, warning() {}, outside() {}, outsideStream: () => assert.fail() },
    secrets: {
      add: (value) => void secretValues.push(value),
      known: () => secretValues,
      mask: (text) => text,
    },
    network: { proxyFor: () => undefined, certificateAuthorities: () => [readFileSync(caFile, "utf8")] },
    signal: new AbortController().signal,
    allowedHosts: [databricksUrl, devopsUrl!].map((url) => new URL(url).host).join(","),
  };
}

describe("clients outside a pipeline", () => {
  let workspace: TestWorkspace;
  before(async () => {
    workspace = await startWorkspace({ feeds: ["weather"] });
  });
  after(() => workspace[Symbol.asyncDispose]());

  it("clients outside a pipeline ask a Databricks workspace", async () => {
    const { databricksUrl, databricksToken } = workspace.emulator.ready;
    const host = terminal(workspace);
    const databricks = databricksWithToken(host, databricksUrl, databricksToken);
    for await (const cluster of databricks.clusters.list()) assert.fail(`unexpected ${cluster.cluster_id}`);
    assert.deepEqual(host.secretValues, [databricksToken]);
  });

  it("clients outside a pipeline ask an organisation of Azure DevOps", async () => {
    const { devopsUrl, devopsToken } = workspace.emulator.ready;
    const host = terminal(workspace);
    const devops = organisationAt(host, { collectionUrl: devopsUrl!, token: devopsToken! });
    const answer = await devops.at(devops.collectionUrl).json<{ value: { name: string }[] }>({
      method: "GET",
      path: "_apis/packaging/feeds",
      query: { "api-version": "7.1" },
      attempted: "list the feeds",
      answer: { value: [{ name: "string" }] },
    });
    assert.deepEqual(
      answer.value.map(({ name }) => name),
      ["weather"],
    );
    assert.deepEqual(host.secretValues, [devopsToken]);
  });

  it("clients outside a pipeline send a token to no host but the platform's and those that are allowed", async () => {
    const { databricksUrl, databricksToken } = workspace.emulator.ready;
    const host = { ...terminal(workspace), allowedHosts: undefined };
    const databricks = databricksWithToken(host, databricksUrl, databricksToken);
    await assert.rejects(databricks.tokens.list(), { kind: "hostNotAllowed" });
  });
});
