import assert from "node:assert/strict";
import { errors } from "../../harness/run-task.ts";
import { createPath, createToken } from "./create-token.ts";

const resourceId = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Databricks/workspaces/weather";

describe("DatabricksCreateBearerToken", () => {
  for (const node of ["Node24", "Node20_1"] as const)
    it(`creates a token with a lifetime, and revokes it after the job (${node})`, async () => {
      await using step = await createToken();
      const main = await step.run({ node });
      assert.equal(main.result, "succeeded", main.log);
      assert.match(main.secretVariables.BearerToken!, /^dapi/);
      const lifetimeMs = Date.parse(main.variables.BearerTokenExpiresOn!) - Date.now();
      assert(lifetimeMs > 29 * 60_000 && lifetimeMs <= 30 * 60_000, `lifetime ${lifetimeMs} ms`);
      const [token] = step.ledger().tokens;
      assert.equal(token!.id, main.variables.BearerTokenId);
      assert.match(token!.name, /^notebook-ops contoso\/weather\/12\/345\/[0-9a-f]{12}$/);

      const after = await step.cleanUp(main, { node });
      assert.equal(after.result, "succeeded", after.log);
      assert.deepEqual(step.ledger().tokens, []);
    });

  for (const tokenKind of ["pat", "entra"])
    it(`refuses a workspace on AWS before it signs in, and names the service connection to use instead (${tokenKind})`, async () => {
      await using step = await createToken({
        inputs: { workspaceUrl: "https://dbc-a1b2345c-d6e7.cloud.databricks.com", tokenKind },
      });
      const result = await step.run();
      assert.deepEqual(errors(result), [
        "Could not create a token for https://dbc-a1b2345c-d6e7.cloud.databricks.com: it is a workspace on AWS or Google Cloud, which does not accept the tokens of Microsoft Entra ID; remove this step, and give the other steps databricksConnection, a service connection of the type Notebook Ops: Databricks.",
      ]);
      assert.deepEqual(step.requests(), []);
    });

  it("sets the variable that variableName names", async () => {
    await using step = await createToken();
    const result = await step.run({ inputs: { variableName: "StagingToken" } });
    assert.match(result.secretVariables.StagingToken!, /^dapi/);
    assert.equal(result.secretVariables.BearerToken, undefined);
  });

  it("does not set the token as an output, whose value the agent would send to Azure DevOps, unless setOutputs is true", async () => {
    await using step = await createToken();
    const result = await step.run();
    const names = ["BearerTokenId", "BearerTokenExpiresOn"];
    assert.deepEqual(Object.keys(result.effects.outputs), names);
    const asked = await step.run({ inputs: { setOutputs: "true" } });
    assert.deepEqual(Object.keys(asked.effects.outputs), ["BearerToken", ...names]);
    assert.equal(asked.effects.outputs.BearerToken!.secret, true);
    assert.equal(asked.effects.outputs.BearerToken!.value, asked.secretVariables.BearerToken);
  });

  it("keeps the token after the job if keepToken is true", async () => {
    await using step = await createToken({ inputs: { keepToken: "true" } });
    const main = await step.run();
    await step.cleanUp(main);
    assert.equal(step.ledger().tokens.length, 1);
  });

  it("sets the Entra token itself if tokenKind is entra", async () => {
    await using step = await createToken({ inputs: { tokenKind: "entra" } });
    const main = await step.run();
    assert.match(main.secretVariables.BearerToken!, /^eyJ/);
    assert(Date.parse(main.variables.BearerTokenExpiresOn!) > Date.now());
    assert.equal(main.variables.BearerTokenId, undefined);
    assert.equal((await step.cleanUp(main)).result, "succeeded");
    assert.deepEqual(step.requests(/token\/create/), []);
  });

  it("fails and names the service principal if it is not in the workspace", async () => {
    await using step = await createToken({
      workspace: {
        serviceConnections: { azure: { type: "azurerm", inDatabricks: false } },
      },
    });
    const result = await step.run();
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /^Could not create a Databricks token: localhost:\d+ answered 403.*; add application [0-9a-f-]{36} of service connection '.*' to the workspace as a service principal/,
    );
  });

  it("signs in to create a token by workspaceResourceId as a manager of the workspace's Azure resource, and leaves nothing behind", async () => {
    await using step = await createToken({
      inputs: { workspaceResourceId: resourceId },
      workspace: {
        serviceConnections: { azure: { type: "azurerm", inDatabricks: false } },
      },
    });
    const main = await step.run();
    assert.equal(main.result, "succeeded", main.log);
    await step.cleanUp(main);
    assert.deepEqual(step.ledger().tokens, []);
  });

  for (const [name, then] of [
    ["reset", { reset: true }],
    ["answered 503", { status: 503, body: {} }],
    ["cut off", { truncate: 20 }],
    ["an empty 200", { status: 200, body: "" }],
    ["a 204", { status: 204 }],
    ["null", { body: null }],
    ["{}", { body: {} }],
    ["a token without its id", { body: { token_value: "dapi0" } }],
  ] as const)
    it(`creates one token if the answer to its creation is ${name}`, async () => {
      await using step = await createToken();
      await step.workspace.declareFault({ match: { path: createPath }, when: "after", then });
      const main = await step.run();
      assert.equal(main.result, "succeeded", main.log);
      assert.deepEqual(
        step.ledger().tokens.map((token) => token.id),
        [main.variables.BearerTokenId],
      );
    });

  for (const method of ["GET", "POST"])
    it(`signs in even if Entra's answer to a ${method} is cut off`, async () => {
      await using step = await createToken();
      await step.workspace.declareFault({
        match: { service: "entra", method },
        when: "after",
        then: { truncate: 5 },
      });
      const main = await step.run();
      assert.equal(main.result, "succeeded", main.log);
    });

  it("waits for the time that a throttling workspace names, and creates one token", async () => {
    await using step = await createToken();
    await step.workspace.declareFault({
      match: { path: createPath },
      when: "before",
      then: { status: 429, headers: { "retry-after": "0" }, body: { error_code: "REQUEST_LIMIT_EXCEEDED" } },
    });
    assert.equal((await step.run()).result, "succeeded");
    assert.equal(step.ledger().tokens.length, 1);
  });

  it("fails to create a token and says so if the workspace cannot be reached", async () => {
    await using step = await createToken();
    const result = await step.run({
      inputs: { workspaceUrl: "https://localhost:1" },
      variables: { "NotebookOps.AllowedHosts": "localhost" },
    });
    assert.match(
      errors(result)[0]!,
      /^Could not create a Databricks token: localhost:1 cannot be reached \(ECONNREFUSED\)/,
    );
  });

  for (const [inputs, problem] of [
    [
      { workspaceUrl: "$(NotSet)" },
      /input 'workspaceUrl': it is \$\(NotSet\), a variable that nothing has set/,
    ],
    [
      { lifetimeMinutes: "4" },
      /input 'lifetimeMinutes': '4' is out of range; give a whole number from 5 to 1440/,
    ],
    [{ tokenKind: "oauth" }, /input 'tokenKind': 'oauth' is not one of pat, entra/],
    [{ variableName: "PATH" }, /input 'variableName': 'PATH' is not/],
    [{ workspaceResourceId: "weather" }, /input 'workspaceResourceId': 'weather' is not/],
    [{ workspaceUrl: "https://adb-1.example.org" }, /adb-1\.example\.org is not a host of the platform/],
  ] as const)
    it(`refuses ${JSON.stringify(inputs)} in one sentence, without a request`, async () => {
      await using step = await createToken();
      const result = await step.run({ inputs: { ...inputs } });
      assert.equal(errors(result).length, 1);
      assert.match(errors(result)[0]!, problem);
      assert.deepEqual(step.requests(/token/), []);
    });
});
