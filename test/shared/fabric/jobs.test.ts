import assert from "node:assert/strict";
import type { JobInstance } from "../../../shared/fabric/api/jobs.ts";
import { awaitJob, executionOf, hasEnded } from "../../../shared/fabric/jobs/await-job.ts";
import type { RequestError } from "../../../shared/http/errors.ts";
import { skipWaits } from "../../harness/timers.ts";
import { instanceId, itemId, scriptedFabric, workspaceId } from "./fabric-server.ts";

const item = { workspaceId, itemId };
const started = {
  status: 202,
  headers: {
    location: `https://api.fabric.microsoft.com/v1/workspaces/${workspaceId}/items/${itemId}/jobs/instances/${instanceId}`,
    "retry-after": "60",
  },
};
const options = { attempted: "start notebook etl", timeoutMs: 600_000, signal: new AbortController().signal };
const reference = { referenceType: "ById", workspaceId, itemId, displayName: "Sales" } as const;

describe("starting a job of Fabric", () => {
  // https://learn.microsoft.com/rest/api/fabric/notebook/background-jobs/run-on-demand-notebook
  it("starts a notebook with typed parameters, its lakehouse and its environment", async () => {
    await using server = await scriptedFabric(started);
    const job = await server.fabric.jobs.runNotebook(
      item,
      {
        parameters: [{ name: "days", type: "Integer", value: 3 }],
        defaultLakehouse: reference,
        environment: reference,
      },
      options,
    );
    assert.deepEqual(job, { id: instanceId, retryAfterMs: 60_000 });
    assert.deepEqual(server.asked(), [
      `POST /v1/workspaces/${workspaceId}/notebooks/${itemId}/jobs/execute/instances?beta=false`,
    ]);
    const { displayName: _, ...byId } = reference;
    assert.deepEqual(JSON.parse(server.server.requests[0]!.body), {
      parameters: [{ name: "days", type: "Integer", value: 3 }],
      executionData: {
        compute: "Spark",
        computeConfiguration: { defaultLakehouse: byId, attachedEnvironment: byId },
      },
    });
  });

  // https://learn.microsoft.com/fabric/data-engineering/notebook-public-api
  it("uses the older form of the API where the newer one does not exist", async () => {
    await using server = await scriptedFabric({ status: 404 }, started);
    const parameters = [
      { name: "days", type: "Integer", value: 3 },
      { name: "share", type: "Number", value: 0.5 },
      { name: "full", type: "Boolean", value: true },
      { name: "place", type: "Text", value: "Oslo" },
    ] as const;
    await server.fabric.jobs.runNotebook(
      item,
      { parameters, defaultLakehouse: reference, environment: reference },
      options,
    );
    assert.equal(
      server.asked()[1],
      `POST /v1/workspaces/${workspaceId}/items/${itemId}/jobs/instances?jobType=RunNotebook`,
    );
    assert.deepEqual(JSON.parse(server.server.requests[1]!.body), {
      executionData: {
        parameters: {
          days: { value: 3, type: "int" },
          share: { value: 0.5, type: "float" },
          full: { value: true, type: "bool" },
          place: { value: "Oslo", type: "string" },
        },
        configuration: {
          defaultLakehouse: { name: "Sales", id: itemId, workspaceId },
          environment: { id: itemId, name: "Sales" },
        },
      },
    });
  });

  it("does not take an item that is missing for an older API", async () => {
    await using server = await scriptedFabric({
      status: 404,
      body: { errorCode: "ItemNotFound", message: "no" },
    });
    await assert.rejects(server.fabric.jobs.runNotebook(item, {}, options), { kind: "notFound" });
    assert.equal(server.asked().length, 1);
  });

  for (const status of [430, 429])
    it(`waits as long as Fabric asks after ${status}, and tells of it`, async () => {
      const busy = {
        status,
        headers: { "retry-after": "55" },
        body: { errorCode: "TooManyRequestsForCapacity", message: "The capacity is in use." },
      };
      await using server = await scriptedFabric(busy, busy, started);
      using time = skipWaits((delayMs) => delayMs === 55_000);
      const pauses: string[] = [];
      const onPause = ({ cameBack }: RequestError, delayMs: number) => pauses.push(`${cameBack} ${delayMs}`);
      await server.fabric.jobs.runNotebook(item, {}, { ...options, onPause });
      const pause = `answered ${status} TooManyRequestsForCapacity: The capacity is in use 55000`;
      assert.deepEqual(pauses, [pause, pause]);
      assert.deepEqual(time.waitsMs, [55_000, 55_000]);
    });

  it("ends the wait for capacity when the step is cancelled", async () => {
    await using server = await scriptedFabric({ status: 430, headers: { "retry-after": "3600" } });
    const abort = new AbortController();
    const work = server.fabric.jobs.runNotebook(
      item,
      {},
      {
        ...options,
        timeoutMs: 7_200_000,
        signal: abort.signal,
        onPause: () => setImmediate(() => abort.abort()),
      },
    );
    await assert.rejects(work, { kind: "throttled" });
  });

  it("fails if the answer names no run, whose start is then unknown", async () => {
    await using server = await scriptedFabric({
      status: 202,
      headers: { location: "https://host/v1/other" },
    });
    await assert.rejects(
      server.fabric.jobs.runNotebook(item, {}, options),
      (error: RequestError) => error.ambiguous,
    );
  });
});

