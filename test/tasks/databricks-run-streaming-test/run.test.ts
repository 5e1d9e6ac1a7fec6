import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { readJUnit } from "../../../shared/results/junit-reader.ts";
import { errors } from "../../harness/run-task.ts";
import {
  assertNothingLeft,
  countingOnce,
  definition,
  inputsOf,
  outcomes,
  streamingTest,
  validating,
} from "./streaming-test.ts";

describe("DatabricksRunStreamingTest", function () {
  this.timeout(120_000);

  for (const node of ["Node24", "Node20_1"] as const)
    it(`starts the streams, validates after each payload, and removes all that it made, on ${node}`, async () => {
      await using step = await streamingTest();
      const result = await step.run({ ...inputsOf(step), node });
      assert.equal(result.result, "succeeded", result.log);
      assert.deepEqual(await outcomes(result), {
        "clean before": "passed",
        ready: "passed",
        "First line: produce": "passed",
        "First line: validate": "passed",
        "Two more: produce": "passed",
        "Two more: validate": "passed",
        job: "passed",
        "clean after": "passed",
      });
      const [junit] = result.effects.testResults;
      const { cases } = readJUnit(await readFile(junit!.files[0]!), { file: junit!.files[0]! });
      assert(cases.every(({ className }) => className === "Counting"));
      assert.match(result.variables["step.RunId"]!, /^\d+$/);
      assert.match(result.log, /^Two more: validate: visible after [\d.]+ (ms|s)$/m);
      assert.match(result.log, /^job: ran for [\d.]+ s until this step cancelled it, https:/m);
      await assertNothingLeft(step, result, { node });
    });

  it("creates the job with the tag of its build, and with no retries of its streams", async () => {
    await using step = await streamingTest({
      files: { "validate.py": validating.replace("assert", "import time; time.sleep(30); assert") },
    });
    let job: { settings: Record<string, unknown> } | undefined;
    const cancel = new AbortController();
    await step.run({
      ...inputsOf(step),
      signal: cancel.signal,
      onLine: (line) => {
        const id = /^Created job (\d+),/.exec(line)?.[1];
        if (id === undefined) return;
        step
          .askDatabricks<typeof job>("GET", `/api/2.2/jobs/get?job_id=${id}`)
          .then((found) => {
            job = found;
          })
          .finally(() => cancel.abort());
      },
    });
    assert.match(
      String(job!.settings.name),
      /^Counting \(notebook-ops contoso\/weather\/12\/345\/[0-9a-f]{12}\)$/,
    );
    assert.match(
      String((job!.settings.tags as Record<string, string>)["notebook-ops"]),
      /^contoso\/weather\/12\/345\//,
    );
    assert.equal((job!.settings.tasks as { max_retries: number }[])[0]!.max_retries, 0);
  });

  it("in batch mode runs the job to its end for the set-up and for each iteration, and leaves no job behind", async () => {
    await using step = await streamingTest({ files: { "stream.py": countingOnce } });
    const result = await step.run(inputsOf(step, { mode: "batch" }));
    assert.equal(result.result, "succeeded", result.log);
    assert.match(
      await readFile(result.variables["step.ResultsFile"]!, "utf8"),
      /classname="Counting \(batch\)"/,
    );
    assert.deepEqual(Object.entries(await outcomes(result)), [
      ["clean before", "passed"],
      ["job", "passed"],
      ["ready", "passed"],
      ["First line: produce", "passed"],
      ["First line: run", "passed"],
      ["First line: validate", "passed"],
      ["Two more: produce", "passed"],
      ["Two more: run", "passed"],
      ["Two more: validate", "passed"],
      ["clean after", "passed"],
    ]);
    await assertNothingLeft(step, result, inputsOf(step, { mode: "batch" }));
  });

  it("in batch mode validates once, and fails at the validation that fails", async () => {
    await using step = await streamingTest({
      files: {
        "stream.py": countingOnce,
        "streaming.yml": definition.replace("expected: 1 }", "expected: 9 }"),
      },
    });
    const result = await step.run(inputsOf(step, { mode: "batch" }));
    assert.equal(result.result, "failed", result.log);
    assert.match(errors(result).join("\n"), /First line: validate: AssertionError: 1 lines, not 9/);
    const after = await outcomes(result);
    assert.equal(after["Two more: run"], "skipped");
    assert.equal(after["clean after"], "passed");
    await assertNothingLeft(step, result, inputsOf(step, { mode: "batch" }));
  });

  it("uploads payload files under names of this run, and deletes them", async () => {
    const files = { "payloads/1/a.json": "x\n", "payloads/1/b.json": "x\nx\n" };
    const uploads = definition
      .replace(
        "{ notebook: produce, parameters: { file: a, lines: 1 } }",
        '{ files: "payloads/1/*.json", to: "dbfs:/{where}" }',
      )
      .replace("expected: 1 }", "expected: 3 }")
      .replace("expected: 3 }, within: 30s }\ncleanAfter: clean", "expected: 5 }, within: 30s }");
    await using step = await streamingTest({ files: { ...files, "streaming.yml": uploads } });
    const result = await step.run(inputsOf(step, { parameters: "where=landing" }));
    assert.equal(result.result, "succeeded", result.log);
    assert.match(result.log, /^First line: produce: uploaded 2 files to dbfs:\/landing in /m);
    assert.match(result.log, /^Deleted 2 payload files\.$/m);
    const { files: left } = await step.askDatabricks<{ files: { path: string }[] }>(
      "GET",
      "/api/2.0/dbfs/list?path=/landing",
    );
    assert.deepEqual(
      left.map(({ path }) => path),
      ["/landing/b"],
    ); // what the producing notebook wrote
    await assertNothingLeft(step, result);
  });

  it("starts a job of the workspace by its name, with the parameters that it declares, and keeps it", async () => {
    await using step = await streamingTest({
      files: {
        "streaming.yml": definition.replace("job:\n  notebook: stream", "job: { existing: Nightly count }"),
      },
    });
    await step.askDatabricks("POST", "/api/2.0/workspace/import", {
      path: "/Shared/count",
      format: "SOURCE",
      language: "PYTHON",
      content: Buffer.from(await readFile(`${step.notebookFolder}/stream.py`)).toString("base64"),
    });
    const clusterId = step.ledger().clusters[0]!.id;
    await step.askDatabricks("POST", "/api/2.2/jobs/create", {
      name: "Nightly count",
      parameters: [{ name: "where", default: "nowhere" }],
      tasks: [
        { task_key: "a", existing_cluster_id: clusterId, notebook_task: { notebook_path: "/Shared/count" } },
      ],
    });
    const result = await step.run(inputsOf(step, { parameters: "where=here\nother=ignored" }));
    assert.equal(result.result, "succeeded", result.log);
    assert.deepEqual(
      step.ledger().jobs.map(({ name }) => name),
      ["Nightly count"],
    );
    assert.deepEqual(step.ledger().runs, []);
  });
});
