import assert from "node:assert/strict";
import path from "node:path";
import { errors } from "../../harness/run-task.ts";
import type { TaskFixture } from "../../harness/task-fixture.ts";
import { exits, leftovers, objectPaths, runNotebook } from "./run-notebook.ts";

describe("DatabricksRunNotebook without notebookFolder", function () {
  this.timeout(120_000);

  const deployed = "/Shared/production/weather";
  const deploy = async (step: TaskFixture, name: string, source: string) => {
    const at = `${deployed}/${name}`;
    await step.askDatabricks("POST", "/api/2.0/workspace/mkdirs", { path: path.posix.dirname(at) });
    const content = Buffer.from(source).toString("base64");
    const object = { path: at, format: "SOURCE", language: "PYTHON", content };
    await step.askDatabricks("POST", "/api/2.0/workspace/import", object);
  };
  const runDeployed = () => runNotebook({}, { inputs: { notebookFolder: "", workspaceFolder: deployed } });

  it("runs the notebooks of workspaceFolder and leaves them in place if notebookFolder is empty", async () => {
    await using step = await runDeployed();
    await deploy(step, "etl", exits('"1"'));
    await deploy(step, "checks/quality", exits('"2"'));
    const before = objectPaths(step);
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    assert.deepEqual(JSON.parse(result.variables["step.ExitValue"]!), { "checks/quality": "2", etl: "1" });
    const after = await step.cleanUp(result);
    assert.equal(after.result, "succeeded", after.log);
    assert.deepEqual(objectPaths(step), before);
  });

  it("runs only the deployed notebooks that the globs match, also if workspaceFolder begins with /Workspace", async () => {
    await using step = await runDeployed();
    await deploy(step, "etl", exits('"1"'));
    await deploy(step, "checks/quality", exits('"2"'));
    const result = await step.run({
      inputs: { notebooks: "checks/**", workspaceFolder: `/Workspace${deployed}/` },
    });
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(result.variables["step.ExitValue"], "2");
  });

  it("fails if workspaceFolder contains no notebook, or none that a glob matches", async () => {
    await using step = await runDeployed();
    const none = await step.run();
    assert.match(
      errors(none)[0]!,
      /Could not find a notebook in \/Shared\/production\/weather of the workspace: it contains no notebook;/,
    );
    await deploy(step, "etl", exits('"1"'));
    const other = await step.run({ inputs: { notebooks: "etl.py" } });
    assert.match(
      errors(other)[0]!,
      /where paths have no extension: no notebook matches "etl\.py"; did you mean "etl"\?/,
    );
  });

  it("fails if one of several globs matches no deployed notebook, and suggests the nearest glob", async () => {
    await using step = await runDeployed();
    await deploy(step, "etl", exits('"1"'));
    await deploy(step, "checks/quality", exits('"2"'));
    const result = await step.run({ inputs: { notebooks: "etl\ncheck/**" } });
    assert.equal(result.result, "failed");
    assert.match(errors(result)[0]!, /no notebook matches "check\/\*\*"; did you mean "checks\/\*\*"\?$/);
    assert.equal(leftovers(step).runs.length, 0);
  });
});