describe("cancelling a job of Fabric", () => {
  it("is done if the job has ended before", async () => {
    const body = { errorCode: "JobAlreadyCompleted", message: "It has completed." };
    await using server = await scriptedFabric({ status: 400, body });
    await server.fabric.jobs.cancel(item, instanceId);
  });

  it("fails with any other refusal", async () => {
    await using server = await scriptedFabric({ status: 403, body: { errorCode: "InsufficientPrivileges" } });
    await assert.rejects(server.fabric.jobs.cancel(item, instanceId), { kind: "forbidden" });
  });
});

describe("the end of a job of Fabric", () => {
  const end = (instance: Partial<JobInstance>) =>
    awaitJob({
      job: { id: instanceId, retryAfterMs: undefined },
      read: async () => ({ instance: { id: instanceId, status: "", ...instance }, retryAfterMs: undefined }),
      subject: "Notebook etl",
      url: () => "https://app.fabric.microsoft.com/",
      timeoutMs: 60_000,
      log: { outside: () => {} } as never,
      signal: new AbortController().signal,
    });

  it("is a success if it has completed", async () => {
    assert.equal((await end({ status: "Completed" })).state, "succeeded");
  });

  const failureReason = { errorCode: "Spark", message: "ValueError: boom." };
  for (const [instance, reason] of [
    [{ status: "Failed", failureReason }, "Spark: ValueError: boom"],
    [{ status: "Failed" }, "Fabric gives no reason"],
    [{ status: "Cancelled" }, "it was cancelled in the workspace, not by this pipeline"],
    [{ status: "Deduped" }, "it did not run, because another job of the same item was running"],
    [{ status: "Degraded", endTimeUtc: "2026-11-21T10:00:00" }, "it ended as Degraded"],
    [{ status: "completed", endTimeUtc: "2026-11-21T10:00:00" }, "it ended as completed"],
    [
      { status: "Completed", failureReason },
      "Fabric says both that it has completed and why it failed: Spark: ValueError: boom",
    ],
  ] as const)
    it(`is a failure if the job is ${JSON.stringify(instance)}`, async () => {
      const ended = await end(instance);
      assert.equal(ended.state, "failed");
      assert.equal("reason" in ended && ended.reason, reason);
    });

  for (const status of ["NotStarted", "InProgress", "Dehydrated"])
    it(`has not come while the job is ${status}`, () => {
      assert.equal(hasEnded({ id: instanceId, status }), false);
    });

  it("is waited for until the time limit, which its failure names", async () => {
    using _time = skipWaits();
    const ended = await end({ status: "InProgress" });
    assert.equal(ended.state, "timedOut");
    assert.equal(
      "reason" in ended && ended.reason,
      "it took longer than 1 min (it was InProgress) and was cancelled; raise timeoutMinutes if it needs more time",
    );
  });

  // https://learn.microsoft.com/rest/api/fabric/core/job-scheduler/get-item-job-instance
  it("has its times in UTC, although they have no zone", () => {
    const times = { startTimeUtc: "2023-04-22T06:35:00.7812154", endTimeUtc: "2023-04-22T06:36:00.8033333Z" };
    assert.deepEqual(executionOf({ id: instanceId, status: "Completed", ...times }), {
      startedOn: new Date("2023-04-22T06:35:00.781Z"),
      durationMs: 60_022,
    });
    assert.equal(
      executionOf({ id: instanceId, status: "Completed", ...times, startTimeUtc: "soon" }),
      undefined,
    );
    assert.equal(
      executionOf({ id: instanceId, status: "Completed", ...times, startTimeUtc: "0001-01-01T00:00:00" }),
      undefined,
    );
  });
});
