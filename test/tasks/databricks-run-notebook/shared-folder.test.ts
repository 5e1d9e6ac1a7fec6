import assert from "node:assert/strict";
import { once } from "node:events";
import type { TaskFixture } from "../../harness/task-fixture.ts";
import { exits, leftovers, nothingLeft, objectPaths, runNotebook } from "./run-notebook.ts";

describe("DatabricksRunNotebook and a workspace folder that steps share", function () {
  this.timeout(120_000);

  const workspaceFolder = "/Shared/team/weather";
  const inputs = { workspaceFolder, serverless: "true" };
  const mkdirs = (step: TaskFixture, folder: string) =>
    step.askDatabricks("POST", "/api/2.0/workspace/mkdirs", { path: folder });

  /** Calls `meanwhile` when the first request to the path comes in, and answers 429 until it is done. */
  const duringRequest = async (step: TaskFixture, match: string, meanwhile: () => Promise<unknown>) => {
    const signal = { pid: process.pid, name: "SIGUSR2" as const };
    const received = once(process, "SIGUSR2");
    const then = { status: 429, headers: { "retry-after-ms": "20" }, body: {} };
    await step.workspace.declareFault({ match: { path: match }, when: "before", then: { ...then, signal } });
    await step.workspace.declareFault({ match: { path: match }, when: "before", times: 100_000, then });
    await received;
    await meanwhile();
    await step.workspace.clearFaults();
  };
  const deleteFolder = (step: TaskFixture) =>
    step.askDatabricks("POST", "/api/2.0/workspace/delete", { path: "/Shared/team", recursive: true });

  for (const last of ["the one that made it", "the other one"])
    it(`deletes a folder that two steps share, and the folders above it that the build made, if the last step to end is ${last}`, async () => {
      await using step = await runNotebook({ "a.py": exits('"1"') });
      const first = await step.run({ inputs });
      const second = await step.run({ inputs });
      const steps = last === "the other one" ? [first, second] : [second, first];
      for (const each of steps) await step.cleanUp(each, { inputs });
      assert.deepEqual(leftovers(step), nothingLeft);
    });

  it("leaves an empty shared folder that was there before the build", async () => {
    await using step = await runNotebook({ "a.py": exits('"1"') });
    await mkdirs(step, workspaceFolder);
    const steps = [await step.run({ inputs }), await step.run({ inputs })];
    for (const each of steps) await step.cleanUp(each, { inputs });
    assert.deepEqual(objectPaths(step), ["/Shared/team", workspaceFolder]);
  });

  it("leaves a shared folder into which a user has put something, without its own marker folder", async () => {
    await using step = await runNotebook({ "a.py": exits('"1"') });
    const result = await step.run({ inputs });
    await mkdirs(step, `${workspaceFolder}/theirs`);
    await step.cleanUp(result, { inputs });
    assert.deepEqual(objectPaths(step), ["/Shared/team", workspaceFolder, `${workspaceFolder}/theirs`]);
  });

  it("deletes a shared folder that it made again after the other step had deleted it", async () => {
    await using step = await runNotebook({ "a.py": exits('"1"') });
    await mkdirs(step, workspaceFolder); // as the other step did
    const running = step.run({ inputs });
    await duringRequest(step, "/workspace/mkdirs$", () => deleteFolder(step));
    const result = await running;
    assert.equal(result.result, "succeeded", result.log);
    await step.cleanUp(result, { inputs });
    assert.deepEqual(leftovers(step), nothingLeft);
  });

  it("uploads again if another step deleted the folder between its creation and the upload", async () => {
    await using step = await runNotebook({ "a.py": exits('"1"') });
    const running = step.run({ inputs });
    await duringRequest(step, "/workspace/import$", () => deleteFolder(step));
    const result = await running;
    assert.equal(result.result, "succeeded", result.log);
    await step.cleanUp(result, { inputs });
    assert.deepEqual(leftovers(step), nothingLeft);
  });
});
