import assert from "node:assert/strict";
import { symlink } from "node:fs/promises";
import { errors } from "../../harness/run-task.ts";
import { assertNothingLeft, definition, inputsOf, outcomes, streamingTest } from "./streaming-test.ts";

const clusterConfig = JSON.stringify({
  spark_version: "15.4.x-scala2.12",
  node_type_id: "Standard_DS3_v2",
  num_workers: 0,
});

/** Why a test is refused: the change of its definition, the inputs of the step, and the error. */
const refusals: [
  what: string,
  changes: { from?: string; to?: string; inputs?: Record<string, string> },
  error: RegExp,
][] = [
  [
    "a definition that does not exist",
    { inputs: { definition: "streeming.yml" } },
    /^Could not read the streaming test \S*streeming\.yml: it does not exist; correct the input 'definition'\.$/,
  ],
  [
    "a misspelt field",
    { from: "iterations:", to: "itterations:" },
    /^Could not read the streaming test: streaming\.yml:\d+: unknown key "itterations"; did you mean "iterations"\?$/,
  ],
  [
    "a notebook that the folder does not have",
    { from: "cleanAfter: clean", to: "cleanAfter: claen" },
    /^Could not find the notebook "claen" of the streaming test Counting: \S+ has no such notebook; did you mean "clean"\?$/,
  ],
  [
    "payload files that do not exist",
    {
      from: "{ notebook: produce, parameters: { file: a, lines: 1 } }",
      to: "{ files: payloads/*.json, to: dbfs:/landing }",
    },
    /^Could not produce the payload of "First line": no file in \S+ matches "payloads\/\*\.json"; correct the glob, which is relative to the definition\.$/,
  ],
  [
    "a folder with a parameter that nobody gives",
    {
      from: "{ notebook: produce, parameters: { file: a, lines: 1 } }",
      to: "{ files: clean.py, to: 'dbfs:/{landing}' }",
    },
    /^Could not .*dbfs:\/\{landing\}.*landing/,
  ],
  [
    "validations without a cluster of their own if the step gives a job cluster",
    { inputs: { clusterConfig: "notebooks/cluster.json" } },
    /^Could not choose where the validations of Counting run: 'clusterConfig' is a job cluster, which only the job itself can use; add validateOn to the definition/,
  ],
  ["a mode that does not exist", { inputs: { mode: "stream" } }, /'mode'.*stream.*streaming/],
];

describe("DatabricksRunStreamingTest and what it is given", function () {
  this.timeout(120_000);

  for (const [what, { from = "", to = "", inputs = {} }, error] of refusals)
    it(`refuses ${what} before it sends a request`, async () => {
      await using step = await streamingTest({
        files: { "cluster.json": clusterConfig, "streaming.yml": definition.replace(from, to) },
      });
      const before = step.requests().length;
      const result = await step.run(inputsOf(step, inputs));
      assert.equal(result.result, "failed", result.log);
      assert.match(errors(result)[0]!, error);
      assert.equal(step.requests().length, before);
      const after = await step.cleanUp(result, inputsOf(step, inputs));
      assert.equal(after.result, "succeeded", after.log);
    });

  it("refuses a cluster config that is a link out of the folder of the definition", async () => {
    await using step = await streamingTest({
      files: {
        "streaming.yml": definition.replace(
          "  notebook: stream",
          "  notebook: stream\n  clusterConfig: cluster.json",
        ),
      },
    });
    await step.write({ "secret.json": clusterConfig });
    await symlink("../secret.json", `${step.notebookFolder}/cluster.json`);
    const result = await step.run(inputsOf(step));
    assert.match(errors(result)[0]!, /cluster\.json of the streaming test: it is a link out of the folder/);
  });

  it("runs the job on a job cluster and the validations on the cluster of the step", async () => {
    await using step = await streamingTest({
      files: {
        "cluster.json": clusterConfig,
        "streaming.yml": definition.replace(
          "  notebook: stream",
          "  notebook: stream\n  clusterConfig: cluster.json",
        ),
      },
    });
    const shared = step.ledger().clusters[0]!.id;
    const result = await step.run(inputsOf(step));
    assert.equal(result.result, "succeeded", result.log);
    const { runs } = await step.askDatabricks<{
      runs: {
        run_name: string;
        tasks: { existing_cluster_id?: string; cluster_instance: { cluster_id: string } }[];
      }[];
    }>("GET", "/api/2.2/jobs/runs/list?expand_tasks=true");
    const clusterOf = (name: RegExp) =>
      runs.find(({ run_name }) => name.test(run_name))!.tasks[0]!.cluster_instance.cluster_id;
    assert.equal(clusterOf(/Two more: validate/), shared);
    assert.notEqual(clusterOf(/^Counting \(notebook-ops/), shared);
    await assertNothingLeft(step, result);
  });

  it("runs the validations where validateOn says, and the job on the job cluster of the step", async () => {
    await using step = await streamingTest({
      files: { "cluster.json": clusterConfig, "streaming.yml": `${definition}validateOn: cluster\n` },
      inputs: { clusterConfig: "notebooks/cluster.json" },
    });
    const result = await step.run(inputsOf(step));
    assert.equal(result.result, "succeeded", result.log);
    assert.equal((await outcomes(result)).job, "passed");
    await assertNothingLeft(step, result);
  });

  it("says at the start that the token expires before the time of the test is over", async () => {
    await using step = await streamingTest({
      files: {
        "streaming.yml": definition
          .replace("expected: 0", "expected: 9")
          .replace("within: 60s", "within: 1s"),
      },
    });
    const result = await step.run({
      ...inputsOf(step, { timeoutMinutes: "90" }),
      variables: { BearerTokenExpiresOn: new Date(Date.now() + 3_600_000).toISOString() },
    });
    assert.match(
      result.log,
      /^The bearer token expires on \S+, but this step may take 1 h 30 min: raise lifetimeMinutes of DatabricksCreateBearerToken by 3[01], or lower timeoutMinutes\.\n.*Uploaded/ms,
    );
  });

  it("waits in the log through the states of the job, with the platform's message", async () => {
    await using step = await streamingTest({
      workspace: { databricks: { clusterStartSeconds: 2 } },
      hasCluster: false,
      inputs: { clusterConfig: "notebooks/cluster.json" },
      files: { "cluster.json": clusterConfig, "streaming.yml": `${definition}validateOn: serverless\n` },
    });
    const result = await step.run(inputsOf(step));
    assert.equal(result.result, "succeeded", result.log);
    assert.match(
      result.log,
      /^job: .*PENDING for .*\(Waiting for cluster\), https:.*^job: RUNNING for .*^job: runs after \d/ms,
    );
    await assertNothingLeft(step, result);
  });
});
