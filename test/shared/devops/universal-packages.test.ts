import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { StageResult } from "../../../local/agent/step-session.ts";
import type { Fault } from "../../../local/emulator/faults.ts";
import { organisation, universalPackages } from "../../harness/azure-devops-api.ts";
import { type RunTaskOptions, runTask } from "../../harness/run-task.ts";
import { startWorkspace, type TestWorkspace } from "../../harness/workspace.ts";

describe("when ArtifactTool is run again", function () {
  this.timeout(120_000);
  let workspace: TestWorkspace;
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "again-"));
    mkdirSync(path.join(folder, "notebooks"));
    writeFileSync(path.join(folder, "notebooks", "etl.py"), "# Databricks notebook source\nprint(1)\n");
    workspace = await startWorkspace({ feeds: ["weather"] });
  });
  afterEach(async () => {
    await workspace[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const run = (task: string, inputs: Record<string, string>, options: Partial<RunTaskOptions> = {}) =>
    runTask({
      task,
      workspace,
      ...options,
      secretVariables: { BearerToken: workspace.emulator.ready.databricksToken },
      variables: {
        ...organisation(workspace),
        "Agent.ToolsDirectory": path.join(folder, "tools"),
        ...options.variables,
      },
      inputs: { feed: "weather", packageName: "weather", packageVersion: "1.0.0", ...inputs },
    });
  const publish = (options: Partial<RunTaskOptions> = {}): Promise<StageResult> =>
    run("NotebookPublishArtifact", { notebookFolder: path.join(folder, "notebooks"), widget: "" }, options);
  const deploy = (options: Partial<RunTaskOptions> = {}): Promise<StageResult> =>
    run("NotebookDeployArtifact", { environment: "production", workspaceFolder: "/Shared/weather" }, options);
  /** A program in ArtifactTool's place; it counts its runs in `runs`. */
  const tool = (script: string): Partial<RunTaskOptions> => {
    const file = path.join(folder, "artifacttool");
    writeFileSync(file, `#!/bin/sh\necho run >> '${folder}/runs'\n${script}\n`, { mode: 0o755 });
    return { variables: { "UPack.OverrideArtifactToolPath": folder } };
  };
  const runs = () => readFileSync(path.join(folder, "runs"), "utf8").split("\n").length - 1;

  const passing: [what: string, fault: Fault][] = [
    [
      "if the feed was not available",
      { match: { path: "/upack/content/" }, when: "before", then: { status: 503 } },
    ],
    [
      "if the connection was cut",
      { match: { path: "/upack/content/" }, when: "before", then: { reset: true } },
    ],
  ];
  for (const [what, fault] of passing)
    it(`runs ArtifactTool again ${what}, and publishes`, async () => {
      await workspace.declareFault(fault);
      const result = await publish();
      assert.equal(result.result, "succeeded", result.log);
      assert.match(result.log, /Trying again in 1 s: attempt 2 of 4\./);
      assert.match(result.log, /^Published weather 1\.0\.0 \(feed weather\)\. Digest sha256:/m);
      assert.deepEqual(await universalPackages(workspace, "weather"), ["weather 1.0.0"]);
    });

  it("runs ArtifactTool again if it failed after it had published, and the step succeeds because the feed has this very content", async () => {
    await workspace.declareFault({
      match: { path: "/upack/packages/weather/versions/", method: "PUT" },
      when: "after",
      then: { status: 503 },
    });
    const result = await publish();
    assert.equal(result.result, "succeeded", result.log);
    assert.match(
      result.log,
      /^Published weather 1\.0\.0 .*, in an attempt that ended with an error\. Digest/m,
    );
  });

  it("runs ArtifactTool again if it crashed", async () => {
    const result = await publish(tool(`[ "$(wc -l < '${folder}/runs')" -gt 1 ] || kill -SEGV $$`));
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(runs(), 2);
  });

  it("runs ArtifactTool again into an empty folder, without the files of a download that was cut off", async () => {
    await publish();
    const real = path.join(folder, "real");
    const downloaded = await deploy();
    assert.equal(downloaded.result, "succeeded", downloaded.log);
    const script = `
while [ $# -gt 0 ]; do [ "$1" = --path ] && target=$2; shift; done
if [ "$(wc -l < '${folder}/runs')" = 1 ]; then mkdir -p "$target"; echo half > "$target/half.py"; exit 1; fi
[ -e "$target" ] && echo '{"@m":"the folder is there","@l":"Error"}' >&2 && exit 20
cp -R '${real}' "$target"`;
    await keepArtifact(real);
    const result = await deploy(tool(script));
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(runs(), 2);
  });

  it("does not run ArtifactTool again if the feed refuses", async () => {
    const refused = await deploy();
    assert.equal(refused.result, "failed");
    assert.match(refused.log, /Can't find the package/);
    assert.doesNotMatch(refused.log, /Trying again/);
  });

  it("does not run ArtifactTool again if the step is cancelled in the pause", async () => {
    const cancel = new AbortController();
    const result = await publish({
      ...tool("exit 1"),
      signal: cancel.signal,
      onLine: (line) => /Trying again/.test(line) && cancel.abort(),
    });
    assert.equal(result.result, "canceled", result.log);
    assert.equal(runs(), 1);
  });

  /** The package as the stand-in of the workspace downloads it. */
  async function keepArtifact(target: string): Promise<void> {
    const script = `
for each in "$@"; do [ "$last" = --path ] && from=$each; last=$each; done
cp -R "$from" '${target}'`;
    const saved = { ...tool(script), tempFolder: path.join(folder, "temp") };
    await run(
      "NotebookPublishArtifact",
      { notebookFolder: path.join(folder, "notebooks"), widget: "" },
      saved,
    );
    rmSync(path.join(folder, "runs"));
  }
});
