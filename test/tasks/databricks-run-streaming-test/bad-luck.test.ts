import assert from "node:assert/strict";
import { errors } from "../../harness/run-task.ts";
import { attached } from "../databricks-run-notebook/run-notebook.ts";
import {
  assertNothingLeft,
  counting,
  definition,
  inputsOf,
  outcomes,
  streamingTest,
  validating,
} from "./streaming-test.ts";

/** The stream, with a check before each of its rounds. */
const countingWith = (check: string) => counting.replace("while True:", `while True:\n    ${check}`);

const failIf = (file: string) =>
  countingWith(
    `if any(each.name == "${file}" for each in dbutils.fs.ls("dbfs:/")): raise ValueError("silver has no column price")`,
  );

describe("DatabricksRunStreamingTest and bad luck", function () {
  this.timeout(120_000);

  it("fails at once with the stream's own error, cell and trace if a stream throws, and cancels the validation", async () => {
    await using step = await streamingTest({
      files: {
        "stream.py": countingWith('if counted() == 3: raise ValueError("silver has no column price")'),
        "streaming.yml": definition.replace("expected: 3 }, within: 30s", "expected: 3 }, within: 10m"),
      },
    });
    const result = await step.run(inputsOf(step));
    assert.equal(result.result, "failed", result.log);
    const [error] = errors(result);
    assert.match(
      error!,
      /^Could not complete the streaming test Counting: job: ValueError: silver has no column price; see https:\/\/localhost:\d+\/\S+$/,
    );
    assert.match(result.log, /^Traceback|ValueError +Traceback/m);
    assert.doesNotMatch(result.log, /this step was cancelled/);
    const phases = await outcomes(result);
    assert.equal(phases["First line: validate"], "passed");
    assert.equal(phases["Two more: validate"], "skipped");
    assert.equal(phases.job, "failed");
    assert.equal(phases["clean after"], "passed");
    assert.match(await attached(result, "notebook-ops.report"), /if counted\(\) == 3/);
    await assertNothingLeft(step, result);
  });

  it("reports the last failure of a validation that never passes, with its cell and how often it was tried", async () => {
    await using step = await streamingTest({
      files: {
        "streaming.yml": definition.replace("expected: 3 }, within: 30s", "expected: 4 }, within: 3s"),
      },
    });
    const result = await step.run(inputsOf(step));
    assert.equal(result.result, "failed", result.log);
    assert.match(
      errors(result)[0]!,
      /Two more: validate: it did not pass within 3 s, in \d+ tries; the last one failed: AssertionError: 3 lines, not 4; raise within of the validation of "Two more" if it needs more time; see https:/,
    );
    assert.match(await attached(result, "notebook-ops.report"), /found = dbutils\.fs\.head/);
    const phases = await outcomes(result);
    assert.equal(phases.job, "passed");
    await assertNothingLeft(step, result);
  });

  it("fails if the job stays PENDING, with the platform's message", async () => {
    await using step = await streamingTest({
      files: {
        "cluster.json": JSON.stringify({
          spark_version: "15.4.x-scala2.12",
          node_type_id: "Standard_DS3_v2",
          num_workers: 0,
        }),
        "streaming.yml": definition
          .replace("  notebook: stream", "  notebook: stream\n  clusterConfig: cluster.json")
          .replace("within: 60s", "within: 2s"),
      },
    });
    await step.workspace.declareFault({
      match: { operation: "cluster.start", name: "^job-" },
      then: { never: true },
    });
    const result = await step.run(inputsOf(step));
    assert.equal(result.result, "failed", result.log);
    assert.match(
      errors(result)[0]!,
      /ready: it did not run within 2 s: it is PENDING \(Waiting for cluster\); look at the job's compute, or raise ready\.within/,
    );
    assert.equal((await outcomes(result)).job, "skipped", "it never ran");
    assert.match(result.log, /^job: PENDING for \d+ (ms|s) \(Waiting for cluster\), https:/m);
    await assertNothingLeft(step, result);
  });

  it("fails if somebody cancels the run in the workspace, and says so", async () => {
    await using step = await streamingTest({
      files: {
        "streaming.yml": definition.replace("expected: 3 }, within: 30s", "expected: 4 }, within: 10m"),
      },
    });
    const result = await step.run({
      ...inputsOf(step),
      onLine: (line) => {
        if (!/^Two more: validate: not yet/.test(line)) return;
        const run = step.ledger().runs.find(({ name }) => name.startsWith("Counting (notebook-ops"))!;
        void step.askDatabricks("POST", "/api/2.2/jobs/runs/cancel", { run_id: Number(run.id) });
      },
    });
    assert.equal(result.result, "failed", result.log);
    assert.match(errors(result)[0]!, /job: it was cancelled in the workspace, not by this pipeline/);
    await assertNothingLeft(step, result);
  });

  it("fails if a stream ends between the last validation and the cancellation, and says so", async () => {
    await using step = await streamingTest({
      files: {
        "stream.py": failIf("doomed"),
        "other.py": counting,
        "streaming.yml": definition.replace(
          "  notebook: stream",
          "  tasks: [{ name: other, notebook: other }, { name: silver, notebook: stream }]",
        ),
      },
    });
    await step.workspace.declareFault({
      match: { path: "/jobs/runs/cancel$" },
      when: "before",
      then: { stallMs: 3_000 },
    });
    const result = await step.run({
      ...inputsOf(step),
      onLine: (line) => {
        // The step now cancels the job, and its request is held back.
        if (/^Two more: validate: visible/.test(line))
          void step.askDatabricks("POST", "/api/2.0/dbfs/put", { path: "/doomed", contents: "eA==" });
      },
    });
    assert.equal(result.result, "failed", result.log);
    assert.match(
      errors(result)[0]!,
      /job: (a stream ended after the last validation, before the job was cancelled: )?task silver: ValueError: silver has no column price/,
    );
    const phases = await outcomes(result);
    assert.equal(phases["Two more: validate"], "passed");
    await assertNothingLeft(step, result);
  });

  it("fails at once if a stream of a job with retries dies, although the job runs it again", async () => {
    await using step = await streamingTest({
      files: { "streaming.yml": definition.replace("  notebook: stream", "  existing: Own") },
    });
    const path = "/Shared/own";
    const content = Buffer.from(failIf("landing/")).toString("base64");
    const format = { format: "SOURCE", language: "PYTHON" };
    await step.askDatabricks("POST", "/api/2.0/workspace/import", { path, content, ...format });
    await step.askDatabricks("POST", "/api/2.2/jobs/create", {
      name: "Own",
      tasks: [
        {
          task_key: "gold",
          notebook_task: { notebook_path: path },
          existing_cluster_id: step.ledger().clusters[0]!.id,
          max_retries: -1,
          min_retry_interval_millis: 60_000,
        },
      ],
    });
    const result = await step.run(inputsOf(step));
    assert.equal(result.result, "failed", result.log);
    assert.match(errors(result)[0]!, /: job: ValueError: silver has no column price; see https:/);
    assert.equal((await outcomes(result))["First line: validate"], "skipped");
  });

  it("says what to do if several jobs have the name of the one that exists", async () => {
    const own = definition
      .replace("  notebook: stream", "  existing: Own")
      .replace("cleanBefore: clean\n", "");
    await using step = await streamingTest({ files: { "streaming.yml": own } });
    for (let count = 0; count < 2; count++)
      await step.askDatabricks("POST", "/api/2.2/jobs/create", {
        name: "Own",
        tasks: [{ task_key: "gold", notebook_task: { notebook_path: "/Shared/own" } }],
      });
    const result = await step.run(inputsOf(step));
    assert.match(
      errors(result)[0]!,
      /: job: the workspace has 2 jobs of the name "Own"; rename all but one\.$/,
    );
  });

  it("says what the stream died of and reports the results, although no run can be cancelled", async () => {
    await using step = await streamingTest({
      files: {
        "stream.py": failIf("landing/"),
        "other.py": counting,
        "streaming.yml": definition
          .replace(
            "  notebook: stream",
            "  tasks: [{ name: other, notebook: other }, { name: silver, notebook: stream }]",
          )
          .replace("expected: 1 }, within: 30s", "expected: 9 }, within: 10m"),
      },
    });
    await step.workspace.declareFault({
      match: { path: "/jobs/runs/cancel$" },
      times: 9,
      when: "before",
      then: { status: 403, body: { error_code: "PERMISSION_DENIED", message: "no" } },
    });
    const result = await step.run(inputsOf(step));
    assert.equal(result.result, "failed", result.log);
    assert.match(errors(result)[0]!, /: job: task silver: ValueError: silver has no column price; see/);
    assert.match(result.log, /^##\[warning\]Could not cancel run \d+: .* 403 PERMISSION_DENIED: no;/m);
    assert.equal((await outcomes(result))["First line: validate"], "skipped");
  });

  it("cleans in the post-job step if the token ended before the test did", async () => {
    await using step = await streamingTest();
    const { token_value, token_info } = await step.askDatabricks<{
      token_value: string;
      token_info: { token_id: string };
    }>("POST", "/api/2.0/token/create", { lifetime_seconds: 7200 });
    const revoked: Promise<unknown>[] = [];
    const result = await step.run({
      ...inputsOf(step),
      secretVariables: { BearerToken: token_value },
      onLine: (line) => {
        if (/^job: runs after/.test(line))
          revoked.push(
            step.askDatabricks("POST", "/api/2.0/token/delete", { token_id: token_info.token_id }),
          );
      },
    });
    await Promise.all(revoked);
    assert.equal(result.result, "failed", result.log);
    assert.match(errors(result)[0]!, /answered 403: Invalid access token; check that the token/);
    const after = await assertNothingLeft(step, result);
    assert.match(after.log, /^clean after: succeeded/m);
  });

  it("fails at once if Databricks refuses to start a validation", async () => {
    await using step = await streamingTest({
      files: {
        "streaming.yml": definition
          .replace("cleanBefore: clean\n", "")
          .replace(", notebook: validate, parameters: { expected: 0 }", ""),
      },
    });
    await step.workspace.declareFault({
      match: { path: "/jobs/runs/submit$", nth: 2 },
      when: "before",
      then: { status: 400, body: { error_code: "INVALID_PARAMETER_VALUE", message: "Cluster is gone" } },
    });
    const result = await step.run(inputsOf(step));
    assert.match(
      errors(result)[0]!,
      /First line: validate: Could not submit run .*: .* 400 INVALID_PARAMETER_VALUE: Cluster is gone/,
    );
    await assertNothingLeft(step, result);
  });

  it("fails if the job ends by itself, although it succeeds", async () => {
    await using step = await streamingTest({
      files: { "stream.py": countingWith("if counted() == 3: dbutils.notebook.exit('done')") },
    });
    const result = await step.run(inputsOf(step));
    assert.equal(result.result, "failed", result.log);
    assert.match(
      errors(result)[0]!,
      /job: it ended by itself, although its streams were to run until the end/,
    );
    await assertNothingLeft(step, result);
  });

  it("fails if the streams of one task end by themselves while others run", async () => {
    await using step = await streamingTest({
      files: {
        "short.py": countingWith("if counted() == 3: dbutils.notebook.exit('done')"),
        "streaming.yml": definition
          .replace(
            "  notebook: stream",
            "  tasks: [{ name: set-up, notebook: clean }, { name: long, notebook: stream, dependsOn: set-up }, { name: short, notebook: short, dependsOn: set-up }]",
          )
          .replace("expected: 3 }, within: 30s", "expected: 4 }, within: 5m"),
      },
    });
    const result = await step.run(inputsOf(step));
    assert.equal(result.result, "failed", result.log);
    assert.match(errors(result)[0]!, /job: task short: it ended by itself, although its streams were to run/);
    assert.equal((await outcomes(result))["First line: validate"], "passed");
    await assertNothingLeft(step, result);
  });

  it("cancels a validation that hangs at the end of its time", async () => {
    await using step = await streamingTest({
      files: {
        "validate.py": validating.replace(
          "assert",
          'import time\nif dbutils.widgets.get("expected") == "3": time.sleep(600)\nassert',
        ),
        "streaming.yml": definition.replace("expected: 3 }, within: 30s", "expected: 3 }, within: 2s"),
      },
    });
    const result = await step.run(inputsOf(step));
    assert.equal(result.result, "failed", result.log);
    assert.match(
      errors(result)[0]!,
      /Two more: validate: .*it took longer than 2 s and was cancelled; raise within of the validation of "Two more" if it needs more time/,
    );
    await assertNothingLeft(step, result);
  });

  for (const [what, then] of [
    ["is lost", { reset: true }],
    ["is cut off", { truncate: 5 }],
    ["is a 503", { status: 503, body: {} }],
  ] as const)
    it(`creates one job if the answer to its creation ${what}`, async () => {
      await using step = await streamingTest();
      await step.workspace.declareFault({ match: { path: "/jobs/create$" }, when: "after", then });
      const result = await step.run(inputsOf(step));
      assert.equal(result.result, "succeeded", result.log);
      assert.equal(step.requests(/\/jobs\/create$/).length, 1);
      assert.match(result.log, /^Found the job Counting .*: it was created although the answer was lost\.$/m);
      await assertNothingLeft(step, result);
    });

  it("uploads a payload as a whole or not at all if the upload is cut off", async () => {
    const big = "x\n".repeat(700_000); // more than a block of DBFS
    const uploads = definition
      .replace(
        "{ notebook: produce, parameters: { file: a, lines: 1 } }",
        '{ files: big.json, to: "dbfs:/landing" }',
      )
      .replace("expected: 1 }", "expected: 700000 }");
    await using step = await streamingTest({ files: { "big.json": big, "streaming.yml": uploads } });
    await step.workspace.declareFault({
      match: { path: "/dbfs/add-block$", nth: 2 },
      when: "before",
      then: { reset: true },
    });
    const result = await step.run(inputsOf(step));
    assert.equal(result.result, "failed", result.log);
    assert.match(
      errors(result)[0]!,
      /First line: produce: Could not upload dbfs:\/landing\/big\.notebook-ops-[0-9a-f]{12}-1\.json: /,
    );
    await assertNothingLeft(step, result);
    const listed = await step
      .askDatabricks<{ files?: { path: string }[] }>("GET", "/api/2.0/dbfs/list?path=/")
      .catch(() => ({}) as { files?: { path: string }[] });
    assert.deepEqual(
      (listed.files ?? []).map(({ path }) => path),
      [],
    );
  });
});
