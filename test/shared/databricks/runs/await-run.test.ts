import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { DatabricksClient } from "../../../../shared/databricks/connection.ts";
import { awaitNotebook } from "../../../../shared/databricks/runs/await-run.ts";
import { HttpClient } from "../../../../shared/http/client.ts";
import { HostPolicy } from "../../../../shared/http/hosts.ts";
import type { Log } from "../../../../shared/task/host.ts";
import { startWorkspace, type TestWorkspace } from "../../../harness/workspace.ts";
import { askDatabricks, existingCluster } from "../../../tasks/databricks-api.ts";

/** Our own limit comes a minute after the platform's: so much less than nothing leaves it a second. */
const oneSecondWithTheGrace = 1_000 - 60_000;

describe("waiting for a notebook", () => {
  it("cancels the run where the platform does not keep its limit", async () => {
    await using workspace = await startWorkspace();
    const runId = await longRun(workspace);
    const outcome = await awaitNotebook(clientOf(workspace), {
      run: {
        name: "a",
        notebookPath: "/Shared/a",
        runName: "a",
        token: "a",
        parameters: {},
        compute: { kind: "serverless" },
        timeoutMs: oneSecondWithTheGrace,
      },
      runId,
      log: { line() {}, outside() {}, detail() {}, warning() {} } as unknown as Log,
      signal: new AbortController().signal,
      onUrl() {},
      getOutput: () => assert.fail("a run that was cut off has no output to read"),
    });
    assert.equal(outcome.state, "failed");
    assert.match(outcome.reason!, /it took longer than .* and was cancelled/);
    assert.equal(outcome.isAlive, false);
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
