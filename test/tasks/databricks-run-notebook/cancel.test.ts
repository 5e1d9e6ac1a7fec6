import assert from "node:assert/strict";
import { letEffectsCome, losesRequest, until } from "../../harness/late-effects.ts";
import { errors } from "../../harness/run-task.ts";
import { killedAtOnce, type TaskFixture } from "../../harness/task-fixture.ts";
import { exits, leftovers, nothingLeft, runNotebook, sleeps } from "./run-notebook.ts";

describe("DatabricksRunNotebook that is cancelled or killed", function () {
  this.timeout(120_000);

  it("DatabricksRunNotebook leaves nothing behind if it is cancelled while a notebook runs", async () => {
    await using step = await runNotebook({ "a.py": sleeps, "b.py": exits('"1"') });
    const cancel = new AbortController();
    const result = await step.run({
      inputs: { maxConcurrency: "1" },
      signal: cancel.signal,
      onLine: (line) => /Notebook a: RUNNING/.test(line) && cancel.abort(),
    });
    assert.equal(result.result, "canceled");
    assert.match(result.log, /Cancelled run \d+/);
    assert.doesNotMatch(result.log, /Notebook b/); // it is not started any more
    assert.equal(step.requests(/runs\/submit$/).length, 1);
    const after = await step.cleanUp(result); // a notebook may take longer to stop than a cancelled step has
    assert.equal(after.result, "succeeded", after.log);
    assert.deepEqual(leftovers(step), nothingLeft);
  });

  const runKilledDuring = async (step: TaskFixture, received: Promise<unknown>) => {
    const killed = new AbortController();
    const running = step.run({ signal: killed.signal, cancelTimes: killedAtOnce });
    await received;
    killed.abort();
    return running;
  };

  for (const maxConcurrency of ["1", "2"])
    it(`DatabricksRunNotebook leaves nothing behind if it is killed during the submission of a second notebook after the first has ended, with maxConcurrency ${maxConcurrency}`, async () => {
      await using step = await runNotebook({ "a.py": exits('"1"'), "b.py": sleeps });
      await step.workspace.declareFault({
        match: { path: "/runs/submit$", nth: 2 },
        when: "after",
        then: { stallMs: 60_000 },
      });
      const killed = new AbortController();
      let hasEnded = false;
      const watch = setInterval(() => hasEnded && leftovers(step).runs.length > 0 && killed.abort(), 20);
      const result = await step
        .run({
          inputs: { maxConcurrency },
          signal: killed.signal,
          cancelTimes: killedAtOnce,
          onLine: (line) => {
            hasEnded ||= /Notebook [ab]: succeeded/.test(line);
          },
        })
        .finally(() => clearInterval(watch));
      assert.equal(leftovers(step).runs.length, 1);
      const after = await step.cleanUp(result);
      assert.equal(after.result, "succeeded", after.log);
      assert.deepEqual(leftovers(step), nothingLeft);
    });

  it("cancels a run that starts after the post-job step has first looked for it, if it was killed during the submission", async () => {
    await using step = await runNotebook({ "a.py": sleeps });
    const { received } = await losesRequest(step.workspace, { path: "/runs/submit$" });
    const result = await runKilledDuring(step, received);
    const afterJob = step.cleanUp(result, { inputs: { keepNotebooks: "true" } }); // otherwise the run would find no notebook
    await until(() => step.requests(/runs\/list$/).length > 0);
    await letEffectsCome(step.workspace);
    const after = await afterJob;
    assert.equal(after.result, "succeeded", after.log);
    assert.match(after.log, /Cancelled run \d+/);
    assert.deepEqual(leftovers(step).runs, []);
  });

  it("cancels a running notebook and a run that starts after the post-job step has first looked for it, if it was killed during the second submission", async () => {
    await using step = await runNotebook({ "a.py": sleeps, "b.py": sleeps });
    const { received } = await losesRequest(step.workspace, { path: "/runs/submit$", nth: 2 });
    const killed = new AbortController();
    let isRunning = false;
    const running = step.run({
      inputs: { maxConcurrency: "2" },
      signal: killed.signal,
      cancelTimes: killedAtOnce,
      onLine: (line) => {
        isRunning ||= /Notebook [ab]: RUNNING/.test(line);
      },
    });
    await received;
    await until(() => isRunning);
    killed.abort();
    const afterJob = step.cleanUp(await running, { inputs: { keepNotebooks: "true" } });
    await until(() => leftovers(step).runs.length === 0); // the known run is cancelled; the other one has not started yet
    await letEffectsCome(step.workspace);
    const after = await afterJob;
    assert.equal(after.result, "succeeded", after.log);
    assert.equal(after.log.match(/Cancelled run \d+/g)?.length, 2);
    assert.deepEqual(leftovers(step).runs, []);
  });

  it("deletes a folder that appears after the post-job step has first looked for it, if it was killed during its creation", async () => {
    await using step = await runNotebook({ "a.py": exits('"1"') });
    const { received } = await losesRequest(step.workspace, { path: "/workspace/mkdirs$" });
    const result = await runKilledDuring(step, received);
    const afterJob = step.cleanUp(result);
    await until(() => step.requests(/workspace\/delete$/).length >= 3);
    await letEffectsCome(step.workspace);
    const after = await afterJob;
    assert.equal(after.result, "succeeded", after.log);
    assert.deepEqual(leftovers(step), nothingLeft);
  });

  it("deletes its folder and reports the failure if the run cannot be cancelled after the job", async () => {
    await using step = await runNotebook({ "a.py": sleeps });
    const killed = new AbortController();
    const result = await step.run({
      signal: killed.signal,
      cancelTimes: killedAtOnce,
      onLine: (line) => /Notebook a: RUNNING/.test(line) && killed.abort(),
    });
    const body = { error_code: "PERMISSION_DENIED", message: "not yours" };
    await step.workspace.declareFault({
      match: { path: "/runs/cancel$" },
      when: "before",
      then: { status: 403, body },
    });
    const after = await step.cleanUp(result);
    assert.match(errors(after).join("\n"), /^Could not cancel run \d+: .*: not yours; /);
    assert.deepEqual(leftovers(step).workspaceObjects, []);
  });

  it("takes an answer with no content for a success when it cancels the run and deletes the folder after the job", async () => {
    await using step = await runNotebook({ "a.py": sleeps });
    const killed = new AbortController();
    const result = await step.run({
      signal: killed.signal,
      cancelTimes: killedAtOnce,
      onLine: (line) => /Notebook a: RUNNING/.test(line) && killed.abort(),
    });
    for (const path of ["/runs/cancel$", "/workspace/delete$"])
      await step.workspace.declareFault({
        match: { path },
        times: 10,
        when: "after",
        then: { status: 200, body: "" },
      });
    const after = await step.cleanUp(result);
    assert.equal(after.result, "succeeded", after.log);
    assert.deepEqual(leftovers(step), nothingLeft);
  });

  it("cancels the run after the job if it was killed before the answer to the submission came", async () => {
    await using step = await runNotebook({ "a.py": sleeps });
    const killed = new AbortController();
    await step.workspace.declareFault({
      match: { path: "/runs/submit$" },
      when: "after",
      then: { stallMs: 60_000 },
    });
    const watch = setInterval(() => leftovers(step).runs.length > 0 && killed.abort(), 20);
    const result = await step
      .run({
        signal: killed.signal,
        cancelTimes: killedAtOnce,
      })
      .finally(() => clearInterval(watch));
    assert.equal(leftovers(step).runs.length, 1);
    const after = await step.cleanUp(result);
    assert.equal(after.result, "succeeded", after.log);
    assert.deepEqual(leftovers(step), nothingLeft);
  });
});
