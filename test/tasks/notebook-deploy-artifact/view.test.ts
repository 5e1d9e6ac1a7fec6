import assert from "node:assert/strict";
import type { StageResult } from "../../../local/agent/step-session.ts";
import { askAzureDevOps } from "../../harness/azure-devops-api.ts";
import { errors } from "../../harness/run-task.ts";
import { DeploymentSite, first } from "./deployment-site.ts";

describe("NotebookDeployArtifact from a view of a feed", function () {
  this.timeout(120_000);

  /** A feed with versions of the package weather, of which some were promoted to the view Release. */
  const feedWith = async (versions: Record<string, "promoted" | "published">): Promise<DeploymentSite> => {
    const site = await DeploymentSite.open({ workspace: { feeds: ["weather"] }, inLocalOrganisation: true });
    for (const [version, state] of Object.entries(versions)) {
      await site.artifact(version, first);
      const result = await site.publish(version);
      assert.equal(result.result, "succeeded", result.log);
      if (state === "promoted")
        await askAzureDevOps(
          site.workspace,
          "PATCH",
          `/_apis/packaging/feeds/weather/upack/packages/weather/versions/${version}?api-version=7.1-preview.1`,
          { views: { op: "add", path: "/views/-", value: "Release" } },
        );
    }
    return site;
  };
  const deploy = (site: DeploymentSite, inputs: Record<string, string>): Promise<StageResult> =>
    site.run("", {
      inputs: { feed: "weather", packageName: "weather", packageVersion: "1.0.0", ...inputs },
    });

  for (const [what, inputs] of [
    ["the input view", { view: "Release" }],
    ["the input view with an @", { view: "@Release" }],
    ["the input feed", { feed: "weather@Release" }],
    ["both inputs, in another case", { feed: "weather@release", view: "Release" }],
  ] as const)
    it(`deploys a version that is in the view that is named by ${what}`, async () => {
      await using site = await feedWith({ "1.0.0": "promoted" });
      const result = await deploy(site, inputs);
      assert.equal(result.result, "succeeded", result.log);
      await site.assertFirst();
    });

  it("deploys the highest version of the view for a pattern, and sets ArtifactVersion to it", async () => {
    await using site = await feedWith({ "1.0.0": "promoted", "1.1.0": "promoted", "1.2.0": "published" });
    const result = await deploy(site, { view: "Release", packageVersion: "1.*" });
    assert.equal(result.result, "succeeded", result.log);
    assert.match(result.log, /^weather 1\.\* \(feed weather@Release\) is version 1\.1\.0 at present\.$/m);
    assert.equal(result.variables["step.ArtifactVersion"], "1.1.0");
    assert.equal(result.variables.ArtifactVersion, "1.1.0");
    assert.equal((await site.record()).artifact.version, "1.1.0");
  });

  const refused: [what: string, inputs: Record<string, string>, sentence: RegExp][] = [
    [
      "says that the version was not promoted",
      { view: "Release", packageVersion: "1.1.0" },
      /^Could not download weather 1\.1\.0 \(feed weather@Release\): the feed has weather 1\.1\.0, but it was not promoted to the view Release, so it has not passed the gate; run the pipeline that tests weather and promotes it to Release, or choose a version that is in the view\.$/,
    ],
    [
      "says that no version that matches was promoted",
      { view: "Release", packageVersion: "1.1.*" },
      /: the feed has weather 1\.1\.0, which 1\.1\.\* matches, but it was not promoted to the view Release, so/,
    ],
    [
      "says that the feed does not have the version, in the words of ArtifactTool",
      { view: "Release", packageVersion: "3.0.0" },
      /^Could not download weather 3\.0\.0 \(feed weather@Release\): ArtifactTool ended with exit code 1: Can't find the package/,
    ],
    [
      "names the nearest view if the feed does not have the view",
      { view: "Relaese" },
      /^Could not download weather 1\.0\.0 \(feed weather@Relaese\): the feed has no view Relaese; did you mean "Release"\?$/,
    ],
  ];
  for (const [what, inputs, sentence] of refused)
    it(`fails, deploys nothing and ${what}`, async () => {
      await using site = await feedWith({ "1.0.0": "promoted", "1.1.0": "published" });
      const result = await deploy(site, inputs);
      assert.equal(result.result, "failed");
      assert.match(errors(result)[0]!, sentence);
      assert.deepEqual(site.objects(), []);
    });

  it("fails with the words of ArtifactTool if the version is in the view, but cannot be downloaded", async () => {
    await using site = await feedWith({ "1.0.0": "promoted" });
    await site.workspace.declareFault({
      match: { path: "/upack/packages/weather/versions/1.0.0$", method: "GET" },
      when: "before",
      then: { status: 403, body: { message: "User lacks permission" } },
    });
    const result = await deploy(site, { view: "Release" });
    assert.equal(result.result, "failed");
    assert.match(errors(result)[0]!, /ArtifactTool ended with exit code 1: User lacks permission; /);
  });

  it("fails with the words of ArtifactTool if the feed cannot be asked why", async () => {
    await using site = await feedWith({ "1.0.0": "published" });
    await site.workspace.declareFault({
      match: { path: "/feeds/weather/views$" },
      when: "before",
      then: { status: 403 },
    });
    const result = await deploy(site, { view: "Release" });
    assert.equal(result.result, "failed");
    assert.match(errors(result)[0]!, /ArtifactTool ended with exit code 1: Can't find the package/);
  });

  const inputs: [what: string, inputs: Record<string, string>, sentence: RegExp][] = [
    [
      "two different views",
      { feed: "weather@Prerelease", view: "Release" },
      /^Could not use the input 'view': it is Release, and the input 'feed' names the view Prerelease; remove one of the two views\.$/,
    ],
    [
      "a view of an artifactFolder",
      { feed: "", artifactFolder: "artifact", view: "Release" },
      /^Could not use the input 'view': 'artifactFolder' is given, and only the packages of a feed are in views; remove one of them\.$/,
    ],
    ["a view that no feed can have", { view: "a:b" }, /'view': 'a:b' is not the name of a view/],
  ];
  for (const [what, given, sentence] of inputs)
    it(`refuses ${what} without a request`, async () => {
      await using site = await DeploymentSite.open({ inLocalOrganisation: true });
      const result = await deploy(site, given);
      assert.equal(result.result, "failed");
      assert.match(errors(result)[0]!, sentence);
      assert.deepEqual(site.workspace.requested(), []);
    });
});
