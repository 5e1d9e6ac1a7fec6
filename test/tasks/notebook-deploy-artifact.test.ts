import assert from "node:assert/strict";
import { appendFile, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import type { StageResult } from "../../local/agent/step-session.ts";
import { assertGolden } from "../harness/golden.ts";
import { errors } from "../harness/run-task.ts";
import { startWorkspace } from "../harness/workspace.ts";
import { organisation } from "./azure-devops-api.ts";
import { DeploymentSite, first, notebook, second, secondObjects, target } from "./deployment-site.ts";

describe("NotebookDeployArtifact", function () {
  this.timeout(120_000);
  let site: DeploymentSite;
  beforeEach(async () => {
    site = await DeploymentSite.open();
  });
  afterEach(() => site[Symbol.asyncDispose]());

  for (const node of ["Node24", "Node20_1"] as const)
    it(`deploys byte for byte and records environment and digest, on ${node}`, async () => {
      const source = await site.artifact("1.0.0", first);
      const result = await site.run(source, { node });
      assert.equal(result.result, "succeeded", result.log);
      const { digest } = JSON.parse(await readFile(path.join(source, "notebook-artifact.json"), "utf8"));
      assert.equal(result.variables["step.ArtifactDigest"], digest);
      assert.equal(result.variables["step.DeployedPath"], target);
      await site.assertFirst();
      const { environment, artifact: held, buildId } = await site.record();
      assert.deepEqual([environment, buildId], ["production", "345"]);
      assert.deepEqual(held, { name: "weather", version: "1.0.0", digest });
      const attached = result.commands.find(
        (command) => command.area === "task" && command.event === "addattachment",
      );
      assert.deepEqual(attached?.properties, {
        type: "notebook-ops.deployment",
        name: "production.weather.json",
      });
      const after = await site.run(source, { node, stage: "postjob", taskVariables: result.taskVariables });
      assert.equal(after.result, "succeeded", after.log);
      await site.assertFirst();
    });

  it("tells a person what happens, line by line", async () => {
    await site.deployed(await site.artifact("1.0.0", first));
    const next = await site.artifact("2.0.0", second);
    const readable = (result: StageResult) =>
      result.log
        .replaceAll(/sha256:[0-9a-f]{64}/g, "sha256:<digest>")
        .replaceAll(/\bin [\d.]+ m?s\b/g, "in <n> s");
    const logs = [await site.run(next), await site.run(next, { inputs: { workspaceFolder: "weather" } })].map(
      readable,
    );
    assertGolden(import.meta.url, "notebook-deploy-artifact.txt", `${logs.join("\n---\n")}\n`);
  });

  it("replaces the version before: changed, added and removed, and nothing else", async () => {
    await site.deployed(await site.artifact("1.0.0", first));
    await site.put(`${target}/notes.txt`, "somebody's own");
    const result = await site.deployed(await site.artifact("2.0.0", second));
    assert.deepEqual(site.below(), [...secondObjects, "notes.txt"].sort());
    assert.equal(await site.content("etl"), second["etl.py"]);
    assert.deepEqual(site.beside(), []);
    assert.match(
      result.log,
      /Deployed weather 2.0.0 to .* \(production\) in .*: 6 of 7 files written, 2 removed/,
    );
  });

  it("turns a notebook into a file, a folder into a notebook, and back", async () => {
    const one = await site.artifact("1.0.0", { "a.py": notebook("a"), "b/c.py": notebook("c") });
    const other = await site.artifact("2.0.0", { a: "a file", "b.py": notebook("b") });
    await site.deployed(one);
    await site.deployed(other);
    assert.deepEqual(site.below(), ["a", "b", "notebook-artifact.json", "notebook-ops-deployment.json"]);
    assert.equal(await site.content("a"), "a file");
    await site.deployed(one);
    assert.equal(await site.content("a"), notebook("a"));
    assert.equal(await site.content("b/c"), notebook("c"));
  });

  it("changes nothing where the folder holds the artifact already, and says so", async () => {
    const source = await site.artifact("1.0.0", first);
    await site.deployed(source);
    const imports = site.workspace.requested(/import$/).length;
    const again = await site.deployed(source);
    assert.match(again.log, /holds weather 1.0.0 already, deployed on .*: nothing was changed/);
    assert.match(again.variables["step.ArtifactDigest"]!, /^sha256:/);
    assert.equal(site.workspace.requested(/import$/).length, imports);
  });

  it("deploys again what somebody edited in the workspace", async () => {
    const source = await site.artifact("1.0.0", first);
    await site.deployed(source);
    await fetch(`${site.workspace.emulator.ready.controlUrl}/clock`, {
      method: "POST",
      body: JSON.stringify({ advanceSeconds: 60 }),
    });
    await site.edit("etl", "edited");
    // Nothing but the content says so: the record is younger than the edit.
    await site.put(`${target}/notebook-ops-deployment.json`, JSON.stringify(await site.record()));
    await site.deployed(source);
    await site.assertFirst();
  });

  it("goes through a workspace that throttles, breaks connections and loses answers", async () => {
    await site.deployed(await site.artifact("1.0.0", first));
    const then = {
      status: 429,
      headers: { "retry-after": "0" },
      body: { error_code: "REQUEST_LIMIT_EXCEEDED" },
    };
    await site.workspace.declareFault({ match: { path: "/workspace/" }, when: "before", times: 10, then });
    await site.workspace.declareFault({
      match: { path: "/workspace/import$" },
      when: "after",
      times: 2,
      then: { reset: true },
    });
    const result = await site.deployed(await site.artifact("2.0.0", second));
    assert.equal(await site.content("etl"), second["etl.py"], result.log);
    assert.deepEqual(site.beside(), []);
  });

  describe("leaves the version before", () => {
    /** Kills a deployment of the second version over the first as soon as so many of its requests that write have come. */
    const kill = async (request: number) => {
      await site.deployed(await site.artifact("1.0.0", first));
      const next = await site.artifact("2.0.0", second);
      const killed = await site.signalled(next, request, "SIGKILL");
      assert.equal(killed.exitCode, null, killed.log);
      return { killed, next };
    };

    it("where the workspace refuses a file of the new one, before anything of it is touched", async () => {
      await site.deployed(await site.artifact("1.0.0", first));
      const next = await site.artifact("2.0.0", second);
      await site.workspace.declareFault({
        match: { path: "/workspace/import$", nth: 3 },
        when: "before",
        then: { status: 400, body: { error_code: "INVALID_PARAMETER_VALUE", message: "No such language" } },
      });
      const result = await site.run(next);
      assert.equal(result.result, "failed");
      assert.match(errors(result)[0]!, /weather\.notebook-ops-.*No such language/);
      await site.assertFirst();
    });

    for (const nth of [9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20])
      it(`where the switch fails at request ${nth} of those that write`, async () => {
        await site.deployed(await site.artifact("1.0.0", first));
        const next = await site.artifact("2.0.0", second);
        await site.workspace.declareFault({
          match: { path: "/workspace/(import|delete)$", nth },
          when: "before",
          then: { status: 403, body: { error_code: "PERMISSION_DENIED", message: "Not yours" } },
        });
        const result = await site.run(next);
        assert.equal(result.result, "failed", result.log);
        assert.match(errors(result)[0]!, /Not yours/);
        assert.match(result.log, /Put back what \/Shared\/production\/weather held before/);
        await site.assertFirst();
      });

    it("and no folder at all where there was none", async () => {
      const source = await site.artifact("1.0.0", first);
      await site.workspace.declareFault({
        match: { path: "/workspace/import$", nth: 10 },
        when: "before",
        then: { status: 403, body: { error_code: "PERMISSION_DENIED", message: "Not yours" } },
      });
      const result = await site.run(source);
      assert.equal(result.result, "failed", result.log);
      assert.deepEqual(site.objects(), []);
    });

    it("where the step is cancelled in the middle of the switch", async () => {
      await site.deployed(await site.artifact("1.0.0", first));
      const next = await site.artifact("2.0.0", second);
      await site.workspace.declareFault({
        match: { path: "/workspace/import$", nth: 10 },
        when: "after",
        then: { stallMs: 60_000 },
      });
      const before = site.workspace.requested(/import$/).length;
      const cancel = new AbortController();
      const watch = setInterval(
        () => site.workspace.requested(/import$/).length >= before + 10 && cancel.abort(),
        20,
      );
      const result = await site.run(next, { signal: cancel.signal }).finally(() => clearInterval(watch));
      assert.equal(result.result, "canceled", result.log);
      await site.postJob(result, next);
      await site.assertFirst();
    });

    const moments: [request: number, when: string][] = [
      [1, "once it holds the lock"],
      [5, "while it fills the folder beside"],
      [9, "at the beginning of the switch"],
      [12, "in the middle of the switch"],
      [17, "at the removal of what is gone"],
      [20, "before it knows that the switch is done"],
    ];
    for (const [request, when] of moments)
      it(`where it is killed ${when}, by its post-job step`, async () => {
        const { killed, next } = await kill(request);
        const after = await site.postJob(killed, next);
        assert.equal(after.result, "succeeded", after.log);
        await site.assertFirst();
      });

    it("or the new one, where it is killed when only the tidying is left", async () => {
      const { killed, next } = await kill(21);
      await site.postJob(killed, next);
      assert.equal(await site.content("etl"), second["etl.py"]);
      assert.equal((await site.record()).state, "deployed");
      assert.deepEqual(site.beside(), []);
    });

    it("and where the whole agent died, lets the next deployment make the folder whole", async () => {
      const { next } = await kill(12);
      assert.equal((await site.record()).state, "deploying");
      await site.delete(`${target}.notebook-ops-lock`);
      await site.deployed(next);
      assert.equal(await site.content("etl"), second["etl.py"]);
      assert.equal(site.below().includes("old/gone"), false);
      assert.deepEqual(site.beside(), []);
    });
  });

  it("lets the first of two deployments to the same folder through, and tells the other who deploys", async () => {
    const one = await site.artifact("1.0.0", first);
    const other = await site.artifact("2.0.0", second);
    let refused: StageResult | undefined;
    const won = await site.meanwhile(one, 3, async () => {
      refused = await site.run(other);
      await site.postJob(refused, other);
    });
    assert.equal(refused?.result, "failed", refused?.log);
    assert.match(errors(refused)[0]!, /build 345 \(.*\) is deploying there since/);
    assert.equal(won.result, "succeeded", won.log);
    await site.assertFirst();
  });

  it("refuses while another build holds the folder, and takes over what a dead agent left", async () => {
    const source = await site.artifact("1.0.0", first);
    const lock = (minutesAgo: number) =>
      site.replaceLock("other", new Date(Date.now() - minutesAgo * 60_000));
    await site.mkdirs(path.posix.dirname(target));
    await lock(5);
    const result = await site.run(source);
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /build 344 is deploying there since .*; wait for its end, or delete \/Shared/,
    );
    assert.deepEqual(site.below(), []);
    await site.delete(`${target}.notebook-ops-lock`);
    await lock(45);
    await site.deployed(source);
    await site.assertFirst();
  });

  describe("refuses before it asks the workspace for anything", () => {
    const sent = () => site.workspace.requested(/^\/api\/2\.0\//);
    const wrong: [what: string, spoil: (at: string) => Promise<void>, sentence: RegExp][] = [
      [
        "a changed byte",
        async (at) => writeFile(path.join(at, "etl.py"), notebook("version = 9")),
        /"etl.py" of the artifact: its content is not what was published/,
      ],
      [
        "a longer file",
        async (at) => appendFile(path.join(at, "etl.py"), " "),
        /"etl.py" of the artifact: it is 42 bytes and not/,
      ],
      [
        "a file more",
        async (at) => writeFile(path.join(at, "more.py"), ""),
        /"more.py" of the artifact: its manifest does not list it/,
      ],
      [
        "a file less",
        async (at) => rm(path.join(at, "etl.py")),
        /"etl.py" of the artifact: its manifest lists it and it is not there/,
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
        const source = await site.artifact("1.0.0", first);
        await spoil(source);
        const result = await site.run(source);
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
        const result = await site.run(await site.artifact("1.0.0", first), { inputs: given });
        assert.equal(result.result, "failed");
        assert.match(errors(result)[0]!, sentence);
        assert.deepEqual(sent(), []);
      });
  });

  describe("from a feed", () => {
    /** A stand-in for ArtifactTool that "downloads" what `source` holds. */
    const toolThatSends = async (source: string) => {
      const tool = path.join(site.folder, "tool");
      await mkdir(tool);
      const script = `#!/bin/sh\nwhile [ "$1" != --path ]; do shift; done\ncp -r '${source}' "$2"\n`;
      await writeFile(path.join(tool, "artifacttool"), script, { mode: 0o755 });
      return tool;
    };
    const runFeed = (source: string, inputs: Record<string, string> = {}) =>
      site.run("", {
        inputs: { feed: "weather", packageName: "weather", packageVersion: "1.0.0", ...inputs },
        variables: { ...organisation(site.workspace), "UPack.OverrideArtifactToolPath": source },
      });

    it("deploys what it downloaded", async () => {
      const tool = await toolThatSends(await site.artifact("1.0.0", first));
      const result = await runFeed(tool);
      assert.equal(result.result, "succeeded", result.log);
      await site.assertFirst();
    });

    it("stops where one byte of the package is another one", async () => {
      const source = await site.artifact("1.0.0", first);
      await writeFile(path.join(source, "etl.py"), notebook("version = 9"));
      const result = await runFeed(await toolThatSends(source));
      assert.equal(result.result, "failed");
      assert.match(errors(result)[0]!, /"etl.py" of the artifact: its content is not what was published/);
      assert.deepEqual(site.objects(), []);
    });

    it("stops where the package is another one than its name and version say", async () => {
      const result = await runFeed(await toolThatSends(await site.artifact("1.0.1", first)));
      assert.equal(result.result, "failed");
      assert.match(
        errors(result)[0]!,
        /^Downloaded weather 1.0.0 \(feed weather\), whose manifest says that it is weather 1.0.1; /,
      );
      assert.deepEqual(site.objects(), []);
    });

    it("says so where the feed does not have it", async () => {
      await site.workspace[Symbol.asyncDispose]();
      site.workspace = await startWorkspace({ feeds: ["weather"] });
      const result = await site.run("", {
        inputs: { feed: "weather", packageName: "weather", packageVersion: "1.0.0" },
        variables: {
          ...organisation(site.workspace),
          "Agent.ToolsDirectory": path.join(site.folder, "tools"),
        },
      });
      assert.equal(result.result, "failed");
      assert.match(
        errors(result)[0]!,
        /^Could not download weather 1.0.0 \(feed weather\): ArtifactTool ended with exit code 1: Can't find the package/,
      );
    });
  });

  for (const [what, own, file, inTheWay] of [
    ["a file of somebody's", "etl", "etl.py", "etl is in the way of etl"],
    ["the folder of a file of somebody's", "etl/note", "etl.py", "etl/note is in the way of etl"],
    ["a file of somebody's by a folder", "etl", "etl/load.py", "etl is in the way of etl/load"],
  ] as const)
    it(`refuses to replace ${what}`, async () => {
      await site.mkdirs(path.posix.dirname(`${target}/${own}`));
      await site.put(`${target}/${own}`, "somebody's own");
      const before = site.below();
      const result = await site.run(
        await site.artifact("1.0.0", { [file]: "# Databricks notebook source\nprint(1)\n" }),
      );
      assert.equal(result.result, "failed");
      assert.match(
        errors(result)[0]!,
        new RegExp(`: ${inTheWay}, and no deployment put it there; move it, or choose another`),
      );
      assert.deepEqual(site.below(), before);
      assert.deepEqual(site.beside(), []);
    });
});
