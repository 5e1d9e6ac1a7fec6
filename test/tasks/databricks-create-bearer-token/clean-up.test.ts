import assert from "node:assert/strict";
import { answersBeforeEffect, letEffectsCome, losesRequest, until } from "../../harness/late-effects.ts";
import { errors } from "../../harness/run-task.ts";
import { killedAtOnce } from "../../harness/task-fixture.ts";
import { createPath, createToken } from "./create-token.ts";

describe("DatabricksCreateBearerToken and its clean-up", () => {
  it("revokes the token after the job if the step was killed before the answer came", async () => {
    await using step = await createToken();
    await step.workspace.declareFault({
      match: { path: createPath },
      when: "after",
      then: { stallMs: 60_000 },
    });
    const canceled = new AbortController();
    const running = step.run({
      signal: canceled.signal,
      cancelTimes: killedAtOnce,
    });
    await until(() => step.ledger().tokens.length === 1);
    canceled.abort();
    const main = await running;
    assert.equal(main.result, "canceled");
    await step.cleanUp(main);
    assert.deepEqual(step.ledger().tokens, []);
  });

  it("revokes a token that appears after the post-job step has first looked for it, if the step was killed during the creation", async () => {
    await using step = await createToken({ inputs: { keepToken: "true" } });
    const { received } = await losesRequest(step.workspace, { path: createPath });
    const killed = new AbortController();
    const running = step.run({
      signal: killed.signal,
      cancelTimes: killedAtOnce,
    });
    await received;
    killed.abort();
    const main = await running;
    const cleaningUp = step.cleanUp(main);
    await until(() => step.requests(/token\/list$/).length > 0);
    await letEffectsCome(step.workspace);
    const after = await cleaningUp;
    assert.equal(after.result, "succeeded", after.log);
    assert.deepEqual(step.ledger().tokens, []);
  });

  it("keeps only the token that it handed over if keepToken is true and another token appears long after a 503", async () => {
    await using step = await createToken({ inputs: { keepToken: "true", lifetimeMinutes: "120" } });
    await answersBeforeEffect(step.workspace, { path: createPath });
    const main = await step.run();
    assert.equal(main.result, "succeeded", main.log);
    await letEffectsCome(step.workspace);
    assert.equal(step.ledger().tokens.length, 2);
    const kept = await step.cleanUp(main);
    assert.equal(kept.result, "succeeded", kept.log);
    assert.deepEqual(
      step.ledger().tokens.map(({ id }) => id),
      [main.variables.BearerTokenId],
    );
  });

  it("revokes its known token after the job if the list of tokens comes back empty", async () => {
    await using step = await createToken();
    const main = await step.run();
    await step.workspace.declareFault({ match: { path: "token/list$" }, when: "after", then: { body: {} } });
    await step.cleanUp(main);
    assert.deepEqual(step.ledger().tokens, []);
  });

  it("revokes its known token after the job, and fails, if the workspace refuses to list the tokens", async () => {
    await using step = await createToken();
    const main = await step.run();
    const body = { error_code: "PERMISSION_DENIED", message: "no list for you" };
    await step.workspace.declareFault({
      match: { path: "token/list$" },
      when: "before",
      then: { status: 403, body },
    });
    const after = await step.cleanUp(main);
    assert.match(errors(after).join("\n"), /^Could not list Databricks tokens: .* no list for you; /);
    assert.match(after.log, /^Revoked the bearer token\.$/m);
    assert.deepEqual(step.ledger().tokens, []);
  });

  it("logs after the job whether it revoked the token or found it gone", async () => {
    await using step = await createToken();
    const main = await step.run();
    assert.match((await step.cleanUp(main)).log, /^Revoked the bearer token\.$/m);
    assert.match((await step.cleanUp(main)).log, /^The bearer token is gone already\.$/m);
  });

  it("revokes every other token with its comment after the job, and fails, if one of them cannot be revoked", async () => {
    await using step = await createToken();
    const main = await step.run();
    const [token] = step.ledger().tokens;
    await step.askDatabricks(
      "POST",
      "/api/2.0/token/create",
      { comment: token!.name },
      main.secretVariables.BearerToken,
    );
    const body = { error_code: "PERMISSION_DENIED", message: "not yours" };
    const match = { path: "token/delete$" };
    await step.workspace.declareFault({ match, when: "before", then: { status: 403, body } });
    const after = await step.cleanUp(main);
    assert.match(errors(after).join("\n"), /^Could not revoke Databricks token .*: not yours; /);
    assert.equal(step.ledger().tokens.length, 1);
  });

  it("succeeds after the job if the answer to the revocation is lost", async () => {
    await using step = await createToken();
    const main = await step.run();
    const match = { path: "/api/2.0/token/delete$" };
    await step.workspace.declareFault({ match, when: "after", then: { reset: true } });
    const after = await step.cleanUp(main);
    assert.equal(after.result, "succeeded", after.log);
    assert.deepEqual(step.ledger().tokens, []);
  });

  it("revokes its token if it is cancelled while it waits for the answer", async () => {
    await using step = await createToken();
    await step.workspace.declareFault({
      match: { path: createPath },
      when: "after",
      then: { stallMs: 1_000 },
    });
    const canceled = new AbortController();
    const running = step.run({ signal: canceled.signal });
    await until(() => step.ledger().tokens.length === 1);
    canceled.abort();
    const main = await running;
    assert.equal(main.result, "canceled", main.log);
    assert.deepEqual(step.ledger().tokens, [], main.log);
  });

  it("revokes after the job, even if keepToken is true, the token that a cancelled step could not revoke", async () => {
    await using step = await createToken({ inputs: { keepToken: "true" } });
    await step.workspace.declareFault({
      match: { path: createPath },
      when: "after",
      then: { stallMs: 1_000 },
    });
    const body = { error_code: "PERMISSION_DENIED", message: "not now" };
    const match = { path: "token/delete$" };
    await step.workspace.declareFault({ match, when: "before", then: { status: 403, body } });
    const canceled = new AbortController();
    const running = step.run({ signal: canceled.signal });
    await until(() => step.ledger().tokens.length === 1);
    canceled.abort();
    const main = await running;
    assert.equal(main.result, "canceled", main.log);
    assert.equal(step.ledger().tokens.length, 1);
    await step.cleanUp(main);
    assert.deepEqual(step.ledger().tokens, []);
  });
});
