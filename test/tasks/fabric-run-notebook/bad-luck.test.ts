import assert from "node:assert/strict";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { askFabric } from "../../harness/fabric-api.ts";
import {
  assertCleanedUp,
  exits,
  fabricSource,
  leftInFabric,
  nothing,
  runNotebooks,
} from "./fabric-notebooks.ts";

const jobs = "/jobs/execute/instances$";
const fastClock = pathToFileURL(path.resolve(import.meta.dirname, "../../harness/fast-clock.mjs")).href;
const reset = { when: "after", then: { reset: true } } as const;

describe("FabricRunNotebook with bad luck", function () {
  this.timeout(120_000);

  it("waits for capacity, says so, and does not fail", async () => {
    await using step = await runNotebooks(
      { "a.py": exits('"1"'), "b.py": exits('"2"') },
      { fabric: { concurrentJobs: 1 } },
    );
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    assert.match(
      result.log,
      /^Notebook [ab]: waiting for capacity for .*\(Fabric answered 430 .*; next attempt in /m,
    );
  });

  it("waits as long as a rate limit asks", async () => {
    await using step = await runNotebooks({ "a.py": exits('"1"') });
    await step.workspace.declareFault({
      match: { service: "fabric", method: "POST", path: jobs },
      when: "before",
      then: {
        status: 429,
        headers: { "Retry-After": "1" },
        body: { errorCode: "RequestBlocked", message: "Blocked." },
      },
    });
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    assert.match(
      result.log,
      /^Notebook a: waiting to be started for .*\(Fabric answered 429 RequestBlocked: Blocked; next attempt in 1 s\)$/m,
    );
  });

  it("creates a notebook once although the answer to its creation was lost", async () => {
    await using step = await runNotebooks({ "a.py": exits('"1"') });
    await step.workspace.declareFault({
      match: { service: "fabric", method: "POST", path: "/items$" },
      ...reset,
    });
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    assert.match(
      result.log,
      /^Found the notebook "a-notebook-ops-\w+-0": it was created although the answer was lost\.$/m,
    );
    assert.equal(step.requests(/\/items$/).filter((each) => each.startsWith("POST")).length, 1);
    await assertCleanedUp(step, result);
  });

  it("starts a notebook once although the answer to its start was lost", async () => {
    await using step = await runNotebooks({ "a.py": exits('"1"') });
    await step.workspace.declareFault({ match: { service: "fabric", method: "POST", path: jobs }, ...reset });
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(step.requests(new RegExp(jobs)).length, 1);
    await assertCleanedUp(step, result);
  });

  it("fails if the notebook's run is skipped as a duplicate, and names it", async () => {
    await using step = await runNotebooks({ "a.py": exits('"1"') });
    await step.workspace.declareFault({ match: { operation: "fabric.job" }, then: { status: "Deduped" } });
    const result = await step.run();
    assert.equal(result.result, "failed");
    assert.match(
      result.log,
      /Notebook a: failed after [^:]+: it did not run, because another job of the same item was running/,
    );
    assert.deepEqual(leftInFabric(step), nothing);
  });

  it("fails if somebody cancels the run in the workspace", async () => {
    await using step = await runNotebooks({ "a.py": fabricSource("import time\ntime.sleep(60)") });
    let canceled: Promise<void> | undefined;
    const result = await step.run({
      onLine: (line) => {
        const [, workspace, item, run] =
          /groups\/([\w-]+)\/synapsenotebooks\/([\w-]+)\/snapshots\/([\w-]+)/.exec(line) ?? [];
        if (run !== undefined)
          canceled ??= askFabric(
            step.workspace,
            "POST",
            `/workspaces/${workspace}/items/${item}/jobs/instances/${run}/cancel`,
          );
      },
    });
    await canceled;
    assert.equal(result.result, "failed");
    assert.match(
      result.log,
      /Notebook a: failed after [^:]+: it was cancelled in the workspace, not by this pipeline/,
    );
  });

  it("fails with the sentence of Spark if the session does not start", async () => {
    await using step = await runNotebooks({ "a.py": exits('"1"') });
    const fail = { errorCode: "SessionError", message: "The Spark session could not be created." };
    await step.workspace.declareFault({ match: { operation: "fabric.job" }, then: { fail } });
    const result = await step.run();
    assert.match(
      result.log,
      /Notebook a: failed after [^:]+: SessionError: The Spark session could not be created/,
    );
    assert.deepEqual(leftInFabric(step), nothing);
  });

  it("fails if a notebook cannot be created, and deletes the others", async () => {
    await using step = await runNotebooks({ "a.py": exits('"1"'), "b.py": exits('"2"') });
    const fail = { errorCode: "CorruptedPayload", message: "The payload is corrupted." };
    await step.workspace.declareFault({
      match: { operation: "fabric.operation", name: "create b-" },
      then: { fail },
    });
    const result = await step.run();
    assert.equal(result.result, "failed");
    assert.match(
      result.log,
      /Could not create notebook "b-notebook-ops-\w+-1": .* CorruptedPayload: The payload is corrupted/,
    );
    await assertCleanedUp(step, result);
  });

  it("cancels a run that it cannot follow any more", async () => {
    await using step = await runNotebooks({ "a.py": fabricSource("import time\ntime.sleep(60)") });
    await step.workspace.declareFault({
      match: { service: "fabric", method: "GET", path: jobs.replace("$", "/") },
      when: "before",
      then: { status: 404, body: { errorCode: "EntityNotFound", message: "No such run." } },
    });
    const result = await step.run();
    assert.equal(result.result, "failed", result.log);
    assert.match(result.log, /^Notebook a: Could not look up run \S+: .* 404 EntityNotFound: No such run; /m);
    assert.match(result.log, /^Cancelled run \S+\.$/m);
    assert.deepEqual(leftInFabric(step), nothing);
  });

  it("cancels a run that takes longer than timeoutMinutes", async () => {
    await using step = await runNotebooks({ "a.py": exits('"1"') });
    await step.workspace.declareFault({ match: { operation: "fabric.job" }, then: { never: true } });
    const result = await step.run({
      inputs: { timeoutMinutes: "1" },
      environment: { NODE_OPTIONS: `--import=${fastClock}` },
    });
    assert.equal(result.result, "failed", result.log);
    assert.match(
      result.log,
      /it took longer than 1 min \(it was NotStarted\) and was cancelled; raise timeoutMinutes/,
    );
    assert.deepEqual(leftInFabric(step), nothing);
  });
});

describe("FabricRunNotebook in a place that cannot be used", function () {
  this.timeout(60_000);

  for (const [title, { fabric, inputs, message }] of Object.entries({
    "a misspelt workspace": {
      fabric: { workspaces: [{ name: "Tests" }, { name: "Production" }] },
      inputs: { workspace: "Test", lakehouse: "" },
      message: /Could not find the Fabric workspace "Test": .*; did you mean "Tests"\?/,
    },
    "a workspace name that is two": {
      fabric: { workspaces: [{ name: "Tests" }, { name: "Tests" }] },
      inputs: { workspace: "Tests", lakehouse: "" },
      message:
        /Could not find the Fabric workspace "Tests": there are 2 of that name \([\w-]+, [\w-]+\); give the id instead of the name\./,
    },
    "a lakehouse that is missing": {
      fabric: { workspaces: [{ name: "Tests", lakehouses: ["Sales"] }] },
      inputs: { workspace: "Tests", lakehouse: "Salse" },
      message:
        /Could not find the lakehouse "Salse" in the Fabric workspace "Tests": .*; did you mean "Sales"\?/,
    },
    "a paused capacity": {
      fabric: {
        capacities: [{ name: "small", state: "Paused" as const }],
        workspaces: [{ name: "Tests", capacity: "small" }],
      },
      inputs: { workspace: "Tests", lakehouse: "" },
      message: /resume the capacity of the workspace, or assign the workspace to another one\./,
    },
  }))
    it(`fails with advice if it is given ${title}, and leaves nothing`, async () => {
      await using step = await runNotebooks({ "a.py": exits('"1"') }, { fabric });
      const result = await step.run({ inputs });
      assert.equal(result.result, "failed", result.log);
      assert.match(result.log, message);
      await assertCleanedUp(step, result);
    });

  it("fails with advice if the service connection has no role in the workspace", async () => {
    await using step = await runNotebooks(
      { "a.py": exits('"1"') },
      { workspace: { serviceConnections: { azure: { type: "azurerm", inFabric: false } } } },
    );
    const result = await step.run();
    assert.match(
      result.log,
      /has no role in any workspace; give the service connection's application the role Contributor/,
    );
  });
});
