import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { DatabricksClient } from "../../../../shared/databricks/connection.ts";
import { awaitRun } from "../../../../shared/databricks/runs/await-run.ts";
import { HttpClient } from "../../../../shared/http/client.ts";
import { HostPolicy } from "../../../../shared/http/hosts.ts";
import type { Log } from "../../../../shared/task/host.ts";
import { askDatabricks, existingCluster } from "../../../harness/databricks-api.ts";
import { startWorkspace, type TestWorkspace } from "../../../harness/workspace.ts";

/** Our own time limit is a minute later than Databricks': with this timeout it is reached after a second. */
const oneSecondWithTheGrace = 1_000 - 60_000;

describe("waiting for a run", () => {
  it("waiting for a run cancels a run that Databricks does not end at its time limit", async () => {
    await using workspace = await startWorkspace();
    const runId = await longRun(workspace);
    const end = await awaitRun(clientOf(workspace), {
      runId,
      subject: "Notebook a",
      timeoutMs: oneSecondWithTheGrace,
      log: { line() {}, outside() {}, detail() {}, warning() {} } as unknown as Log,
      signal: new AbortController().signal,
      onUrl() {},
    });
    assert(end.state === "failed");
    assert.match(end.reason, /it took longer than .* and was cancelled/);
    assert.equal(end.isAlive, false);
    assert.deepEqual(workspace.emulator.ledger().runs, []);
  });
});

async function longRun(workspace: TestWorkspace): Promise<number> {
  const content = Buffer.from("# Databricks notebook source\nimport time\ntime.sleep(60)").toString("base64");
  const notebook = { path: "/Shared/a", format: "SOURCE", language: "PYTHON", content };
  await askDatabricks(workspace, "POST", "/api/2.0/workspace/import", notebook);
  const existing_cluster_id = await existingCluster(workspace);
  const task = { task_key: "a", notebook_task: { notebook_path: "/Shared/a" }, existing_cluster_id };
  const submit = "/api/2.2/jobs/runs/submit";
  return (await askDatabricks<{ run_id: number }>(workspace, "POST", submit, { tasks: [task] })).run_id;
}

function clientOf({ emulator: { ready } }: TestWorkspace): DatabricksClient {
  const { databricksUrl: url, databricksToken, caFile } = ready;
  const http = new HttpClient({
    baseUrl: url,
    hosts: new HostPolicy("databricks", new URL(url).host),
    authorization: async () => `Bearer ${databricksToken}`,
    network: {
      proxyFor: () => undefined,
      certificateAuthorities: () => [readFileSync(caFile, "utf8")],
    },
  });
  return new DatabricksClient(url, http);
}
