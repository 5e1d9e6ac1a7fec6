import assert from "node:assert/strict";
import path from "node:path";
import { agentWorkspace } from "../../local/cli/agent-workspace.ts";
import { startWorkspace } from "../harness/workspace.ts";
import { runFixture } from "./run-fixture.ts";

const file = path.join(import.meta.dirname, "fixtures", "hooks.yml");

describe("the hooks of a deployment job, on the local agent", () => {
  const run = async (exit: string) => {
    await using workspace = await startWorkspace();
    const { emulator } = workspace;
    const { record, text } = await runFixture(file, { host: agentWorkspace(emulator), parameters: { exit } });
    const [build] = emulator.azureDevOps.builds.list();
    const environment = emulator.azureDevOps.environments.find("qa", build!.project);
    return {
      text,
      jobs: record.jobs.map(({ name, result }) => `${name}: ${result}`),
      deployments: environment?.deployments.map(({ job, result }) => `${job}: ${result}`),
      records: build!.timeline.records
        .filter(({ type }) => type === "Job")
        .map(({ identifier }) => identifier),
    };
  };

  it("the hooks of a deployment job run one after another, and success at the end", async () => {
    const { text, jobs, deployments, records } = await run("0");

    assert.deepEqual(jobs, [
      "release preDeploy: succeeded",
      "release: succeeded",
      "release routeTraffic: succeeded",
      "release postRouteTraffic: succeeded",
      "release success: succeeded",
      "release failure: skipped",
      "after: succeeded",
    ]);
    assert.deepEqual(deployments, ["release: succeeded"]);
    assert.deepEqual(records.slice(0, 2), ["__default.release.PreDeploy", "__default.release.Deploy"]);
    assert.match(text, /^ +qa Iteration$/m);
    assert.match(text, /^ +before it was 1\.4\.0$/m);
  });

  it("the hooks of a deployment job end with failure if one of them fails, and the job has failed", async () => {
    const { text, jobs, deployments } = await run("1");

    assert.deepEqual(jobs, [
      "release preDeploy: succeeded",
      "release: failed",
      "release routeTraffic: skipped",
      "release postRouteTraffic: skipped",
      "release success: skipped",
      "release failure: succeeded",
      "after: succeeded",
    ]);
    assert.deepEqual(deployments, ["release: failed"]);
    assert.match(text, /^ +put back in PostIteration$/m);
  });
});
