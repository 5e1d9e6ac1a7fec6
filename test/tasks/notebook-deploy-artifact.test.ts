import assert from "node:assert/strict";
import { appendFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { StageResult } from "../../local/agent/step-session.ts";
import { packArtifact } from "../../shared/notebook/index.ts";
import { assertGolden } from "../harness/golden.ts";
import { errors, type RunTaskOptions, runTask } from "../harness/run-task.ts";
import { startWorkspace, type TestWorkspace } from "../harness/workspace.ts";
import { organisation } from "./azure-devops-api.ts";
import { askDatabricks } from "./databricks-api.ts";

const target = "/Shared/production/weather";
const notebook = (text: string) => `# Databricks notebook source\n${text}\n`;
const ipynb = (text: string) =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kept: "by the form" },
    cells: [{ cell_type: "code", metadata: {}, outputs: [], execution_count: null, source: [text] }],
  });

describe("NotebookDeployArtifact", function () {
  this.timeout(120_000);
  let workspace: TestWorkspace;
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "deploy-artifact-"));
    workspace = await startWorkspace();
  });
  afterEach(async () => {
    await workspace[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  /** An artifact of these files; answers its folder. */
  const artifact = async (version: string, files: Record<string, string>): Promise<string> => {
    const source = path.join(folder, `source-${version}`);
    for (const [file, content] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(source, file)), { recursive: true });
      await writeFile(path.join(source, file), content);
    }
    const out = path.join(folder, `artifact-${version}`);
    await packArtifact({ folder: source, out, name: "weather", version, source: {} });
    return out;
  };
  const run = (artifactFolder: string, options: Partial<RunTaskOptions> = {}): Promise<StageResult> =>
    runTask({
      task: "NotebookDeployArtifact",
      workspace,
      secretVariables: { BearerToken: workspace.emulator.ready.databricksToken },
      tempFolder: folder,
      ...options,
      inputs: { artifactFolder, environment: "production", workspaceFolder: target, ...options.inputs },
    });
  const deployed = async (artifactFolder: string) => {
    const result = await run(artifactFolder);
    assert.equal(result.result, "succeeded", result.log);
    return result;
  };
  const postJob = (after: StageResult, artifactFolder: string) =>
    run(artifactFolder, { stage: "postjob", taskVariables: after.taskVariables });
  const objects = () =>
    workspace.emulator
      .ledger()
      .workspaceObjects.map((object) => object.name)
      .sort();
  const below = () =>
    objects().flatMap((name) => (name.startsWith(`${target}/`) ? [name.slice(target.length + 1)] : []));
  /** What stands beside the target: a lock, a half-made folder. */
  const beside = () => objects().filter((name) => name.startsWith(`${target}.`));
  const content = async (name: string, format = "AUTO") => {
    const query = new URLSearchParams({ path: `${target}/${name}`, format });
    const answer = await askDatabricks<{ content: string }>(
      workspace,
      "GET",
      `/api/2.0/workspace/export?${query}`,
    );
    return Buffer.from(answer.content, "base64").toString();
  };
  const put = (name: string, text: string) =>
    askDatabricks(workspace, "POST", "/api/2.0/workspace/import", {
      path: name,
      format: "RAW",
      content: Buffer.from(text).toString("base64"),
    });
  const record = async () => JSON.parse(await content("notebook-ops-deployment.json"));
  const first = {
    "etl.py": notebook("version = 1"),
    "same.py": notebook("same"),
    "lib/module.py": "value = 1\n",
    "old/gone.sql": "-- Databricks notebook source\nSELECT 1\n",
    "explore.ipynb": ipynb("1 + 1"),
  };
  const second = {
    "etl.py": notebook("version = 2"),
    "same.py": notebook("same"),
    "lib/module.py": "value = 2\n",
    "new/added.py": notebook("added"),
    "explore.ipynb": ipynb("2 + 2"),
  };
  const firstObjects = [
    "etl",
    "explore",
    "lib",
    "lib/module.py",
    "notebook-artifact.json",
    "notebook-ops-deployment.json",
    "old",
    "old/gone",
    "same",
  ];
  const assertFirst = async () => {
    assert.deepEqual(below(), firstObjects);
    assert.deepEqual(beside(), []);
    assert.equal(await content("etl"), first["etl.py"]);
    assert.equal(await content("lib/module.py"), first["lib/module.py"]);
    assert.equal(await content("explore", "JUPYTER"), first["explore.ipynb"]);
    const { state, artifact: held } = await record();
    assert.deepEqual([state, held.version], ["deployed", "1.0.0"]);
  };

  for (const node of ["Node24", "Node20_1"] as const)
    it(`deploys byte for byte and records environment and digest, on ${node}`, async () => {
      const source = await artifact("1.0.0", first);
      const result = await run(source, { node });
      assert.equal(result.result, "succeeded", result.log);
      const { digest } = JSON.parse(await readFile(path.join(source, "notebook-artifact.json"), "utf8"));
      assert.equal(result.variables["step.ArtifactDigest"], digest);
      assert.equal(result.variables["step.DeployedPath"], target);
      await assertFirst();
      const { environment, artifact: held, buildId } = await record();
      assert.deepEqual([environment, buildId], ["production", "345"]);
      assert.deepEqual(held, { name: "weather", version: "1.0.0", digest });
      const attached = result.commands.find(
        (command) => command.area === "task" && command.event === "addattachment",
      );
      assert.deepEqual(attached?.properties, {
        type: "notebook-ops.deployment",
        name: "production.weather.json",
      });
      const after = await run(source, { node, stage: "postjob", taskVariables: result.taskVariables });
      assert.equal(after.result, "succeeded", after.log);
      await assertFirst();
    });

  it("tells a person what happens, line by line", async () => {
    await deployed(await artifact("1.0.0", first));
    const next = await artifact("2.0.0", second);
    const readable = (result: StageResult) =>
      result.log
        .replaceAll(/sha256:[0-9a-f]{64}/g, "sha256:<digest>")
        .replaceAll(/\bin \d+ s\b/g, "in <n> s");
    const logs = [await run(next), await run(next, { inputs: { workspaceFolder: "weather" } })].map(readable);
    assertGolden(import.meta.url, "notebook-deploy-artifact.txt", `${logs.join("\n---\n")}\n`);
  });

  it("replaces the version before: changed, added and removed, and nothing else", async () => {
    await deployed(await artifact("1.0.0", first));
    await put(`${target}/notes.txt`, "somebody's own");
    const result = await deployed(await artifact("2.0.0", second));
    assert.deepEqual(below(), [
      "etl",
      "explore",
      "lib",
      "lib/module.py",
      "new",
      "new/added",
      "notebook-artifact.json",
      "notebook-ops-deployment.json",
      "notes.txt",
      "same",
    ]);
    assert.equal(await content("etl"), second["etl.py"]);
    assert.deepEqual(beside(), []);
    assert.match(
      result.log,
      /Deployed weather 2.0.0 to .* \(production\) in .*: 5 of 6 files written, 1 removed/,
    );
  });

  it("turns a notebook into a file, a folder into a notebook, and back", async () => {
    const one = await artifact("1.0.0", { "a.py": notebook("a"), "b/c.py": notebook("c") });
    const other = await artifact("2.0.0", { a: "a file", "b.py": notebook("b") });
    await deployed(one);
    await deployed(other);
    assert.deepEqual(below(), ["a", "b", "notebook-artifact.json", "notebook-ops-deployment.json"]);
    assert.equal(await content("a"), "a file");
    await deployed(one);
    assert.equal(await content("a"), notebook("a"));
    assert.equal(await content("b/c"), notebook("c"));
  });

  it("changes nothing where the folder holds the artifact already, and says so", async () => {
    const source = await artifact("1.0.0", first);
    await deployed(source);
    const imports = workspace.requested(/import$/).length;
    const again = await deployed(source);
    assert.match(again.log, /holds weather 1.0.0 already, deployed on .*: nothing was changed/);
    assert.match(again.variables["step.ArtifactDigest"]!, /^sha256:/);
    assert.equal(workspace.requested(/import$/).length, imports);
  });

  it("deploys again what somebody edited in the workspace", async () => {
    const source = await artifact("1.0.0", first);
    await deployed(source);
    await fetch(`${workspace.emulator.ready.controlUrl}/clock`, {
      method: "POST",
      body: JSON.stringify({ advanceSeconds: 60 }),
    });
    await askDatabricks(workspace, "POST", "/api/2.0/workspace/import", {
      path: `${target}/etl`,
      format: "SOURCE",
      language: "PYTHON",
      overwrite: true,
      content: Buffer.from(notebook("edited")).toString("base64"),
    });
    await deployed(source);
    await assertFirst();
  });

  it("goes through a workspace that throttles, breaks connections and loses answers", async () => {
    await deployed(await artifact("1.0.0", first));
    const then = {
      status: 429,
      headers: { "retry-after": "0" },
      body: { error_code: "REQUEST_LIMIT_EXCEEDED" },
    };
    await workspace.declareFault({ match: { path: "/workspace/" }, when: "before", times: 10, then });
    await workspace.declareFault({
      match: { path: "/workspace/import$" },
      when: "after",
      times: 2,
      then: { reset: true },
    });
    const result = await deployed(await artifact("2.0.0", second));
    assert.equal(await content("etl"), second["etl.py"], result.log);
    assert.deepEqual(beside(), []);
  });

  describe("leaves the version before", () => {
    /** Kills a deployment of the second version over the first as soon as so many of its requests that write have come. */
    const kill = async (request: number) => {
      await deployed(await artifact("1.0.0", first));
      const next = await artifact("2.0.0", second);
      const fault = {
        match: { path: "/workspace/(import|delete)$", nth: request },
        when: "after",
        then: { signal: { name: "SIGKILL" } },
      };
      const killed = await run(next, {
        environment: {
          NODE_OPTIONS: `--import=${path.join(import.meta.dirname, "../reliability/declare-fault.mjs")}`,
          FAULT_CONTROL_URL: workspace.emulator.ready.controlUrl,
          FAULT: JSON.stringify(fault),
        },
      });
      assert.equal(killed.exitCode, null, killed.log);
      return { killed, next };
    };

    it("where the workspace refuses a file of the new one, before anything of it is touched", async () => {
      await deployed(await artifact("1.0.0", first));
      const next = await artifact("2.0.0", second);
      await workspace.declareFault({
        match: { path: "/workspace/import$", nth: 3 },
        when: "before",
        then: { status: 400, body: { error_code: "INVALID_PARAMETER_VALUE", message: "No such language" } },
      });
      const result = await run(next);
      assert.equal(result.result, "failed");
      assert.match(errors(result)[0]!, /weather\.notebook-ops-.*No such language/);
      await assertFirst();
    });

    for (const nth of [9, 10, 11, 12, 13, 14])
      it(`where the switch fails at request ${nth} of those that write`, async () => {
        await deployed(await artifact("1.0.0", first));
        const next = await artifact("2.0.0", second);
        await workspace.declareFault({
          match: { path: "/workspace/(import|delete)$", nth },
          when: "before",
          then: { status: 403, body: { error_code: "PERMISSION_DENIED", message: "Not yours" } },
        });
        const result = await run(next);
        assert.equal(result.result, "failed", result.log);
        assert.match(errors(result)[0]!, /Not yours/);
        assert.match(result.log, /Put back what \/Shared\/production\/weather held before/);
        await assertFirst();
      });

    it("and no folder at all where there was none", async () => {
      const source = await artifact("1.0.0", first);
      await workspace.declareFault({
        match: { path: "/workspace/import$", nth: 10 },
        when: "before",
        then: { status: 403, body: { error_code: "PERMISSION_DENIED", message: "Not yours" } },
      });
      const result = await run(source);
      assert.equal(result.result, "failed", result.log);
      assert.deepEqual(objects(), []);
    });

    it("where the step is cancelled in the middle of the switch", async () => {
      await deployed(await artifact("1.0.0", first));
      const next = await artifact("2.0.0", second);
      await workspace.declareFault({
        match: { path: "/workspace/import$", nth: 10 },
        when: "after",
        then: { stallMs: 60_000 },
      });
      const before = workspace.requested(/import$/).length;
      const cancel = new AbortController();
      const watch = setInterval(
        () => workspace.requested(/import$/).length >= before + 10 && cancel.abort(),
        20,
      );
      const result = await run(next, { signal: cancel.signal }).finally(() => clearInterval(watch));
      assert.equal(result.result, "canceled", result.log);
      await postJob(result, next);
      await assertFirst();
    });

    const moments: [request: number, when: string][] = [
      [1, "once it holds the lock"],
      [5, "while it fills the folder beside"],
      [9, "at the beginning of the switch"],
      [12, "in the middle of the switch"],
      [16, "at the removal of what is gone"],
      [17, "before it knows that the switch is done"],
    ];
    for (const [request, when] of moments)
      it(`where it is killed ${when}, by its post-job step`, async () => {
        const { killed, next } = await kill(request);
        const after = await postJob(killed, next);
        assert.equal(after.result, "succeeded", after.log);
        await assertFirst();
      });

    it("or the new one, where it is killed when only the tidying is left", async () => {
      const { killed, next } = await kill(18);
      await postJob(killed, next);
      assert.equal(await content("etl"), second["etl.py"]);
      assert.equal((await record()).state, "deployed");
      assert.deepEqual(beside(), []);
    });

    it("and where the whole agent died, lets the next deployment make the folder whole", async () => {
      const { next } = await kill(12);
      assert.equal((await record()).state, "deploying");
      await askDatabricks(workspace, "POST", "/api/2.0/workspace/delete", {
        path: `${target}.notebook-ops-lock`,
      });
      await deployed(next);
      assert.equal(await content("etl"), second["etl.py"]);
      assert.equal(below().includes("old/gone"), false);
      assert.deepEqual(beside(), []);
    });
  });

  it("lets one of two deployments to the same folder through, and tells the other who deploys", async () => {
    const one = await artifact("1.0.0", first);
    const other = await artifact("2.0.0", second);
    const results = await Promise.all([
      run(one, { tempFolder: undefined }),
      run(other, { tempFolder: undefined }),
    ]);
    const failed = results.filter((result) => result.result === "failed");
    assert.ok(failed.length <= 1, results.map((result) => result.log).join("\n---\n"));
    for (const result of failed)
      assert.match(errors(result)[0]!, /build 345 \(.*\) is deploying there since/);
    const { artifact: held, state } = await record();
    assert.equal(state, "deployed");
    assert.equal(await content("etl"), (held.version === "1.0.0" ? first : second)["etl.py"]);
    assert.deepEqual(beside(), []);
  });

  it("refuses while another build holds the folder, and takes over what a dead agent left", async () => {
    const source = await artifact("1.0.0", first);
    const lock = (minutesAgo: number) =>
      put(
        `${target}.notebook-ops-lock`,
        JSON.stringify({
          id: "other",
          build: "build 344",
          startedOn: new Date(Date.now() - minutesAgo * 60_000).toISOString(),
        }),
      );
    await askDatabricks(workspace, "POST", "/api/2.0/workspace/mkdirs", { path: path.posix.dirname(target) });
    await lock(5);
    const result = await run(source);
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /build 344 is deploying there since .*; wait for its end, or delete \/Shared/,
    );
    assert.deepEqual(below(), []);
    await askDatabricks(workspace, "POST", "/api/2.0/workspace/delete", {
      path: `${target}.notebook-ops-lock`,
    });
    await lock(45);
    await deployed(source);
    await assertFirst();
  });

  describe("refuses before it asks the workspace for anything", () => {
    const sent = () => workspace.requested(/^\/api\/2\.0\//);
    const wrong: [what: string, spoil: (at: string) => Promise<void>, sentence: RegExp][] = [
      [
        "a changed byte",
        async (at) => writeFile(path.join(at, "etl.py"), notebook("version = 9")),
        /"etl.py": its content is not what was published/,
      ],
      [
        "a longer file",
        async (at) => appendFile(path.join(at, "etl.py"), " "),
        /"etl.py": it has 42 bytes and not/,
      ],
      [
        "a file more",
        async (at) => writeFile(path.join(at, "more.py"), ""),
        /"more.py": its manifest does not list it/,
      ],
      [
        "a file less",
        async (at) => rm(path.join(at, "etl.py")),
        /"etl.py": its manifest lists it and it is not there/,
      ],
      [
        "a link",
        async (at) => {
          await rm(path.join(at, "etl.py"));
          await symlink("/etc/passwd", path.join(at, "etl.py"));
        },
        /it is neither a file nor a folder/,
      ],
      [
        "a manifest whose path leaves the folder",
        async (at) => {
          const file = path.join(at, "notebook-artifact.json");
          await writeFile(file, (await readFile(file, "utf8")).replace('"etl.py"', '"../etl.py"'));
        },
        /its manifest lists the path "..\/etl.py", and it has .* one that leaves the folder/,
      ],
      [
        "a manifest with another digest",
        async (at) => {
          const file = path.join(at, "notebook-artifact.json");
          await writeFile(file, (await readFile(file, "utf8")).replace(/sha256:[0-9a-f]{2}/, "sha256:00"));
        },
        /its files give the digest sha256:.* and its manifest says sha256:00/,
      ],
      [
        "no manifest",
        async (at) => rm(path.join(at, "notebook-artifact.json")),
        /it has no readable notebook-artifact.json/,
      ],
    ];
    for (const [what, spoil, sentence] of wrong)
      it(what, async () => {
        const source = await artifact("1.0.0", first);
        await spoil(source);
        const result = await run(source);
        assert.equal(result.result, "failed");
        assert.match(errors(result)[0]!, sentence);
        assert.deepEqual(sent(), []);
      });

    const inputs: [what: string, inputs: Record<string, string>, sentence: RegExp][] = [
      ["a relative folder", { workspaceFolder: "weather" }, /Input 'workspaceFolder' is 'weather'/],
      ["a folder of everybody's", { workspaceFolder: "/Workspace/Shared" }, /which many share/],
      ["an environment with a slash", { environment: "a/b" }, /Input 'environment' is 'a\/b'/],
      ["a feed beside the folder", { feed: "weather" }, /exclude each other/],
      ["neither feed nor folder", { artifactFolder: "" }, /'feed' and 'artifactFolder' are both empty/],
      [
        "a version of two numbers",
        { artifactFolder: "", feed: "weather", packageName: "weather", packageVersion: "1.0" },
        /give it three numbers, 1\.0\.0/,
      ],
      [
        "no package version",
        { artifactFolder: "", feed: "weather", packageName: "weather" },
        /'packageVersion' is \$\(ArtifactVersion\), a variable that nothing has set: run the task NotebookPublishArtifact/,
      ],
    ];
    for (const [what, given, sentence] of inputs)
      it(what, async () => {
        const result = await run(await artifact("1.0.0", first), { inputs: given });
        assert.equal(result.result, "failed");
        assert.match(errors(result)[0]!, sentence);
        assert.deepEqual(sent(), []);
      });
  });

  describe("from a feed", () => {
    /** A stand-in for ArtifactTool that "downloads" what `source` holds. */
    const toolThatSends = async (source: string) => {
      const tool = path.join(folder, "tool");
      await mkdir(tool);
      const script = `#!/bin/sh\nwhile [ "$1" != --path ]; do shift; done\ncp -r '${source}' "$2"\n`;
      await writeFile(path.join(tool, "artifacttool"), script, { mode: 0o755 });
      return tool;
    };
    const runFeed = (source: string, inputs: Record<string, string> = {}) =>
      run("", {
        inputs: { feed: "weather", packageName: "weather", packageVersion: "1.0.0", ...inputs },
        variables: { ...organisation(workspace), "UPack.OverrideArtifactToolPath": source },
      });

    it("deploys what it downloaded", async () => {
      const tool = await toolThatSends(await artifact("1.0.0", first));
      const result = await runFeed(tool);
      assert.equal(result.result, "succeeded", result.log);
      await assertFirst();
    });

    it("stops where one byte of the package is another one", async () => {
      const source = await artifact("1.0.0", first);
      await writeFile(path.join(source, "etl.py"), notebook("version = 9"));
      const result = await runFeed(await toolThatSends(source));
      assert.equal(result.result, "failed");
      assert.match(errors(result)[0]!, /"etl.py": its content is not what was published/);
      assert.deepEqual(objects(), []);
    });

    it("stops where the package is another one than its name and version say", async () => {
      const result = await runFeed(await toolThatSends(await artifact("1.0.1", first)));
      assert.equal(result.result, "failed");
      assert.match(
        errors(result)[0]!,
        /^Downloaded weather 1.0.0 \(feed weather\), whose manifest says that it is weather 1.0.1; /,
      );
      assert.deepEqual(objects(), []);
    });

    it("says so where the feed does not have it", async () => {
      await workspace[Symbol.asyncDispose]();
      workspace = await startWorkspace({ feeds: ["weather"] });
      const result = await run("", {
        inputs: { feed: "weather", packageName: "weather", packageVersion: "1.0.0" },
        variables: { ...organisation(workspace), "Agent.ToolsDirectory": path.join(folder, "tools") },
      });
      assert.equal(result.result, "failed");
      assert.match(
        errors(result)[0]!,
        /^Could not download weather 1.0.0 \(feed weather\): ArtifactTool ended with exit code 1: Can't find the package/,
      );
    });
  });

  it("refuses to write over what no deployment put there", async () => {
    await askDatabricks(workspace, "POST", "/api/2.0/workspace/mkdirs", { path: target });
    await put(`${target}/etl`, "somebody's own");
    const result = await run(await artifact("1.0.0", first));
    assert.equal(result.result, "failed");
    assert.match(errors(result)[0]!, /no deployment put etl there, which stands in the way of etl; move it/);
    assert.deepEqual(below(), ["etl"]);
    assert.deepEqual(beside(), []);
  });
});
