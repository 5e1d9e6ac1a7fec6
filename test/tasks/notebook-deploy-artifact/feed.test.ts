import assert from "node:assert/strict";
import { appendFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { errors } from "../../harness/run-task.ts";
import { DeploymentSite, first, notebook } from "./deployment-site.ts";

describe("NotebookDeployArtifact from a feed", function () {
  this.timeout(120_000);

  /** A script in place of ArtifactTool that "downloads" the files of a folder; returns the script's folder. */
  const toolThatSends = async (site: DeploymentSite, source: string) => {
    const tool = path.join(site.folder, "tool");
    await mkdir(tool);
    const script = `#!/bin/sh\nwhile [ "$1" != --path ]; do shift; done\ncp -r '${source}' "$2"\n`;
    await writeFile(path.join(tool, "artifacttool"), script, { mode: 0o755 });
    return tool;
  };
  const runFeed = (site: DeploymentSite, tool: string, inputs: Record<string, string> = {}) =>
    site.run("", {
      inputs: { feed: "weather", packageName: "weather", packageVersion: "1.0.0", ...inputs },
      variables: { "UPack.OverrideArtifactToolPath": tool },
    });

  it("deploys the package that it downloads from a feed", async () => {
    await using site = await DeploymentSite.open({ inLocalOrganisation: true });
    const tool = await toolThatSends(site, await site.artifact("1.0.0", first));
    const result = await runFeed(site, tool);
    assert.equal(result.result, "succeeded", result.log);
    await site.assertFirst();
  });

  it("fails and deploys nothing if one byte of the package differs", async () => {
    await using site = await DeploymentSite.open({ inLocalOrganisation: true });
    const source = await site.artifact("1.0.0", first);
    await writeFile(path.join(source, "etl.py"), notebook("version = 9"));
    const result = await runFeed(site, await toolThatSends(site, source));
    assert.equal(result.result, "failed");
    assert.match(errors(result)[0]!, /"etl.py" of the artifact: its content is not what was published/);
    assert.deepEqual(site.objects(), []);
  });

  it("fails and deploys nothing if the package's manifest names another version", async () => {
    await using site = await DeploymentSite.open({ inLocalOrganisation: true });
    const result = await runFeed(site, await toolThatSends(site, await site.artifact("1.0.1", first)));
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /^Could not deploy weather 1.0.0 \(feed weather\): its manifest names another package, weather 1.0.1; /,
    );
    assert.deepEqual(site.objects(), []);
  });

  it("fails and says so if the feed does not have the package", async () => {
    await using site = await DeploymentSite.open({
      workspace: { feeds: ["weather"] },
      inLocalOrganisation: true,
    });
    const result = await site.run("", {
      inputs: { feed: "weather", packageName: "weather", packageVersion: "1.0.0" },
    });
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /^Could not download weather 1.0.0 \(feed weather\): ArtifactTool ended with exit code 1: Can't find the package/,
    );
  });

  describe("by a pattern of versions", () => {
    const publish = async (site: DeploymentSite, version: string) => {
      await site.artifact(version, first);
      const result = await site.publish(version);
      assert.equal(result.result, "succeeded", result.log);
    };
    const deployVersion = (site: DeploymentSite, packageVersion: string) =>
      site.run("", { inputs: { feed: "weather", packageName: "weather", packageVersion } });

    it("deploys the highest version that matches, which the log and the record name", async () => {
      await using site = await DeploymentSite.open({
        workspace: { feeds: ["weather"] },
        inLocalOrganisation: true,
      });
      for (const version of ["1.9.0", "1.10.0", "1.11.0-rc.1", "2.0.0"]) await publish(site, version);
      for (const [pattern, version] of [
        ["1.*", "1.10.0"],
        ["1.9.*", "1.9.0"],
        ["*", "2.0.0"],
      ] as const) {
        const result = await deployVersion(site, pattern);
        assert.equal(result.result, "succeeded", result.log);
        const line = `weather ${pattern} (feed weather) is version ${version} at present.`;
        assert.ok(result.log.includes(line), result.log);
        const record = JSON.parse(await site.content("notebook-ops-deployment.json"));
        assert.equal(record.artifact.version, version);
      }
    });

    it("fails and deploys nothing if no version matches", async () => {
      await using site = await DeploymentSite.open({
        workspace: { feeds: ["weather"] },
        inLocalOrganisation: true,
      });
      await publish(site, "1.0.0-rc.1");
      const result = await deployVersion(site, "1.*");
      assert.equal(result.result, "failed");
      assert.match(
        errors(result)[0]!,
        /^Could not download weather 1\.\* \(feed weather\): ArtifactTool ended with exit code 18: Did not find any versions .*; publish a version that packageVersion matches and that is not a prerelease, /,
      );
      assert.deepEqual(site.objects(), []);
    });

    for (const [what, version] of [
      ["the pattern does not match", "2.0.0"],
      ["is a prerelease", "1.0.0-rc.1"],
    ])
      it(`fails and deploys nothing if the package's manifest names a version that ${what}`, async () => {
        await using site = await DeploymentSite.open({ inLocalOrganisation: true });
        const tool = await toolThatSends(site, await site.artifact(version!, first));
        const result = await runFeed(site, tool, { packageVersion: "1.*" });
        assert.equal(result.result, "failed");
        assert.match(errors(result)[0]!, /its manifest names another package/);
        assert.deepEqual(site.objects(), []);
      });

    it("fails and deploys nothing if the manifest names another version than ArtifactTool", async () => {
      await using site = await DeploymentSite.open({ inLocalOrganisation: true });
      const tool = await toolThatSends(site, await site.artifact("1.0.0", first));
      await appendFile(path.join(tool, "artifacttool"), `echo '{"Description":null,"Version":"1.1.0"}'\n`);
      const result = await runFeed(site, tool, { packageVersion: "1.*" });
      assert.equal(result.result, "failed");
      assert.match(errors(result)[0]!, /its manifest names another package, weather 1\.0\.0; /);
      assert.deepEqual(site.objects(), []);
    });
  });
});
