import assert from "node:assert/strict";
import type { DevopsPermissions } from "../../../local/emulator/azure-devops/config.ts";
import { type Emulator, startEmulator } from "../../../local/emulator/index.ts";
import { proves } from "../proof.ts";
import { connect, run } from "./node-client.ts";

const planId = "0b1f9a3c-5a0c-4f7c-9c55-0f3f5d1c2a10";
const build = `${connect}
  const build = await api.getBuildApi();
  const project = "local";
  const attach = async (record, type, name, text) => {
    const { Readable } = await import("node:stream");
    const tasks = await api.getTaskApi();
    return tasks.createAttachment({}, Readable.from([text]), project, "build", "${planId}", "timeline", record, type, name);
  };
  const textOf = async (stream) => Buffer.concat(await stream.toArray()).toString();
`;

describe("pipeline runs, by azure-devops-node-api", () => {
  let workspace: Emulator;

  const start = async (permissions: DevopsPermissions = {}) => {
    workspace = await startEmulator({ config: { devops: { permissions }, spark: { master: "none" } } });
    for (const id of [41, 42, 43])
      workspace.azureDevOps.builds.start({
        ...{ id, number: `20261121.${id}`, definition: { id: id === 43 ? 2 : 1, name: "weather" } },
        planId: id === 42 ? planId : `plan-${id}`,
        ...{ sourceBranch: "refs/heads/main", sourceVersion: "0a1b2c", reason: "manual" },
        repository: { id: "weather", name: "weather", type: "TfsGit" },
      });
    workspace.azureDevOps.builds.finish(42, "succeeded");
  };

  afterEach(() => workspace.stop());

  it("pipeline runs of the local Azure DevOps are found by number, tag, definition and page", async () => {
    await start();

    const seen = await run(
      workspace,
      `${build}
      await build.addBuildTag(project, 41, "notebook-ops test/1.0");
      const one = await build.getBuild(project, 42);
      const ids = (builds) => builds.map(({ id }) => id);
      const list = (definitions, tags, top, token) => build.getBuilds(
        project, definitions, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, tags,
        undefined, top, token,
      );
      const first = await list([1], undefined, 1);
      const { message } = await api.rest.client.get(url + "/local/_apis/build/builds?definitions=1&$top=1");
      const token = message.headers["x-ms-continuationtoken"];
      answer([
        [one.buildNumber, one.status, one.result, one.uri],
        ids(await list()), ids(await list([1])), ids(await list(undefined, ["notebook-ops test/1.0"])),
        ids(first), ids(await list([1], undefined, 1, token)),
        await build.getBuild(project, 44),
      ]);`,
    );

    assert.deepEqual(seen, [
      ["20261121.42", 2, 2, "vstfs:///Build/Build/42"],
      [42, 43, 41],
      [42, 41],
      [41],
      [42],
      [41],
      null,
    ]);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops GET /{organisation}/{project}/_apis/build/builds",
      "azure-devops GET /{organisation}/{project}/_apis/build/builds/{build}",
    );
  });

  it("pipeline runs of the local Azure DevOps accept tags, except for one with a colon", async () => {
    await start();

    const seen = (await run(
      workspace,
      `${build}
      await build.addBuildTag(project, 42, "one");
      await build.addBuildTags(["two", "three"], project, 42);
      await build.deleteBuildTag(project, 42, "two");
      const tagged = async (tag) => (await build.getBuilds(project, ...Array(9).fill(undefined), [tag])).map(({ id }) => id);
      answer([
        await build.getBuildTags(project, 42), await refused(build.addBuildTag(project, 42, "a:b")),
        await tagged("three"), await tagged("two"),
      ]);`,
    )) as [string[], [number, string], number[], number[]];

    assert.deepEqual(seen[0], ["one", "three"]);
    assert.deepEqual([seen[2], seen[3]], [[42], []]);
    assert.equal(seen[1][0], 400);
    assert.match(seen[1][1], /potentially dangerous Request\.Path value/);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops GET /{organisation}/{project}/_apis/build/builds/{build}/tags",
      "azure-devops POST /{organisation}/{project}/_apis/build/builds/{build}/tags",
      "azure-devops PUT /{organisation}/{project}/_apis/build/builds/{build}/tags/{tag*}",
      "azure-devops DELETE /{organisation}/{project}/_apis/build/builds/{build}/tags/{tag*}",
    );
  });

  it("pipeline runs of the local Azure DevOps have the attachments that the agent uploaded for their plan", async () => {
    await start();

    const seen = await run(
      workspace,
      `${build}
      await attach("step-1", "notebook-ops.test-status", "staging record.json", "{}");
      await attach("step-1", "notebook-ops.test-status", "staging record.json", '{"schema":1}');
      await attach("step-2", "report", "report.html", "<p>");
      const listed = await build.getAttachments(project, 42, "notebook-ops.test-status");
      const link = new URL(listed[0]._links.self.href);
      const linked = await api.rest.client.get(link.href);
      answer([
        listed.map(({ name }) => name),
        await textOf(await build.getAttachment(project, 42, "timeline", "step-1", "notebook-ops.test-status", "staging record.json")),
        await linked.readBody(),
        await build.getAttachments(project, 41, "report"),
      ]);`,
    );

    assert.deepEqual(seen, [["staging record.json"], '{"schema":1}', '{"schema":1}', []]);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops GET /{organisation}/{project}/_apis/build/builds/{build}/attachments/{type}",
      "azure-devops GET /{organisation}/{project}/_apis/build/builds/{build}/{timeline}/{record}/attachments/{type}/{name}",
      "azure-devops PUT /{organisation}/{project}/_apis/distributedtask/hubs/{hub=build}/plans/{plan}/timelines/{timeline}/records/{record}/attachments/{type}/{name}",
    );
  });

  it("pipeline runs of the local Azure DevOps cannot be changed without the permission", async () => {
    await start({ updateBuildInformation: false });

    const seen = await run(
      workspace,
      `${build} answer((await refused(build.addBuildTag(project, 42, "one"))));`,
    );

    assert.deepEqual(seen, [
      403,
      "Access denied. Project Collection Build Service (local) needs Update build information permissions to perform the action.",
    ]);
  });
});
