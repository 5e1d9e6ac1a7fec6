import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { StageResult } from "../../local/agent/step-session.ts";
import { assertGolden } from "../harness/golden.ts";
import { errors, type RunTaskOptions, runTask } from "../harness/run-task.ts";
import { startWorkspace, type TestWorkspace } from "../harness/workspace.ts";
import { faultyServer } from "../shared/http/faulty-server.ts";
import { organisation, universalPackages } from "./azure-devops-api.ts";
import { askDatabricks } from "./databricks-api.ts";

const feed = "weather-notebooks";
const etl = '# Databricks notebook source\ndbutils.widgets.text("package_version", "0.0.0")\n';

describe("NotebookPublishArtifact", function () {
  this.timeout(120_000);
  let workspace: TestWorkspace;
  let folder: string;
  let temp: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "publish-artifact-"));
    temp = await mkdtemp(path.join(os.tmpdir(), "publish-artifact-temp-"));
    await writeFile(path.join(folder, "etl.py"), etl);
    await mkdir(path.join(folder, "lib"));
    await writeFile(path.join(folder, "lib", "module.py"), "value = 1\n");
    workspace = await startWorkspace({ feeds: [feed] });
  });
  afterEach(async () => {
    await workspace[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
    await rm(temp, { recursive: true });
  });

  const run = (
    inputs: Record<string, string> = {},
    options: Partial<RunTaskOptions> = {},
  ): Promise<StageResult> =>
    runTask({
      task: "NotebookPublishArtifact",
      workspace,
      tempFolder: temp,
      ...options,
      variables: {
        ...organisation(workspace),
        "Agent.ToolsDirectory": path.join(temp, "tools"),
        "Build.Repository.Uri": "https://dev.azure.com/contoso/weather/_git/weather",
        "Build.SourceVersion": "0123456789abcdef0123456789abcdef01234567",
        "Build.SourceBranch": "refs/tags/v1.0.0",
        ...options.variables,
      },
      inputs: { notebookFolder: folder, feed, packageName: "weather", packageVersion: "1.0.0", ...inputs },
    });
  const published = () => universalPackages(workspace, feed);
  /** What the deploying task gets: the package as it comes down again. */
  const download = async (version = "1.0.0") => {
    const result = await runTask({
      task: "NotebookDeployArtifact",
      workspace,
      tempFolder: temp,
      secretVariables: { BearerToken: workspace.emulator.ready.databricksToken },
      variables: { ...organisation(workspace), "Agent.ToolsDirectory": path.join(temp, "tools") },
      inputs: {
        feed,
        packageName: "weather",
        packageVersion: version,
        environment: "production",
        workspaceFolder: "/Shared/weather",
      },
    });
    assert.equal(result.result, "succeeded", result.log);
    return result;
  };
  const deployedNotebook = async () => {
    const { content } = await askDatabricks<{ content: string }>(
      workspace,
      "GET",
      "/api/2.0/workspace/export?path=/Shared/weather/etl&format=SOURCE",
    );
    return Buffer.from(content, "base64").toString();
  };
  /** Nothing of the pinned copy or a download stands in the agent's temporary folder. */
  const leftInTemp = () => readdirSync(temp).filter((name) => /^notebook-ops-(publish|download)-/.test(name));

  for (const node of ["Node24", "Node20_1"] as const)
    it(`publishes the notebooks pinned, and leaves the sources as they are, on ${node}`, async () => {
      const result = await run({}, { node });
      assert.equal(result.result, "succeeded", result.log);
      assert.deepEqual(await published(), ["weather 1.0.0"]);
      assert.equal(result.variables["step.ArtifactName"], "weather");
      assert.equal(result.variables["step.ArtifactVersion"], "1.0.0");
      const deployed = await download();
      assert.equal(deployed.variables["step.ArtifactDigest"], result.variables["step.ArtifactDigest"]);
      assert.equal(await deployedNotebook(), etl.replace("0.0.0", "1.0.0"));
      assert.equal(await readFile(path.join(folder, "etl.py"), "utf8"), etl);
      assert.deepEqual(readdirSync(folder).sort(), ["etl.py", "lib"]);
      assert.deepEqual(leftInTemp(), []);
    });

  it("tells a person what happens, line by line", async () => {
    await run(); // the tool is in the cache then
    const result = await run({ packageVersion: "1.1.0" });
    const readable = result.log
      .replaceAll(folder, "<folder>")
      .replaceAll(/\S*notebook-ops-publish-\S+/g, "<temp>")
      .replaceAll(/sha256:[0-9a-f]{64}/g, "sha256:<digest>");
    assertGolden(import.meta.url, "notebook-publish-artifact.txt", `${readable}\n`);
  });

  it("publishes the same version with the same content as a success that says so", async () => {
    const first = await run();
    const again = await run();
    assert.equal(again.result, "succeeded", again.log);
    assert.match(
      again.log,
      /The feed has weather 1.0.0 .* already, with this very content: nothing was published/,
    );
    assert.equal(again.variables["step.ArtifactDigest"], first.variables["step.ArtifactDigest"]);
    assert.deepEqual(leftInTemp(), []);
  });

  it("fails where that version has other content", async () => {
    await run();
    await writeFile(path.join(folder, "lib", "module.py"), "value = 2\n");
    const again = await run();
    assert.equal(again.result, "failed");
    assert.match(
      errors(again)[0]!,
      /the feed has it already by build 345, with other content \(its digest is sha256:.*; a published version never changes, so choose a new one\.$/,
    );
    assert.deepEqual(await published(), ["weather 1.0.0"]);
    assert.deepEqual(leftInTemp(), []);
  });

  it("pins another widget, or none", async () => {
    const other = await run({
      widget: "package_version",
      widgetValue: "1.0.0rc1",
      packageVersion: "1.0.0-rc.1",
    });
    assert.match(other.log, /etl.py: package_version is "1.0.0rc1" by default/);
    const none = await run({ widget: "" });
    assert.equal(none.result, "succeeded", none.log);
    assert.doesNotMatch(none.log, /by default/);
    assert.deepEqual(await published(), ["weather 1.0.0", "weather 1.0.0-rc.1"]);
  });

  describe("gets ArtifactTool as Microsoft's task does", () => {
    const downloads = () => workspace.requested(/^\/artifacttool\//).length;

    it("from the organisation once, then out of the agent's tool cache", async () => {
      await run();
      assert.equal(downloads(), 1);
      const [version] = readdirSync(path.join(temp, "tools", "artifacttool"));
      const arch = os.arch();
      assert.deepEqual(readdirSync(path.join(temp, "tools", "artifacttool", version!)).sort(), [
        arch,
        `${arch}.complete`,
      ]);
      const again = await run({ packageVersion: "1.1.0" });
      assert.equal(again.result, "succeeded", again.log);
      assert.equal(downloads(), 1);
    });

    it("without the job's token, which the download's host does not get", async () => {
      await using host = await faultyServer((response) => response.writeHead(404).end());
      const authorities = path.join(temp, "authorities.pem");
      const own = await readFile(workspace.emulator.ready.caFile, "utf8");
      await writeFile(authorities, [own, ...host.network.certificateAuthorities!()].join("\n"));
      await workspace.declareFault({
        match: { path: "/clienttools/", method: "GET" },
        when: "before",
        then: { status: 200, body: { version: "1.2.3", uri: `${host.url}/tool.zip?sig=secret` } },
      });
      const result = await run(
        {},
        {
          environment: { NODE_EXTRA_CA_CERTS: authorities },
          variables: {
            "NotebookOps.AllowedHosts": `${workspace.variables["NotebookOps.AllowedHosts"]},${host.host}`,
          },
          secrets: ["sig=secret"],
        },
      );
      assert.match(errors(result)[0]!, /Could not download ArtifactTool: localhost:\d+ answered 404/);
      assert.deepEqual(
        host.requests.map(({ path: asked, headers }) => [asked, headers.authorization]),
        [["/tool.zip?sig=secret", undefined]],
      );
    });

    it("again where a download broke off", async () => {
      await workspace.declareFault({
        match: { path: "^/artifacttool/" },
        when: "after",
        then: { truncate: 100 },
      });
      const result = await run();
      assert.equal(result.result, "succeeded", result.log);
      assert.equal(downloads(), 2);
    });

    it("not from a host that is none of the organisation's", async () => {
      await workspace.declareFault({
        match: { path: "/clienttools/", method: "GET" },
        when: "before",
        then: { status: 200, body: { version: "1.2.3", uri: "https://evil.example/tool.zip" } },
      });
      const result = await run();
      assert.equal(result.result, "failed");
      assert.match(
        errors(result)[0]!,
        /Could not download ArtifactTool: evil.example is not a host of the platform/,
      );
      assert.deepEqual(readdirSync(path.join(temp, "tools", "artifacttool", "1.2.3")), []);
    });

    it("from where UPack.OverrideArtifactToolPath leads", async () => {
      const own = path.join(temp, "own");
      await mkdir(own);
      await writeFile(
        path.join(own, "artifacttool"),
        `#!/bin/sh\necho "$@" > ${temp}/arguments\nprintenv NOTEBOOK_OPS_ARTIFACTTOOL_PAT > ${temp}/token\n`,
      );
      await chmod(path.join(own, "artifacttool"), 0o755);
      const result = await run({}, { variables: { "UPack.OverrideArtifactToolPath": own } });
      assert.equal(result.result, "succeeded", result.log);
      assert.equal(downloads(), 0);
      const token = workspace.emulator.azureDevOps.accessToken;
      assert.equal(readFileSync(path.join(temp, "token"), "utf8").trim(), token);
      assert.ok(
        !readFileSync(path.join(temp, "arguments"), "utf8").includes(token),
        "a command line is no secret",
      );
    });

    it("and says so where that is no program", async () => {
      const result = await run(
        {},
        { variables: { "UPack.OverrideArtifactToolPath": path.join(temp, "none") } },
      );
      assert.match(
        errors(result)[0]!,
        /OverrideArtifactToolPath leads to .*artifacttool, which is no program/,
      );
    });
  });

  it("ends the tool where the step is cancelled, and leaves nothing", async () => {
    const own = path.join(temp, "own");
    await mkdir(own);
    await writeFile(
      path.join(own, "artifacttool"),
      '#!/bin/sh\necho \'{"@t":"now","@m":"Uploading slowly"}\' >&2\nexec sleep 60\n',
    );
    await chmod(path.join(own, "artifacttool"), 0o755);
    const cancel = new AbortController();
    const result = await run(
      {},
      {
        variables: { "UPack.OverrideArtifactToolPath": own },
        signal: cancel.signal,
        onLine: (line) => /Uploading slowly/.test(line) && cancel.abort(),
      },
    );
    assert.equal(result.result, "canceled", result.log);
    assert.deepEqual(leftInTemp(), []);
  });

  it("relays what the tool prints as text from outside", async () => {
    const own = path.join(temp, "own");
    await mkdir(own);
    await writeFile(
      path.join(own, "artifacttool"),
      '#!/bin/sh\necho \'{"@m":"##vso[task.setvariable variable=PATH]evil"}\' >&2\necho \'{"@m":"Disk is full","@l":"Error"}\' >&2\nexit 3\n',
    );
    await chmod(path.join(own, "artifacttool"), 0o755);
    const result = await run({}, { variables: { "UPack.OverrideArtifactToolPath": own } });
    assert.equal(result.result, "failed");
    assert.equal(result.variables.PATH, undefined);
    assert.match(
      errors(result)[0]!,
      /^Could not publish weather 1.0.0 .*: ArtifactTool ended with exit code 3: Disk is full; /,
    );
  });

  describe("fails with one sentence and publishes nothing", () => {
    const files: [what: string, files: Record<string, string | Buffer>, sentence: RegExp][] = [
      ["for an ipynb that is cut off", { "a.ipynb": '{"cells": [' }, /a\.ipynb/],
      [
        "for a notebook that is not UTF-8",
        { "a.py": Buffer.concat([Buffer.from(etl), Buffer.from([0xff, 0x0a])]) },
        /Cannot read the notebook a.py: it is not UTF-8 at byte \d+/,
      ],
      ["for a notebook of 50 MB", { "a.py": etl + "x".repeat(50 * 1024 * 1024) }, /a.py: it has 50.0 MB/],
      [
        "for a default that is no literal",
        { "a.py": '# Databricks notebook source\ndbutils.widgets.text("package_version", current())\n' },
        /in a.py, line 2: its default is current\(\), which is no plain string literal/,
      ],
      [
        "where no notebook declares the widget",
        { "etl.py": "# Databricks notebook source\n" },
        /Cannot pin the widget/,
      ],
    ];
    for (const [what, content, sentence] of files)
      it(what, async () => {
        for (const [file, text] of Object.entries(content)) await writeFile(path.join(folder, file), text);
        const result = await run();
        assert.equal(result.result, "failed");
        assert.match(errors(result)[0]!, sentence);
        assert.deepEqual(await published(), []);
        assert.deepEqual(leftInTemp(), []);
      });

    const inputs: [what: string, inputs: Record<string, string>, sentence: RegExp][] = [
      [
        "for a name with capitals",
        { packageName: "Weather" },
        /'packageName' is 'Weather': .*, such as weather\.$/,
      ],
      [
        "for the version 1.0",
        { packageVersion: "1.0" },
        /'packageVersion' is '1.0': give it three numbers, 1.0.0\.$/,
      ],
      ["for a version with a v", { packageVersion: "v1" }, /give it three numbers, 1.0.0/],
      ["for build metadata", { packageVersion: "1.0.0+5" }, /no build metadata; leave \+5 out/],
      ["for a version in capitals", { packageVersion: "1.0.0-RC1" }, /in lower case, 1.0.0-rc1/],
      ["for a number that is too large", { packageVersion: "1.0.2147483648" }, /larger than 2147483647/],
      ["for a wildcard", { packageVersion: "*" }, /a semantic version, such as/],
      [
        "for a feed that is none",
        { feed: "a/b/c" },
        /'feed' is 'a\/b\/c': give it the name of a feed, or project\/feed/,
      ],
      ["for a view", { feed: `${feed}@Release` }, /names a view/],
      ["for a folder that is not there", { notebookFolder: "/nowhere" }, /\/nowhere/],
    ];
    for (const [what, given, sentence] of inputs)
      it(`${what}, before any work`, async () => {
        const result = await run(given);
        assert.equal(result.result, "failed");
        assert.match(errors(result)[0]!, sentence);
        assert.deepEqual(workspace.requested(), []);
      });

    it("for a feed that does not exist", async () => {
      const result = await run({ feed: "nowhere" });
      assert.equal(result.result, "failed");
      assert.match(
        errors(result)[0]!,
        /^Could not publish weather 1.0.0 \(feed nowhere\): ArtifactTool ended with exit code 19: The feed with ID 'nowhere' doesn't exist; /,
      );
    });

    it("without the permission to publish", async () => {
      await workspace[Symbol.asyncDispose]();
      workspace = await startWorkspace({ feeds: [feed], devops: { permissions: { addPackage: false } } });
      const result = await run();
      assert.equal(result.result, "failed");
      assert.match(errors(result)[0]!, /lacks permission .*'AddPackage'; .*\(Feed Publisher\)/);
      assert.deepEqual(await published(), []);
    });
  });
});
