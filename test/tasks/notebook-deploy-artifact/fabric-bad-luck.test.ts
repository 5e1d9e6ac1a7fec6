import assert from "node:assert/strict";
import { errors } from "../../harness/run-task.ts";
import { FabricSite, first, firstNotebooks, recordName, second } from "./fabric-site.ts";

const lockName = (id: string) => `notebook-ops-lock-weather--${id}`;
const lockOf = (minutesAgo: number) =>
  `notebook-ops lock since ${new Date(Date.now() - minutesAgo * 60_000).toISOString()} of build 344`;
const forbidden = { status: 403, body: { errorCode: "InsufficientPrivileges", message: "Not yours" } };

describe("NotebookDeployArtifact to Fabric, with bad luck", function () {
  this.timeout(120_000);

  for (const [what, path, nth] of [
    ["update", "/updateDefinition$", 2],
    ["creation", "/items$", 2],
  ] as const)
    it(`restores the previous version in Fabric if it refuses the ${what} of a notebook`, async () => {
      await using site = await FabricSite.open();
      await site.deploy(await site.artifact("1.0.0", first));
      const next = await site.artifact("2.0.0", second);
      await site.workspace.declareFault({
        match: { service: "fabric", method: "POST", path, nth },
        when: "before",
        then: forbidden,
      });
      const result = await site.run(next);
      assert.equal(result.result, "failed", result.log);
      assert.match(errors(result)[0]!, /Not yours/);
      assert.match(result.log, /Restored the previous notebooks of weather in Weather\./);
      await site.assertFirst();
      await site.cleanUp(result, next);
    });

  it("leaves nothing in Fabric if the first deployment fails", async () => {
    await using site = await FabricSite.open();
    await site.workspace.declareFault({
      match: { service: "fabric", method: "POST", path: "/items$", nth: 4 },
      when: "before",
      then: forbidden,
    });
    const one = await site.artifact("1.0.0", first);
    const result = await site.run(one);
    assert.equal(result.result, "failed", result.log);
    await site.cleanUp(result, one);
    assert.deepEqual(await site.items(), []);
  });

  it("refuses to deploy to Fabric while another build does, and takes over the lock of a dead agent", async () => {
    await using site = await FabricSite.open();
    const one = await site.artifact("1.0.0", first);
    const { id } = await site.create(lockName("0123456789ab"), lockOf(5));
    const refused = await site.run(one);
    assert.equal(refused.result, "failed", refused.log);
    assert.match(
      errors(refused)[0]!,
      /^Could not deploy weather to Weather: build 344 has been deploying there since .*; wait until it has finished, or delete the notebook notebook-ops-lock-weather--0123456789ab if/,
    );
    assert.deepEqual(
      (await site.items()).map(({ displayName }) => displayName),
      [lockName("0123456789ab")],
    );
    await site.ask("PATCH", `/items/${id}`, { description: lockOf(61) });
    await site.deploy(one);
    await site.assertFirst();
  });

  it("restores nothing in Fabric over the notebooks of another deployment that has taken over", async () => {
    await using site = await FabricSite.open();
    await site.deploy(await site.artifact("1.0.0", first));
    const next = await site.artifact("2.0.0", second);
    // The lock, the record, and the first notebook.
    const killed = await site.runSignalled(next, 3, "SIGKILL");
    assert.equal(killed.exitCode, null, killed.log);
    const own = (await site.items()).find(({ displayName }) => displayName.startsWith(lockName("")));
    await site.ask("DELETE", `/items/${own!.id}`);
    await site.create(lockName("0123456789ab"), lockOf(0));
    await site.edit("etl", "version = 3");
    const after = await site.cleanUp(killed, next);
    assert.doesNotMatch(after.log, /Restored/);
    assert.equal((await site.notebooks()).etl, "version = 3");
    assert.equal((await site.record()).state, "deploying");
    await site.item(lockName("0123456789ab"));
  });

  it("completes a half-deployed version in Fabric by the next deployment if the agent died", async () => {
    await using site = await FabricSite.open();
    await site.deploy(await site.artifact("1.0.0", first));
    const next = await site.artifact("2.0.0", second);
    await site.runSignalled(next, 5, "SIGKILL");
    const own = (await site.items()).find(({ displayName }) => displayName.startsWith(lockName("")));
    await site.ask("PATCH", `/items/${own!.id}`, { description: lockOf(61) });
    assert.equal((await site.record()).state, "deploying");
    await site.deploy(next);
    await site.assertSecond();
  });

  it("waits while Fabric reserves the name of a notebook that the version before has removed", async () => {
    await using site = await FabricSite.open({ nameReservedSeconds: 3 });
    const one = await site.artifact("1.0.0", first);
    await site.deploy(one);
    await site.deploy(await site.artifact("2.0.0", second));
    const result = await site.deploy(one);
    assert.match(result.log, /Notebook gone: waiting for .*not available yet/);
    await site.assertFirst();
  });

  it("deploys to Fabric again if somebody has replaced a deployed notebook by one of the same name only when that is gone", async () => {
    await using site = await FabricSite.open();
    const one = await site.artifact("1.0.0", first);
    await site.deploy(one);
    await site.ask("DELETE", `/items/${(await site.item("etl")).id}`);
    const own = await site.create("etl");
    const refused = await site.run(one);
    assert.match(errors(refused)[0]!, /a notebook named "etl" is in the way/);
    await site.ask("DELETE", `/items/${own.id}`);
    await site.deploy(one);
    assert.deepEqual(await site.notebooks(), firstNotebooks);
    await site.item(recordName);
  });
});
