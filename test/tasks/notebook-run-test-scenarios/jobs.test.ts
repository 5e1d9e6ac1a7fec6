import assert from "node:assert/strict";
import { until } from "../../harness/late-effects.ts";
import { errors } from "../../harness/run-task.ts";
import { killedAtOnce, type TaskFixture } from "../../harness/task-fixture.ts";
import { exits, exitsWith, python } from "../databricks-run-notebook/run-notebook.ts";
import { deployedScenarios, passedTag, recordOf, statusTag, target, testTags } from "./scenario-site.ts";

describe("NotebookRunTestScenarios with scenarios that are jobs", function () {
  this.timeout(120_000);

  const createJob = async (step: TaskFixture, name: string, notebooks: string[], settings: object = {}) => {
    const clusterId = step.ledger().clusters[0]!.id;
    const { job_id } = await step.askDatabricks<{ job_id: number }>("POST", "/api/2.2/jobs/create", {
      name,
      tasks: notebooks.map((notebook, index) => ({
        task_key: `task${index}`,
        notebook_task: { notebook_path: `${target}/${notebook}` },
        existing_cluster_id: clusterId,
      })),
      ...settings,
    });
    return job_id;
  };
  const withList = (job: string, files: Record<string, string>, more = "") =>
    deployedScenarios({
      "notebook-scenarios.yml": `scenarios:\n  - { name: Load, job: ${job}${more} }\n`,
      ...files,
    });
  const shows = python(
    'dbutils.widgets.text("mood", "")',
    'dbutils.notebook.exit(dbutils.widgets.get("mood"))',
  );

  it("runs a job by its name, with the parameters of the scenario", async () => {
    await using step = await withList("Load weather", { "load.py": shows }, ", parameters: { mood: good }");
    await createJob(step, "Load weather", ["load"]);
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    assert.match(result.log, /^Scenario Load: exit value: good$/m);
    assert.deepEqual(testTags(step), [passedTag, statusTag]);
  });

  it("fails a job if a notebook of it reports a test that failed", async () => {
    await using step = await withList("Load weather", {
      "a.py": python(exitsWith({ tests: [{ name: "dry", outcome: "failed" }] })),
      "b.py": exits('"ok"'),
    });
    await createJob(step, "Load weather", ["a", "b"]);
    const result = await step.run();
    assert.match(errors(result)[0]!, /1 of its 1 tests failed|its only test failed; the first one, dry/);
  });

  it("fails a job if one of its tasks fails, and says why", async () => {
    await using step = await withList("Load weather", {
      "a.py": exits('"ok"'),
      "b.py": python("raise ValueError('hail')"),
    });
    await createJob(step, "Load weather", ["a", "b"]);
    const result = await step.run();
    assert.match(errors(result)[0]!, /^Could not complete scenario Load: .*ValueError: hail/);
  });

  it("counts a job that does not exist, or whose name two jobs have, as failed", async () => {
    await using step = await withList("Load weather", { "load.py": shows });
    const missing = await step.run();
    assert.match(
      errors(missing)[0]!,
      /Load: the workspace has no job of the name "Load weather" that this step may view; correct the name/,
    );
    assert.equal((await recordOf(missing)).results[0]?.outcome, "failed");
    await createJob(step, "Load weather", ["load"]);
    await createJob(step, "Load weather", ["load"]);
    const two = await step.run();
    assert.match(errors(two)[0]!, /the workspace has 2 jobs of the name "Load weather"; give the id of one/);
    assert.deepEqual(step.requests(/run-now$/), []);
  });

  it("passes values for the parameters that a job declares, and counts a job with too many parameters as failed", async () => {
    await using step = await withList("Load weather", { "load.py": shows });
    await createJob(step, "Load weather", ["load"], { parameters: [{ name: "mood", default: "bad" }] });
    const good = await step.run({ inputs: { parameters: "mood=good" } });
    assert.equal(good.result, "succeeded", good.log);
    assert.match(good.log, /^Scenario Load: exit value: good$/m);
    const long = await step.run({ inputs: { parameters: `mood=${"x".repeat(10_000)}` } });
    assert.match(
      errors(long)[0]!,
      /Load: its parameters are 10011 bytes as JSON, and Databricks allows 10000/,
    );
    assert.equal(step.requests(/run-now$/).length, 1);
  });

  it("never takes a run that Databricks skipped for a success", async () => {
    await using step = await withList("Load weather", { "load.py": python("import time\ntime.sleep(60)") });
    const job_id = await createJob(step, "Load weather", ["load"], { queue: { enabled: false } });
    await step.askDatabricks("POST", "/api/2.2/jobs/run-now", { job_id });
    const result = await step.run();
    assert.equal(result.result, "failed", result.log);
    assert.match(errors(result)[0]!, /An active run of this job exists already/);
  });

  it("cancels a job after the pipeline's job if the step was killed before the answer to its start came", async () => {
    await using step = await withList("Load weather", { "load.py": python("import time\ntime.sleep(60)") });
    await createJob(step, "Load weather", ["load"], { max_concurrent_runs: 5 });
    await step.workspace.declareFault({
      match: { path: "/run-now$" },
      when: "after",
      then: { stallMs: 60_000 },
    });
    const killed = new AbortController();
    const running = step.run({ signal: killed.signal, cancelTimes: killedAtOnce });
    await until(() => step.ledger().runs.length > 0);
    killed.abort();
    const after = await step.cleanUp(await running);
    assert.equal(after.result, "succeeded", after.log);
    await until(() => step.ledger().runs.length === 0);
    assert.equal(step.requests(/run-now$/).length, 2);
  });
});
