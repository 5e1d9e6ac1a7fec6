import assert from "node:assert/strict";
import path from "node:path";
import type { TaskFixtureOptions } from "../../harness/task-fixture.ts";
import { DeploymentSite, first, second, target } from "./deployment-site.ts";

describe("NotebookDeployArtifact and the tag of the pipeline run", function () {
  this.timeout(120_000);

  const deployed = (site: DeploymentSite) => site.workspace.emulator.azureDevOps.builds.get("345").tags;
  const tag = "notebook-ops.deployment_production_weather";

  it("tags the pipeline run that deploys, by which what is deployed in an environment is found", async () => {
    await using site = await DeploymentSite.open({ isBuild: true });
    await site.deploy(await site.artifact("1.0.0", first));
    assert.deepEqual([...deployed(site)], [tag]);
  });

  it("tags the pipeline run also if the folder already has the content", async () => {
    await using site = await DeploymentSite.open({ isBuild: true });
    const artifact = await site.artifact("1.0.0", first);
    await site.deploy(artifact);
    const { builds } = site.workspace.emulator.azureDevOps;
    builds.removeTag(builds.get("345"), tag);
    await site.deploy(artifact);
    assert.deepEqual([...deployed(site)], [tag]);
  });

  it("does not tag a pipeline run whose deployment failed", async () => {
    await using site = await DeploymentSite.open({ isBuild: true });
    await site.mkdirs(path.posix.dirname(target));
    await site.replaceLock();
    const result = await site.run(await site.artifact("1.0.0", first));
    assert.equal(result.result, "failed");
    assert.deepEqual([...deployed(site)], []);
  });

  it("writes an environment with spaces and underscores so that Azure DevOps takes the tag", async () => {
    await using site = await DeploymentSite.open({ isBuild: true });
    await site.run(await site.artifact("1.0.0", first), { inputs: { environment: "production _eu" } });
    assert.deepEqual([...deployed(site)], ["notebook-ops.deployment_production--eu_weather"]);
  });

  const refused: [what: string, options: TaskFixtureOptions, sentence: RegExp][] = [
    [
      "may not change the run",
      { workspace: { devops: { permissions: { updateBuildInformation: false } } } },
      /Could not add the tag notebook-ops\.deployment_production_weather to pipeline run 345: .* answered 403 .*; give the build service the permission 'Update build information'/,
    ],
    [
      "has no such run",
      { variables: { "Build.BuildId": "999" } },
      /Could not add the tag notebook-ops\.deployment_production_weather to pipeline run 999: .* answered 404/,
    ],
  ];
  for (const [what, options, sentence] of refused)
    it(`deploys and warns if the build service ${what}`, async () => {
      await using site = await DeploymentSite.open({ isBuild: true, ...options });
      const result = await site.deploy(await site.artifact("2.0.0", second));
      assert.deepEqual(
        result.issues.map(({ type }) => type),
        ["warning"],
      );
      assert.match(result.issues[0]!.message, sentence);
      assert.deepEqual([...deployed(site)], []);
    });

  it("deploys without a tag in a job that belongs to no pipeline run", async () => {
    await using site = await DeploymentSite.open();
    const result = await site.deploy(await site.artifact("1.0.0", first));
    assert.match(
      result.log,
      /^Did not add a build tag for the deployment: this job belongs to no pipeline run\.$/m,
    );
    assert.deepEqual(result.issues, []);
  });
});
