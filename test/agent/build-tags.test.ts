import assert from "node:assert/strict";
import path from "node:path";
import { agentWorkspace } from "../../local/cli/agent-workspace.ts";
import { startWorkspace } from "../harness/workspace.ts";
import { runFixture } from "./run-fixture.ts";

describe("the command build.addbuildtag in a local run", () => {
  const file = path.join(import.meta.dirname, "fixtures", "build-tag.yml");
  const resultsOf = (steps: { displayName: string; result: string }[]) =>
    steps.slice(1).map(({ displayName, result }) => `${displayName}: ${result}`);

  it("adds the tag to the build and to the summary", async () => {
    await using workspace = await startWorkspace();
    const { emulator } = workspace;
    const { record, text } = await runFixture(file, { host: agentWorkspace(emulator) });
    assert.deepEqual(resultsOf(record.jobs[0]!.steps), ["Tag: succeeded", "Later: succeeded"]);
    assert.deepEqual([...emulator.azureDevOps.builds.list()[0]!.tags], ["tested"]);
    assert.match(text, /^Build tags\n {2}tested$/m);
  });

  // StepsRunner.cs of the agent waits for the request at the end of the step.
  it("fails the step if Azure DevOps refuses the tag", async () => {
    await using workspace = await startWorkspace({
      devops: { permissions: { updateBuildInformation: false } },
    });
    const { record, text } = await runFixture(file, { host: agentWorkspace(workspace.emulator) });
    assert.deepEqual(resultsOf(record.jobs[0]!.steps), ["Tag: failed", "Later: skipped"]);
    assert.match(text, /error: Could not send PUT build\/builds\/.*: it returned 403/);
  });
});
