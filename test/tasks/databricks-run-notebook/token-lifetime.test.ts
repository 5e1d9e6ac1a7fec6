import assert from "node:assert/strict";
import { errors } from "../../harness/run-task.ts";
import { killedAtOnce } from "../../harness/task-fixture.ts";
import { exits, leftovers, nothingLeft, runNotebook, sleeps } from "./run-notebook.ts";

const minutesFromNow = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

describe("DatabricksRunNotebook and the lifetime of its bearer token", function () {
  this.timeout(120_000);

  it("says before it starts by how much to raise lifetimeMinutes if the token may expire during the step", async () => {
    await using step = await runNotebook({
      "a.py": exits('"1"'),
      "b.py": exits('"1"'),
      "c.py": exits('"1"'),
    });
    const result = await step.run({
      inputs: { timeoutMinutes: "60", maxConcurrency: "2" },
      variables: { BearerTokenExpiresOn: minutesFromNow(50) },
    });
    assert.equal(result.result, "succeeded", result.log);
    assert.match(
      result.log,
      /The bearer token expires on .*Z, but this step may take 2 h: raise lifetimeMinutes of DatabricksCreateBearerToken by 71, or lower timeoutMinutes\./,
    );
  });

  it("says nothing if the token lives long enough", async () => {
    await using step = await runNotebook({ "a.py": exits('"1"') });
    const result = await step.run({ variables: { BearerTokenExpiresOn: minutesFromNow(61) } });
    assert.doesNotMatch(result.log, /bearer token/);
  });

  it("fails before its first request if the token has expired", async () => {
    await using step = await runNotebook({ "a.py": exits('"1"') });
    const before = step.requests().length;
    const result = await step.run({ variables: { BearerTokenExpiresOn: "2020-01-01T00:00:00.000Z" } });
    assert.deepEqual(errors(result), [
      "Could not use the bearer token: it expired on 2020-01-01T00:00:00.000Z; raise lifetimeMinutes of DatabricksCreateBearerToken, or run that task again before this one.",
    ]);
    assert.equal(step.requests().length, before);
  });

  it("does not judge a token of another origin by the variable BearerTokenExpiresOn", async () => {
    await using step = await runNotebook({ "a.py": exits('"1"') });
    const result = await step.run({
      inputs: { bearerToken: step.workspace.emulator.ready.databricksToken },
      variables: { BearerTokenExpiresOn: "2020-01-01T00:00:00.000Z" },
      secretVariables: { BearerToken: "dapi00000000000000000000000000000000" },
    });
    assert.equal(result.result, "succeeded", result.log);
  });

  it("cancels its run and deletes its folder with the Azure service connection if the token has expired", async () => {
    await using step = await runNotebook({ "a.py": sleeps });
    const killed = new AbortController();
    const result = await step.run({
      signal: killed.signal,
      cancelTimes: killedAtOnce,
      onLine: (line) => /Notebook a: RUNNING/.test(line) && killed.abort(),
    });
    assert.equal(leftovers(step).runs.length, 1);
    const after = await step.cleanUp(result, {
      variables: { BearerTokenExpiresOn: "2020-01-01T00:00:00.000Z" },
      secretVariables: { BearerToken: "dapi00000000000000000000000000000000" },
    });
    assert.equal(after.result, "succeeded", after.log);
    assert.deepEqual(leftovers(step), nothingLeft);
  });
});
