import assert from "node:assert/strict";
import { answersBeforeEffect, letEffectsCome, losesRequest, until } from "../harness/late-effects.ts";
import { errors, type RunTaskOptions, runTask } from "../harness/run-task.ts";
import { startWorkspace, type TestWorkspace } from "../harness/workspace.ts";
import { askDatabricks } from "./databricks-api.ts";

const create = "^/api/2.0/token/create$";
const resourceId = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Databricks/workspaces/weather";

describe("DatabricksCreateBearerToken", () => {
  for (const node of ["Node24", "Node20_1"] as const)
    it(`creates a token with a lifetime, and revokes it after the job (${node})`, async () => {
      await using workspace = await startWorkspace();
      const main = await createToken(workspace, { node });
      assert.equal(main.result, "succeeded", main.log);
      assert.match(main.secretVariables.BearerToken!, /^dapi/);
      const lifetimeMs = Date.parse(main.variables.BearerTokenExpiresOn!) - Date.now();
      assert(lifetimeMs > 29 * 60_000 && lifetimeMs <= 30 * 60_000, `lifetime ${lifetimeMs} ms`);
      const [token] = workspace.emulator.ledger().tokens;
      assert.equal(token!.id, main.variables.BearerTokenId);
      assert.match(token!.name, /^notebook-ops contoso\/weather\/12\/345\/[0-9a-f]{12}$/);

      const after = await cleanUp(workspace, main.taskVariables, { node });
      assert.equal(after.result, "succeeded", after.log);
      assert.deepEqual(workspace.emulator.ledger().tokens, []);
    });

  it("sets the variable that is asked for", async () => {
    await using workspace = await startWorkspace();
    const result = await createToken(workspace, { inputs: { variableName: "StagingToken" } });
    assert.match(result.secretVariables.StagingToken!, /^dapi/);
    assert.equal(result.secretVariables.BearerToken, undefined);
  });

  it("keeps the token after the job where keepToken says so", async () => {
    await using workspace = await startWorkspace();
    const inputs = { keepToken: "true" };
    const main = await createToken(workspace, { inputs });
    await cleanUp(workspace, main.taskVariables, { inputs });
    assert.equal(workspace.emulator.ledger().tokens.length, 1);
  });

  it("hands the Entra token over where the workspace forbids personal tokens", async () => {
    await using workspace = await startWorkspace();
    const inputs = { tokenKind: "entra" };
    const main = await createToken(workspace, { inputs });
    assert.match(main.secretVariables.BearerToken!, /^eyJ/);
    assert(Date.parse(main.variables.BearerTokenExpiresOn!) > Date.now());
    assert.equal(main.variables.BearerTokenId, undefined);
    assert.equal((await cleanUp(workspace, main.taskVariables, { inputs })).result, "succeeded");
    assert.deepEqual(workspace.requested(/token\/create/), []);
  });

  it("names the service principal that is not in the workspace", async () => {
    await using workspace = await startWorkspace({
      serviceConnections: { azure: { type: "azurerm", inDatabricks: false } },
    });
    const result = await createToken(workspace);
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /^Could not create a Databricks token: localhost:\d+ answered 403.*; add application [0-9a-f-]{36} of service connection '.*' to the workspace as a service principal/,
    );
  });

  it("enters as who manages the workspace's resource, and leaves nothing", async () => {
    await using workspace = await startWorkspace({
      serviceConnections: { azure: { type: "azurerm", inDatabricks: false } },
    });
    const inputs = { workspaceResourceId: resourceId };
    const main = await createToken(workspace, { inputs });
    assert.equal(main.result, "succeeded", main.log);
    await cleanUp(workspace, main.taskVariables, { inputs });
    assert.deepEqual(workspace.emulator.ledger().tokens, []);
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
    it(`has one token where the answer to its creation is ${name}`, async () => {
      await using workspace = await startWorkspace();
      await workspace.declareFault({ match: { path: create }, when: "after", then });
      const main = await createToken(workspace);
      assert.equal(main.result, "succeeded", main.log);
      assert.deepEqual(
        workspace.emulator.ledger().tokens.map((token) => token.id),
        [main.variables.BearerTokenId],
      );
    });

  for (const method of ["GET", "POST"])
    it(`signs in although Entra's answer to a ${method} is cut off`, async () => {
      await using workspace = await startWorkspace();
      await workspace.declareFault({
        match: { service: "entra", method },
        when: "after",
        then: { truncate: 5 },
      });
      const main = await createToken(workspace);
      assert.equal(main.result, "succeeded", main.log);
    });

  it("revokes after the job what a task made that died before the answer", async () => {
    await using workspace = await startWorkspace();
    await workspace.declareFault({ match: { path: create }, when: "after", then: { stallMs: 60_000 } });
    const canceled = new AbortController();
    const running = createToken(workspace, {
      signal: canceled.signal,
      cancelTimes: { afterInterruptMs: 0, afterTerminateMs: 0 },
    });
    await until(() => workspace.emulator.ledger().tokens.length === 1);
    canceled.abort();
    const main = await running;
    assert.equal(main.result, "canceled");
    await cleanUp(workspace, main.taskVariables);
    assert.deepEqual(workspace.emulator.ledger().tokens, []);
  });

  it("revokes a token that comes after the first look of the post-job step, where it was killed during the creation", async () => {
    await using workspace = await startWorkspace();
    const { received } = await losesRequest(workspace, { path: create });
    const killed = new AbortController();
    const inputs = { keepToken: "true" };
    const running = createToken(workspace, {
      inputs,
      signal: killed.signal,
      cancelTimes: { afterInterruptMs: 0, afterTerminateMs: 0 },
    });
    await received;
    killed.abort();
    const main = await running;
    const cleaningUp = cleanUp(workspace, main.taskVariables, { inputs });
    await until(() => workspace.requested(/token\/list$/).length > 0);
    await letEffectsCome(workspace);
    const after = await cleaningUp;
    assert.equal(after.result, "succeeded", after.log);
    assert.deepEqual(workspace.emulator.ledger().tokens, []);
  });

  it("keeps with keepToken what was handed over alone, where another token comes long after its 503", async () => {
    await using workspace = await startWorkspace();
    await answersBeforeEffect(workspace, { path: create });
    const inputs = { keepToken: "true", lifetimeMinutes: "120" };
    const main = await createToken(workspace, { inputs });
    assert.equal(main.result, "succeeded", main.log);
    await letEffectsCome(workspace);
    assert.equal(workspace.emulator.ledger().tokens.length, 2);
    const kept = await cleanUp(workspace, main.taskVariables, { inputs });
    assert.equal(kept.result, "succeeded", kept.log);
    assert.deepEqual(
      workspace.emulator.ledger().tokens.map(({ id }) => id),
      [main.variables.BearerTokenId],
    );
  });

  it("revokes the token that it knows after the job where the list of tokens comes back empty", async () => {
    await using workspace = await startWorkspace();
    const main = await createToken(workspace);
    await workspace.declareFault({ match: { path: "token/list$" }, when: "after", then: { body: {} } });
    await cleanUp(workspace, main.taskVariables);
    assert.deepEqual(workspace.emulator.ledger().tokens, []);
  });

  it("revokes the token that it knows after the job, and fails, if the workspace does not list the tokens", async () => {
    await using workspace = await startWorkspace();
    const main = await createToken(workspace);
    const body = { error_code: "PERMISSION_DENIED", message: "no list for you" };
    await workspace.declareFault({
      match: { path: "token/list$" },
      when: "before",
      then: { status: 403, body },
    });
    const after = await cleanUp(workspace, main.taskVariables);
    assert.match(errors(after).join("\n"), /^Could not list Databricks tokens: .* no list for you; /);
    assert.match(after.log, /^Revoked the bearer token\.$/m);
    assert.deepEqual(workspace.emulator.ledger().tokens, []);
  });

  it("says after the job whether the token was revoked, or was gone", async () => {
    await using workspace = await startWorkspace();
    const main = await createToken(workspace);
    assert.match((await cleanUp(workspace, main.taskVariables)).log, /^Revoked the bearer token\.$/m);
    assert.match((await cleanUp(workspace, main.taskVariables)).log, /^The bearer token is gone already\.$/m);
  });

  it("revokes every token with its comment after the job where one of them cannot be revoked, which it says", async () => {
    await using workspace = await startWorkspace();
    const main = await createToken(workspace);
    const [token] = workspace.emulator.ledger().tokens;
    await askDatabricks(
      workspace,
      "POST",
      "/api/2.0/token/create",
      { comment: token!.name },
      main.secretVariables.BearerToken,
    );
    const body = { error_code: "PERMISSION_DENIED", message: "not yours" };
    const match = { path: "token/delete$" };
    await workspace.declareFault({ match, when: "before", then: { status: 403, body } });
    const after = await cleanUp(workspace, main.taskVariables);
    assert.match(errors(after).join("\n"), /^Could not revoke Databricks token .*: not yours; /);
    assert.equal(workspace.emulator.ledger().tokens.length, 1);
  });

  it("has revoked its token after the job where the answer to that was lost", async () => {
    await using workspace = await startWorkspace();
    const main = await createToken(workspace);
    const match = { path: "/api/2.0/token/delete$" };
    await workspace.declareFault({ match, when: "after", then: { reset: true } });
    const after = await cleanUp(workspace, main.taskVariables);
    assert.equal(after.result, "succeeded", after.log);
    assert.deepEqual(workspace.emulator.ledger().tokens, []);
  });

  it("revokes its token when it is cancelled while it waits for the answer", async () => {
    await using workspace = await startWorkspace();
    await workspace.declareFault({ match: { path: create }, when: "after", then: { stallMs: 1_000 } });
    const canceled = new AbortController();
    const running = createToken(workspace, { signal: canceled.signal });
    await until(() => workspace.emulator.ledger().tokens.length === 1);
    canceled.abort();
    const main = await running;
    assert.equal(main.result, "canceled", main.log);
    assert.deepEqual(workspace.emulator.ledger().tokens, [], main.log);
  });

  it("revokes after the job, also with keepToken, the token of a step that was cancelled and could not revoke it", async () => {
    await using workspace = await startWorkspace();
    const inputs = { keepToken: "true" };
    await workspace.declareFault({ match: { path: create }, when: "after", then: { stallMs: 1_000 } });
    const body = { error_code: "PERMISSION_DENIED", message: "not now" };
    const match = { path: "token/delete$" };
    await workspace.declareFault({ match, when: "before", then: { status: 403, body } });
    const canceled = new AbortController();
    const running = createToken(workspace, { inputs, signal: canceled.signal });
    await until(() => workspace.emulator.ledger().tokens.length === 1);
    canceled.abort();
    const main = await running;
    assert.equal(main.result, "canceled", main.log);
    assert.equal(workspace.emulator.ledger().tokens.length, 1);
    await cleanUp(workspace, main.taskVariables, { inputs });
    assert.deepEqual(workspace.emulator.ledger().tokens, []);
  });

  it("waits as the workspace asks when it throttles, and creates one token", async () => {
    await using workspace = await startWorkspace();
    await workspace.declareFault({
      match: { path: create },
      when: "before",
      then: { status: 429, headers: { "retry-after": "0" }, body: { error_code: "REQUEST_LIMIT_EXCEEDED" } },
    });
    assert.equal((await createToken(workspace)).result, "succeeded");
    assert.equal(workspace.emulator.ledger().tokens.length, 1);
  });

  it("says that the workspace cannot be reached", async () => {
    await using workspace = await startWorkspace();
    const result = await createToken(workspace, {
      inputs: { workspaceUrl: "https://localhost:1" },
      variables: { "NotebookOps.AllowedHosts": "localhost" },
    });
    assert.match(
      errors(result)[0]!,
      /^Could not create a Databricks token: localhost:1 cannot be reached \(ECONNREFUSED\)/,
    );
  });

  for (const [inputs, problem] of [
    [{ workspaceUrl: "$(NotSet)" }, /Input 'workspaceUrl' is \$\(NotSet\), a variable that nothing has set/],
    [{ lifetimeMinutes: "4" }, /Input 'lifetimeMinutes' is '4': give it a whole number from 5 to 1440/],
    [{ tokenKind: "oauth" }, /Input 'tokenKind' is 'oauth': give it one of pat, entra/],
    [{ variableName: "PATH" }, /Input 'variableName' is 'PATH'/],
    [{ workspaceResourceId: "weather" }, /Input 'workspaceResourceId' is 'weather'/],
    [{ workspaceUrl: "https://adb-1.example.org" }, /adb-1\.example\.org is not a host of the platform/],
  ] as const)
    it(`refuses ${JSON.stringify(inputs)} in one sentence, before it asks anybody`, async () => {
      await using workspace = await startWorkspace();
      const result = await createToken(workspace, { inputs: { ...inputs } });
      assert.equal(errors(result).length, 1);
      assert.match(errors(result)[0]!, problem);
      assert.deepEqual(workspace.requested(/token/), []);
    });
});

function createToken(workspace: TestWorkspace, more: Partial<RunTaskOptions> = {}) {
  const inputs = { azureSubscription: "azure", lifetimeMinutes: "30", ...more.inputs };
  const variables = { ...workspace.variables, ...more.variables };
  return runTask({ task: "DatabricksCreateBearerToken", workspace, ...more, inputs, variables });
}

function cleanUp(
  workspace: TestWorkspace,
  taskVariables: Record<string, string>,
  more: Partial<RunTaskOptions> = {},
) {
  return createToken(workspace, { ...more, stage: "postjob", taskVariables });
}
