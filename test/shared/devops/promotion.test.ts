import assert from "node:assert/strict";
import path from "node:path";
import type { StageResult } from "../../../local/agent/step-session.ts";
import type { DevopsPermissions } from "../../../local/emulator/azure-devops/config.ts";
import { organisation, universalPackages } from "../../harness/azure-devops-api.ts";
import { errors, runTask } from "../../harness/run-task.ts";
import { type TaskFixture, taskFixture } from "../../harness/task-fixture.ts";

const probe = path.join(import.meta.dirname, "promotion-probe");

describe("the promotion of a package version that has passed", function () {
  this.timeout(120_000);

  /** A version of the package weather in a feed, which is the organisation's or its project's. */
  type Published = { feed: string; packageVersion: string };
  const first: Published = { feed: "weather", packageVersion: "1.0.0" };
  const publishedPackages = async (
    versions: readonly Published[] = [first],
    permissions: DevopsPermissions = {},
  ): Promise<TaskFixture> => {
    const step = await taskFixture("NotebookPublishArtifact", {
      workspace: { feeds: ["weather", "local/climate"], devops: { permissions } },
      inLocalOrganisation: true,
      notebooks: { "etl.py": "# Databricks notebook source\nprint(1)\n" },
      inputs: { packageName: "weather", widget: "" },
    });
    for (const inputs of versions) {
      const result = await step.run({ inputs });
      assert.equal(result.result, "succeeded", result.log);
    }
    return step;
  };
  const promote = (step: TaskFixture, inputs: Record<string, string> = {}): Promise<StageResult> =>
    runTask({
      task: probe,
      workspace: step.workspace,
      variables: organisation(step.workspace),
      inputs: {
        feed: "weather",
        promoteToView: "Release",
        packageName: "weather",
        packageVersion: "1.0.0",
        ...inputs,
      },
    });
  const released = (step: TaskFixture) => universalPackages(step.workspace, "weather@Release");
  const promotions = (step: TaskFixture) =>
    step.requests(/\/upack\/packages\//).filter((request) => request.startsWith("PATCH")).length;

  it("promotes the version alone, and says so", async () => {
    await using step = await publishedPackages([first, { feed: "weather", packageVersion: "1.1.0" }]);
    const result = await promote(step);
    assert.equal(result.result, "succeeded", result.log);
    assert.match(result.log, /^Promoted weather 1\.0\.0 \(feed weather\) to the view Release\.$/m);
    assert.deepEqual(await released(step), ["weather 1.0.0"]);
  });

  it("succeeds if the version is promoted twice, and takes the name of a view in any case and with its @", async () => {
    await using step = await publishedPackages();
    await promote(step);
    const again = await promote(step, { promoteToView: "@release" });
    assert.equal(again.result, "succeeded", again.log);
    assert.deepEqual(await released(step), ["weather 1.0.0"]);
  });

  it("promotes in a feed of the project", async () => {
    await using step = await publishedPackages([first, { feed: "local/climate", packageVersion: "1.0.0" }]);
    const result = await promote(step, { feed: "local/climate", promoteToView: "Prerelease" });
    assert.equal(result.result, "succeeded", result.log);
    assert.deepEqual(await universalPackages(step.workspace, "climate@Prerelease", "local"), [
      "weather 1.0.0",
    ]);
    assert.deepEqual(await released(step), []);
  });

  for (const when of ["before", "after"] as const)
    it(`promotes again if the feed was not available ${when} it had taken the promotion`, async () => {
      await using step = await publishedPackages();
      await step.workspace.declareFault({
        match: { method: "PATCH", path: "/upack/packages/" },
        when,
        then: { status: 503 },
      });
      const result = await promote(step);
      assert.equal(result.result, "succeeded", result.log);
      assert.equal(promotions(step), 2);
      assert.deepEqual(await released(step), ["weather 1.0.0"]);
    });

  const refusals: [what: string, inputs: Record<string, string>, sentence: RegExp][] = [
    [
      "names the nearest view if the feed does not have the view",
      { promoteToView: "Relaese" },
      /^Could not promote weather 1\.0\.0 \(feed weather\) to the view Relaese: the feed has no view Relaese; did you mean "Release"\?$/,
    ],
    [
      "names the views of the feed if none is near",
      { promoteToView: "production" },
      /the feed has no view production; give one of its views: Local, Prerelease, Release\.$/,
    ],
    [
      "says that the feed does not have the version",
      { packageVersion: "1.2.0" },
      /^Could not promote weather 1\.2\.0 \(feed weather\) to the view Release: the feed has no such version; check the name of the package and its version, /,
    ],
    [
      "says that there is no such feed",
      { feed: "whether" },
      /^Could not promote weather 1\.0\.0 \(feed whether\) to the view Release: there is no feed whether; check the input 'feed'/,
    ],
  ];
  it("fails and says what is wrong with the feed, the view or the version", async () => {
    await using step = await publishedPackages();
    for (const [what, inputs, sentence] of refusals) {
      const result = await promote(step, inputs);
      assert.equal(result.result, "failed", result.log);
      assert.match(errors(result)[0]!, sentence, what);
      assert.deepEqual(await released(step), []);
    }
  });

  it("fails and names the role that is missing if the build service may not promote", async () => {
    await using step = await publishedPackages([first], { updatePackage: false });
    const result = await promote(step);
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /^Could not promote weather 1\.0\.0 \(feed weather\) to the view Release: .* answered 403 .*'UpdatePackage'; give the build service the role Feed Publisher \(Contributor\)/,
    );
    assert.deepEqual(await released(step), []);
  });

  const inputs: [what: string, inputs: Record<string, string>, sentence: RegExp][] = [
    [
      "promoteToView without a feed",
      { feed: "" },
      /^Could not use the input 'promoteToView': the input 'feed' is empty; give the feed of the package, or remove promoteToView\.$/,
    ],
    ["a feed that names a view", { feed: "weather@Prerelease" }, /'weather@Prerelease' names a view, and/],
    ["the view Local", { promoteToView: "@Local" }, /the view Local contains every version of the feed/],
    [
      "a view that no feed can have",
      { promoteToView: "a/b" },
      /'promoteToView': 'a\/b' is not the name of a view; give a view of the feed, such as Release/,
    ],
  ];
  for (const [what, given, sentence] of inputs)
    it(`refuses ${what} without a request`, async () => {
      await using step = await taskFixture("NotebookPublishArtifact", { inLocalOrganisation: true });
      const result = await promote(step, given);
      assert.equal(result.result, "failed");
      assert.match(errors(result)[0]!, sentence);
      assert.deepEqual(step.requests(), []);
    });

  it("promotes nothing without promoteToView", async () => {
    await using step = await taskFixture("NotebookPublishArtifact", { inLocalOrganisation: true });
    const result = await promote(step, { promoteToView: "" });
    assert.equal(result.result, "succeeded", result.log);
    assert.match(result.log, /nothing to promote/);
    assert.deepEqual(step.requests(), []);
  });
});
