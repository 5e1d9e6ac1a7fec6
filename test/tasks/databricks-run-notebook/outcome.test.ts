import assert from "node:assert/strict";
import { errors } from "../../harness/run-task.ts";
import { exits, junitCases, leftovers, nothingLeft, python, runNotebook, sleeps } from "./run-notebook.ts";

describe("DatabricksRunNotebook and the outcome of a run", function () {
  this.timeout(120_000);

  it("fails if a notebook raises an exception: reports message and trace, sets the outputs and deletes the folder", async () => {
    await using step = await runNotebook({
      "good.py": exits('"fine"'),
      "wrong.py": python(
        "def check():\n  raise ValueError('3 rows are missing ##vso[task.complete result=Succeeded]')\ncheck()",
      ),
    });
    const result = await step.run();
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /^Could not complete 1 of 2 notebooks \(wrong\): wrong: ValueError: 3 rows are missing/,
    );
    assert.match(result.log, /in check/);
    const [good, wrong] = await junitCases(result);
    assert.equal(good.failure, undefined);
    assert.match(wrong.failure[0].$.message, /ValueError: 3 rows are missing/);
    assert.match(wrong.failure[0]._, /in check/);
    assert.match(result.variables["step.RunUrl"]!, new RegExp(result.variables["step.RunId"]!));
    assert.deepEqual(JSON.parse(result.variables["step.ExitValue"]!), { good: "fine" });
    assert.deepEqual(leftovers(step), nothingLeft);
  });

  it("fails if a notebook never calls dbutils.notebook.exit", async () => {
    await using step = await runNotebook({ "a.py": python("1 + 1") });
    const result = await step.run();
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /^Could not complete notebook a: it ended without a call of dbutils.notebook.exit/,
    );
  });

  it("succeeds without an exit value of the notebook if requireExit is false", async () => {
    await using step = await runNotebook({ "a.py": python("1 + 1") });
    const result = await step.run({ inputs: { requireExit: "false" } });
    assert.equal(result.result, "succeeded", result.log);
  });

  it("succeeds if the exit value of the notebook is empty", async () => {
    await using step = await runNotebook({ "a.py": exits('""') });
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
  });

  it("fails if the cluster terminates during the run, and names the cluster as the cause", async () => {
    await using step = await runNotebook({ "a.py": sleeps });
    const [cluster] = step.ledger().clusters;
    const result = await step.run({
      onLine: async (line) => {
        if (/Notebook a: RUNNING/.test(line))
          await step.askDatabricks("POST", "/api/2.1/clusters/delete", { cluster_id: cluster!.id });
      },
    });
    assert.match(errors(result)[0]!, /its cluster existing \(.*\) is TERMINAT.* \(USER_REQUEST, SUCCESS/);
  });

  it("DatabricksRunNotebook fails if somebody cancels the run in the workspace", async () => {
    await using step = await runNotebook({ "a.py": sleeps });
    const result = await step.run({
      onLine: async (line) => {
        if (!/Notebook a: RUNNING/.test(line)) return;
        const run_id = Number(step.ledger().runs[0]!.id);
        await step.askDatabricks("POST", "/api/2.2/jobs/runs/cancel", { run_id });
      },
    });
    assert.equal(result.result, "failed");
    assert.match(errors(result)[0]!, /it was cancelled in the workspace, not by this pipeline/);
  });

  it("DatabricksRunNotebook fails if the run takes longer than timeoutMinutes, and cancels it", async () => {
    await using step = await runNotebook({ "a.py": sleeps });
    const result = await step.run({
      inputs: { timeoutMinutes: "1" },
      onLine: async (line) => {
        if (/Notebook a: RUNNING/.test(line)) await step.workspace.advanceClock(61);
      },
    });
    assert.match(errors(result)[0]!, /it took longer than 1 min and was cancelled; raise timeoutMinutes/);
    assert.deepEqual(leftovers(step), nothingLeft);
  });

  it("DatabricksRunNotebook fails if the run ends in an unknown state", async () => {
    await using step = await runNotebook({ "a.py": exits('"1"') });
    await step.workspace.declareFault({
      match: { operation: "run.start" },
      then: { fail: { life_cycle_state: "TERMINATED", result_state: "DEDUPED", message: "Something new" } },
    });
    const result = await step.run();
    assert.equal(result.result, "failed");
    assert.match(errors(result)[0]!, /Something new \(DEDUPED\)/);
  });

  it("fails in one sentence if the exit value in the output of a run is not a string", async () => {
    await using step = await runNotebook({ "a.py": exits('"1"') });
    await step.workspace.declareFault({
      match: { path: "/runs/get-output$" },
      when: "after",
      times: 10,
      then: { body: { metadata: { run_id: 1 }, notebook_output: { result: 5 } } },
    });
    const result = await step.run();
    assert.equal(result.result, "failed");
    assert.match(
      errors(result).join("\n"),
      /: could not read the output of run \d+: localhost:\d+ answered 200 with a number as notebook_output.result in place of a string; /,
    );
  });

  it("DatabricksRunNotebook fails if the run was skipped, instead of waiting for its end", async () => {
    await using step = await runNotebook({ "a.py": exits('"1"') });
    await step.workspace.declareFault({
      match: { operation: "run.start" },
      then: { fail: { life_cycle_state: "SKIPPED", result_state: "CANCELED", message: "It was skipped" } },
    });
    const result = await step.run();
    assert.equal(result.result, "failed");
    assert.match(errors(result)[0]!, /It was skipped/);
  });

  it("does not report a cluster as deleted if it lacks the permission to read it", async () => {
    await using step = await runNotebook({ "a.py": python("raise ValueError('3 rows are missing')") });
    const body = { error_code: "PERMISSION_DENIED", message: "no" };
    const match = { path: "/clusters/get$" };
    await step.workspace.declareFault({ match, when: "before", times: 10, then: { status: 403, body } });
    const result = await step.run();
    assert.match(errors(result)[0]!, /ValueError: 3 rows are missing/);
    assert.doesNotMatch(errors(result)[0]!, /deleted/);
  });
});
