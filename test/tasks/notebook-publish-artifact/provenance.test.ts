import assert from "node:assert/strict";
import type { Fault } from "../../../local/emulator/faults.ts";
import { askAzureDevOps } from "../../harness/azure-devops-api.ts";
import type { TaskFixture } from "../../harness/task-fixture.ts";
import { feed, publishArtifact, published } from "./publish-artifact.ts";

interface Provenance {
  provenanceSource: string | null;
  data: Record<string, string> | null;
}

describe("the provenance of a package that NotebookPublishArtifact publishes", function () {
  this.timeout(120_000);

  const variables = {
    "Build.BuildNumber": "20261121.1",
    "Build.DefinitionName": "weather",
    "Build.Repository.Uri": "https://dev.azure.com/contoso/weather/_git/weather",
    "Build.SourceVersion": "0123456789abcdef0123456789abcdef01234567",
    "Build.SourceBranch": "refs/heads/main",
  };
  const open = (workspace: object = { feeds: [feed, "local/climate"] }): Promise<TaskFixture> =>
    publishArtifact({ isBuild: true, variables, workspace });

  /** What the feed knows of the publisher of its only version. */
  const provenance = async (step: TaskFixture, path = `feeds/${feed}`, project = ""): Promise<Provenance> => {
    const base = `${project}/_apis/packaging/${path}/packages`;
    const { value } = await askAzureDevOps<{ value: { id: string; versions: { id: string }[] }[] }>(
      step.workspace,
      "GET",
      base,
    );
    const version = `${base}/${value[0]!.id}/versions/${value[0]!.versions[0]!.id}/provenance`;
    return (await askAzureDevOps<{ provenance: Provenance }>(step.workspace, "GET", version)).provenance;
  };
  const sessions = (step: TaskFixture) => step.requests(/\/provenance\/session\//).length;

  it("names the pipeline run, the commit and the branch", async () => {
    await using step = await open();
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    assert.deepEqual(await published(step), ["weather 1.0.0"]);
    assert.deepEqual(result.issues, []);
    assert.match(result.log, /^Published weather 1\.0\.0 \(feed weather-notebooks\)\. Digest/m);
    const { provenanceSource, data } = await provenance(step);
    assert.equal(provenanceSource, "InternalBuild");
    assert.deepEqual(data, {
      ...variables,
      "System.CollectionId": "00000000-0000-4000-8000-000000000002",
      "System.TeamProjectId": "00000000-0000-4000-8000-000000000001",
      "System.DefinitionId": "12",
      "Build.BuildId": "345",
    });
  });

  it("names the pipeline run in a feed of the project", async () => {
    await using step = await open();
    const result = await step.run({ inputs: { feed: "local/climate" } });
    assert.equal(result.result, "succeeded", result.log);
    const { data } = await provenance(step, "feeds/climate", "/local");
    assert.equal(data?.["Build.BuildId"], "345");
  });

  it("names the release in a classic release", async () => {
    await using step = await open();
    const release = {
      "Release.ReleaseId": "7",
      "Release.ReleaseName": "Release-7",
      "System.HostType": "release",
    };
    const result = await step.run({ variables: release });
    assert.equal(result.result, "succeeded", result.log);
    const { provenanceSource, data } = await provenance(step);
    assert.equal(provenanceSource, "InternalRelease");
    assert.equal(data?.["Release.ReleaseName"], "Release-7");
    assert.equal(data?.["Build.BuildId"], undefined);
  });

  it("contains no credential of the repository's address", async () => {
    await using step = await open();
    const secret = "4lKvTqYh7sXcPz92";
    const result = await step.run({
      variables: { "Build.Repository.Uri": `https://user:${secret}@github.example/weather` },
      secretVariables: { CLONE_TOKEN: secret },
    });
    assert.equal(result.result, "succeeded", result.log);
    const { data } = await provenance(step);
    assert.equal(data?.["Build.Repository.Uri"], "https://user:***@github.example/weather");
  });

  const failures: [what: string, fault: Fault["then"], sentence: RegExp][] = [
    [
      "refuses",
      { status: 403, body: { typeKey: "FeedNeedsPermissionsException", message: "Not yours" } },
      /^Could not open a provenance session for the feed weather-notebooks: .* answered 403 .*\. The feed will not show which pipeline published the package\.$/,
    ],
    ["does not know sessions", { status: 404, body: {} }, /answered 404/],
    ["answers without an id", { status: 200, body: {} }, /without sessionId/],
    [
      "answers with an id that ArtifactTool would take for an option",
      { status: 200, body: { sessionId: "--path" } },
      /answered with an invalid id/,
    ],
  ];
  for (const [what, then, sentence] of failures)
    it(`publishes with a warning if the feed ${what}`, async () => {
      await using step = await open();
      await step.workspace.declareFault({
        match: { path: "/provenance/session/" },
        when: "before",
        times: 9,
        then,
      } as Fault);
      const result = await step.run();
      assert.equal(result.result, "succeeded", result.log);
      assert.deepEqual(
        result.issues.map(({ type }) => type),
        ["warning"],
      );
      assert.match(result.issues[0]!.message, sentence);
      assert.deepEqual(await published(step), ["weather 1.0.0"]);
      assert.equal((await provenance(step)).provenanceSource, null);
    });

  it("opens a session again after an answer of 503", async () => {
    await using step = await open();
    await step.workspace.declareFault({
      match: { path: "/provenance/session/" },
      when: "after",
      then: { status: 503 },
    });
    const result = await step.run();
    assert.deepEqual([result.result, result.issues, sessions(step)], ["succeeded", [], 2]);
    assert.equal((await provenance(step)).provenanceSource, "InternalBuild");
  });

  it("is not sent if Packaging.SavePublishMetadata is false", async () => {
    await using step = await open();
    const result = await step.run({ variables: { "Packaging.SavePublishMetadata": "False" } });
    assert.deepEqual([result.result, result.issues, sessions(step)], ["succeeded", [], 0]);
    assert.deepEqual(await published(step), ["weather 1.0.0"]);
  });

  it("is not sent by a job that belongs to no pipeline run", async () => {
    await using step = await publishArtifact();
    const result = await step.run();
    assert.deepEqual([result.result, result.issues, sessions(step)], ["succeeded", [], 0]);
  });

  it("is not sent to another organisation", async () => {
    await using step = await open({
      serviceConnections: {
        platform: { type: "externaltfs", organisation: "platform", feeds: [feed] },
      },
    });
    const result = await step.run({ inputs: { azureDevOpsConnection: "platform" } });
    assert.deepEqual([result.result, result.issues, sessions(step)], ["succeeded", [], 0]);
  });
});
