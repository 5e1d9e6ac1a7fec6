import assert from "node:assert/strict";
import { waitUntilRunning } from "../../../../shared/databricks/clusters/start-cluster.ts";
import { json } from "../../http/faulty-server.ts";
import { type ScriptedWorkspace, scriptedWorkspace } from "../scripted-workspace.ts";

const get = "GET /api/2.1/clusters/get";
const getPool = "GET /api/2.0/instance-pools/get";
const cluster = (state: string, more = {}) => ({
  cluster_id: "c1",
  cluster_name: "weather",
  state,
  ...more,
});

function start(scripted: ScriptedWorkspace, more: { timeoutMs?: number; signal?: AbortSignal } = {}) {
  return waitUntilRunning(scripted.databricks, {
    clusterId: "c1",
    timeoutMs: 60_000,
    log: scripted.log,
    signal: new AbortController().signal,
    ...more,
  });
}

const eventLog = "its event log is at https://adb-1.7.azuredatabricks.net/compute/clusters/c1.";

describe("waiting for a cluster", () => {
  it("waiting for a cluster ends when it is RUNNING, and logs each state before that", async () => {
    await using scripted = await scriptedWorkspace({
      [get]: [cluster("PENDING", { state_message: "Finding  instances" }), cluster("RUNNING")],
    });
    await start(scripted);
    assert.deepEqual(
      scripted.lines.map((line) => line.replace(/\d+ s/, "<n> s")),
      [
        "Cluster weather: PENDING for <n> s (Finding instances), https://adb-1.7.azuredatabricks.net/compute/clusters/c1",
        "Cluster weather: RUNNING after <n> s, https://adb-1.7.azuredatabricks.net/compute/clusters/c1",
      ],
    );
  });

  for (const state of ["RESTARTING", "RESIZING", "UNKNOWN", "SOMETHING_NEW"])
    it(`waiting for a cluster goes on while it is ${state}`, async () => {
      await using scripted = await scriptedWorkspace({ [get]: [cluster(state), cluster("RUNNING")] });
      await start(scripted);
      assert.equal(scripted.asked.length, 2);
    });

  for (const state of ["TERMINATING", "TERMINATED", "ERROR"])
    it(`waiting for a cluster fails as soon as it is ${state}`, async () => {
      const reason = { code: "DRIVER_UNREACHABLE", type: "SERVICE_FAULT" };
      await using scripted = await scriptedWorkspace({
        [get]: [cluster(state, { termination_reason: reason })],
      });
      await assert.rejects(start(scripted), {
        message: `Could not start cluster weather (c1): it is ${state} (DRIVER_UNREACHABLE, SERVICE_FAULT); try again; if that does not help, use a larger driver node, because the driver may have run out of memory; ${eventLog}`,
      });
      assert.equal(scripted.asked.length, 1);
    });

  it("waiting for a cluster fails with the cluster's state when the time limit is reached", async () => {
    await using scripted = await scriptedWorkspace({
      [get]: [cluster("PENDING", { state_message: "Starting Spark" })],
    });
    await assert.rejects(start(scripted, { timeoutMs: 1 }), {
      message:
        "Could not start cluster weather (c1): after 1 ms it is still PENDING (Starting Spark); raise timeoutMinutes or see its event log at https://adb-1.7.azuredatabricks.net/compute/clusters/c1.",
    });
  });

  it("waiting for a cluster fails with the reason of the cancellation when the step is cancelled", async () => {
    await using scripted = await scriptedWorkspace({ [get]: [cluster("PENDING")] });
    const reason = new Error("Canceled.");
    const abort = new AbortController();
    const log = { ...scripted.log, outside: () => abort.abort(reason) };
    await assert.rejects(start({ ...scripted, log }, { signal: abort.signal }), reason);
  });

  it("waiting for a cluster fails if the step is cancelled, even if the cluster is RUNNING by then", async () => {
    const reason = new Error("Canceled.");
    const abort = new AbortController();
    await using scripted = await scriptedWorkspace({
      [get]: [
        (response) => {
          abort.abort(reason);
          response.end(JSON.stringify(cluster("RUNNING")));
        },
      ],
    });
    await assert.rejects(start(scripted, { signal: abort.signal }), reason);
  });

  const full = (more = {}) =>
    cluster("TERMINATED", {
      instance_pool_id: "p1",
      termination_reason: { code: "INSTANCE_POOL_MAX_CAPACITY_REACHED" },
      ...more,
    });
  const pool = (more = {}) => ({
    instance_pool_id: "p1",
    instance_pool_name: "small",
    max_capacity: 4,
    stats: { used_count: 3, pending_used_count: 1, idle_count: 9 },
    ...more,
  });
  const reached = "INSTANCE_POOL_MAX_CAPACITY_REACHED";
  for (const [what, answers, shown] of [
    ["a full pool", [full(), pool()], `(${reached}; pool small has 4 of 4 instances in use)`],
    [
      "a pool without a name",
      [full(), pool({ instance_pool_name: undefined })],
      `(${reached}; pool p1 has 4 of 4 instances in use)`,
    ],
    [
      "a pool that gives no counts",
      [full(), pool({ stats: undefined })],
      `(${reached}; pool small has 0 of 4 instances in use)`,
    ],
    ["a pool without a limit", [full(), pool({ max_capacity: undefined })], `(${reached})`],
    ["a pool that may not be read", [full(), json(403, {})], `(${reached})`],
  ] as const)
    it(`waiting for a cluster fails for ${what} with ${shown}`, async () => {
      await using scripted = await scriptedWorkspace({ [get]: [answers[0]], [getPool]: [answers[1]] });
      await assert.rejects(start(scripted), (error: Error) => error.message.includes(shown));
      assert.deepEqual(scripted.asked, [get, getPool]);
    });

  it("waiting for a cluster does not read the pool if it was not the reason, or if the cluster has no pool", async () => {
    for (const details of [
      full({ termination_reason: { code: "USER_REQUEST" } }),
      full({ instance_pool_id: "" }),
    ]) {
      await using scripted = await scriptedWorkspace({ [get]: [details], [getPool]: [pool()] });
      await assert.rejects(start(scripted));
      assert.deepEqual(scripted.asked, [get]);
    }
  });
});
