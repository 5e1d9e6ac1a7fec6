import assert from "node:assert/strict";
import { universalPackages } from "../../harness/azure-devops-api.ts";
import { errors } from "../../harness/run-task.ts";
import type { TaskFixture } from "../../harness/task-fixture.ts";
import { exits, python } from "../databricks-run-notebook/run-notebook.ts";
import { deployedScenarios } from "./scenario-site.ts";

describe("NotebookRunTestScenarios, promoteToView", function () {
  this.timeout(120_000);

  const promotion = { feed: "weather", promoteToView: "Release" };
  const published = async (source: string): Promise<TaskFixture> => {
    const step = await deployedScenarios(
      { "tests/frost.py": source },
      { workspace: { feeds: ["weather"] }, inputs: promotion },
    );
    await step.write({ "notebooks/tests/frost.py": source });
    const result = await step.runTask("NotebookPublishArtifact", {
      inputs: { feed: "weather", packageName: "weather", packageVersion: "1.0.0", widget: "" },
    });
    assert.equal(result.result, "succeeded", result.log);
    return step;
  };
  const released = (step: TaskFixture) => universalPackages(step.workspace, "weather@Release");

  it("promotes the version to the view if all scenarios passed", async () => {
    await using step = await published(exits('"ok"'));
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    assert.match(result.log, /^Promoted weather 1\.0\.0 \(feed weather\) to the view Release\.$/m);
    assert.deepEqual(await released(step), ["weather 1.0.0"]);
  });

  it("does not promote a version whose scenario failed, also if failTask is false", async () => {
    await using step = await published(python("raise ValueError('frost')"));
    const result = await step.run({ inputs: { failTask: "false" } });
    assert.equal(result.result, "succeeded", result.log);
    assert.match(
      result.log,
      /^Did not promote weather 1\.0\.0 to the view Release, because it did not pass\.$/m,
    );
    assert.deepEqual(await released(step), []);
  });

  it("fails before anything runs if promoteToView is given without a feed", async () => {
    await using step = await deployedScenarios({ "tests/frost.py": exits('"ok"') });
    const result = await step.run({ inputs: { promoteToView: "Release" } });
    assert.match(errors(result)[0]!, /^Could not use the input 'promoteToView': the input 'feed' is empty;/);
    assert.deepEqual(step.requests(/runs\/submit$/), []);
  });
});
