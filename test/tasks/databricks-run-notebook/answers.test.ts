import assert from "node:assert/strict";
import { errors } from "../../harness/run-task.ts";
import { exits, leftovers, nothingLeft, runNotebook, sleeps } from "./run-notebook.ts";

describe("DatabricksRunNotebook and answers that are lost or wrong", function () {
  this.timeout(120_000);

  const lost: [what: string, when: "before" | "after", then: object][] = [
    ["the connection breaks after the effect", "after", { reset: true }],
    ["a 503 comes after the effect", "after", { status: 503, headers: { "retry-after": "0" } }],
    ["the answer is cut off", "after", { truncate: 4 }],
    ["the connection breaks before the effect", "before", { reset: true }],
    ["the server asks to wait", "before", { status: 429, headers: { "retry-after": "0" } }],
  ];
  for (const [what, when, then] of lost)
    it(`submits one run of a notebook if ${what}`, async () => {
      await using step = await runNotebook({ "a.py": exits('"1"') });
      await step.workspace.declareFault({ match: { path: "/runs/submit$" }, when, then });
      await step.workspace.declareFault({ match: { path: "/workspace/import$" }, when, then });
      const result = await step.run();
      assert.equal(result.result, "succeeded", result.log);
      const { runs = [] } = await step.askDatabricks<{ runs?: unknown[] }>("GET", "/api/2.2/jobs/runs/list");
      assert.equal(runs.length, 1);
    });

  const success = { life_cycle_state: "TERMINATED", result_state: "SUCCESS" };
  const terminated = { state: "TERMINATED", termination_details: { code: "SUCCESS", type: "SUCCESS" } };

  it("fails if the workspace returns the state of another run", async () => {
    await using step = await runNotebook({ "a.py": exits('"1"') });
    await step.workspace.declareFault({
      match: { path: "/runs/get$" },
      when: "before",
      then: { status: 200, body: { run_id: 4711, state: success, status: terminated } },
    });
    const result = await step.run();
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /could not read run \d+: Databricks returned run 4711; check that no proxy/,
    );
    const after = await step.cleanUp(result);
    assert.equal(after.result, "succeeded", after.log);
    assert.deepEqual(leftovers(step), nothingLeft);
  });

  it("fails if the workspace returns the output of another run", async () => {
    await using step = await runNotebook({ "a.py": exits('"1"') });
    await step.workspace.declareFault({
      match: { path: "/runs/get-output$" },
      when: "before",
      then: { status: 200, body: { metadata: { run_id: 4711 }, notebook_output: { result: "1" } } },
    });
    const result = await step.run();
    assert.equal(result.result, "failed");
    assert.match(errors(result)[0]!, /could not read the output of run \d+: Databricks returned run 4711;/);
  });

  it("fails and cancels the run if its state says that it has ended and its status that it is running", async () => {
    await using step = await runNotebook({ "a.py": sleeps });
    let declared: Promise<unknown> | undefined;
    const result = await step.run({
      onLine: (line) => {
        const runId = Number(/Notebook a: RUNNING.*runs?\/(\d+)/.exec(line)?.[1]);
        if (runId)
          declared ??= step.workspace.declareFault({
            match: { path: "/runs/get$" },
            times: 10,
            when: "before",
            then: { status: 200, body: { run_id: runId, state: success, status: { state: "RUNNING" } } },
          });
      },
    });
    await declared;
    assert.equal(result.result, "failed", result.log);
    assert.match(
      errors(result)[0]!,
      /says both that it has ended and that it has not \(its state is TERMINATED and its status RUNNING\), so it was cancelled/,
    );
    assert.deepEqual(leftovers(step).runs, []);
  });
});
