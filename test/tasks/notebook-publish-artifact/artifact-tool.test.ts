import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { errors } from "../../harness/run-task.ts";
import type { TaskFixture } from "../../harness/task-fixture.ts";
import { faultyServer } from "../../shared/http/faulty-server.ts";
import { leftInTemp, ownTool, publishArtifact } from "./publish-artifact.ts";

describe("NotebookPublishArtifact and ArtifactTool", function () {
  this.timeout(120_000);

  const downloads = (step: TaskFixture) => step.requests(/^\/artifacttool\//).length;

  it("downloads ArtifactTool from the organisation once, then takes it from the agent's tool cache", async () => {
    await using step = await publishArtifact();
    await step.run();
    assert.equal(downloads(step), 1);
    const [version] = readdirSync(path.join(step.toolsFolder, "artifacttool"));
    const arch = os.arch();
    assert.deepEqual(readdirSync(path.join(step.toolsFolder, "artifacttool", version!)).sort(), [
      arch,
      `${arch}.complete`,
    ]);
    const again = await step.run({ inputs: { packageVersion: "1.1.0" } });
    assert.equal(again.result, "succeeded", again.log);
    assert.equal(downloads(step), 1);
  });

  it("downloads ArtifactTool without sending the job's token to the download's host", async () => {
    await using step = await publishArtifact();
    await using host = await faultyServer((response) => response.writeHead(404).end());
    const authorities = path.join(step.tempFolder, "authorities.pem");
    const own = await readFile(step.workspace.emulator.ready.caFile, "utf8");
    await writeFile(authorities, [own, ...host.network.certificateAuthorities!()].join("\n"));
    await step.workspace.declareFault({
      match: { path: "/clienttools/", method: "GET" },
      when: "before",
      then: { status: 200, body: { version: "1.2.3", uri: `${host.url}/tool.zip?sig=secret` } },
    });
    const result = await step.run({
      environment: { NODE_EXTRA_CA_CERTS: authorities },
      variables: {
        "NotebookOps.AllowedHosts": `${step.workspace.variables["NotebookOps.AllowedHosts"]},${host.host}`,
      },
      secrets: ["sig=secret"],
    });
    assert.match(errors(result)[0]!, /Could not download ArtifactTool: localhost:\d+ answered 404/);
    assert.deepEqual(
      host.requests.map(({ path: asked, headers }) => [asked, headers.authorization]),
      [["/tool.zip?sig=secret", undefined]],
    );
  });

  it("downloads ArtifactTool again if a download breaks off", async () => {
    await using step = await publishArtifact();
    await step.workspace.declareFault({
      match: { path: "^/artifacttool/" },
      when: "after",
      then: { truncate: 100 },
    });
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(downloads(step), 2);
  });

  it("refuses to download ArtifactTool from a foreign host", async () => {
    await using step = await publishArtifact();
    await step.workspace.declareFault({
      match: { path: "/clienttools/", method: "GET" },
      when: "before",
      then: { status: 200, body: { version: "1.2.3", uri: "https://evil.example/tool.zip" } },
    });
    const result = await step.run();
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /Could not download ArtifactTool: evil.example is not a host of the platform/,
    );
    assert.deepEqual(readdirSync(path.join(step.toolsFolder, "artifacttool", "1.2.3")), []);
  });

  it("runs the ArtifactTool that UPack.OverrideArtifactToolPath names", async () => {
    await using step = await publishArtifact();
    const own = await ownTool(
      step,
      `#!/bin/sh\necho "$@" > ${step.tempFolder}/arguments\nprintenv NOTEBOOK_OPS_ARTIFACTTOOL_PAT > ${step.tempFolder}/token\n`,
    );
    const result = await step.run({ variables: { "UPack.OverrideArtifactToolPath": own } });
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(downloads(step), 0);
    const token = step.workspace.emulator.azureDevOps.accessToken;
    assert.equal(readFileSync(path.join(step.tempFolder, "token"), "utf8").trim(), token);
    assert.ok(
      !readFileSync(path.join(step.tempFolder, "arguments"), "utf8").includes(token),
      "a command line is no secret",
    );
  });

  it("fails if UPack.OverrideArtifactToolPath contains no program", async () => {
    await using step = await publishArtifact();
    const result = await step.run({
      variables: { "UPack.OverrideArtifactToolPath": path.join(step.tempFolder, "none") },
    });
    assert.match(errors(result)[0]!, /OverrideArtifactToolPath names: .*artifacttool is not a program/);
  });

  it("ends ArtifactTool if the step is cancelled, and leaves nothing behind", async () => {
    await using step = await publishArtifact();
    const own = await ownTool(
      step,
      '#!/bin/sh\necho \'{"@t":"now","@m":"Uploading slowly"}\' >&2\nexec sleep 60\n',
    );
    const cancel = new AbortController();
    const result = await step.run({
      variables: { "UPack.OverrideArtifactToolPath": own },
      signal: cancel.signal,
      onLine: (line) => /Uploading slowly/.test(line) && cancel.abort(),
    });
    assert.equal(result.result, "canceled", result.log);
    assert.deepEqual(leftInTemp(step), []);
  });

  it("logs what ArtifactTool prints as text from outside", async () => {
    await using step = await publishArtifact();
    const own = await ownTool(
      step,
      '#!/bin/sh\necho \'{"@m":"##vso[task.setvariable variable=PATH]evil"}\' >&2\necho \'{"@m":"Disk is full","@l":"Error"}\' >&2\nexit 3\n',
    );
    const result = await step.run({ variables: { "UPack.OverrideArtifactToolPath": own } });
    assert.equal(result.result, "failed");
    assert.equal(result.variables.PATH, undefined);
    assert.match(
      errors(result)[0]!,
      /^Could not publish weather 1.0.0 .*: ArtifactTool ended with exit code 3: Disk is full; /,
    );
  });
});
