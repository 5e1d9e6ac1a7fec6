import assert from "node:assert/strict";
import path from "node:path";
import { exits, leftovers, nothingLeft, objectPaths, runNotebook, sleeps } from "./run-notebook.ts";

describe("DatabricksRunNotebook and its upload", function () {
  this.timeout(120_000);

  it("uploads notebooks of all languages without extension, and plain files with theirs", async () => {
    await using step = await runNotebook({
      "main.py": exits('open("data/values.csv").read().strip()'),
      "sql/report.sql": "-- Databricks notebook source\nSELECT 1",
      "model.scala": "// Databricks notebook source\n",
      "stats.r": "# Databricks notebook source\n",
      "explore.ipynb": JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [] }),
      "lib/module.py": "value = 1\n",
      "data/values.csv": "a,b\n",
      ".git/config": "not uploaded",
    });
    const result = await step.run({ inputs: { notebooks: "main.py" } });
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(result.variables["step.ExitValue"], "a,b");
    const below = "/Shared/notebook-ops/345/<id>";
    assert.deepEqual(
      objectPaths(step).filter((each) => each.startsWith(`${below}/`)),
      [
        "data",
        "data/values.csv",
        "explore",
        "lib",
        "lib/module.py",
        "main",
        "model",
        "sql",
        "sql/report",
        "stats",
      ].map((each) => `${below}/${each}`),
    );
  });

  for (const notebookFolder of [".", "$(Build.SourcesDirectory)"])
    it(`uploads and runs the notebooks of the repository's root if notebookFolder is ${notebookFolder}`, async () => {
      await using step = await runNotebook({}, { files: { "etl.py": exits('"from the root"') } });
      const result = await step.run({ inputs: { notebookFolder } });
      assert.equal(result.result, "succeeded", result.log);
      assert.equal(result.variables["step.ExitValue"], "from the root");
    });

  it("keeps the uploaded notebooks if keepNotebooks is true", async () => {
    await using step = await runNotebook({ "a.py": exits('"1"') });
    const result = await step.run({ inputs: { keepNotebooks: "true" } });
    await step.cleanUp(result, { inputs: { keepNotebooks: "true" } });
    assert.ok(objectPaths(step).includes("/Shared/notebook-ops/345/<id>/a"));
  });

  it("keeps the uploaded notebooks if keepNotebooks is true and the step is cancelled", async () => {
    await using step = await runNotebook({ "a.py": sleeps });
    const cancel = new AbortController();
    const inputs = { keepNotebooks: "true" };
    const result = await step.run({
      inputs,
      signal: cancel.signal,
      onLine: (line) => /Notebook a: RUNNING/.test(line) && cancel.abort(),
    });
    assert.equal(result.result, "canceled");
    await step.cleanUp(result, { inputs });
    assert.ok(objectPaths(step).some((name) => name.endsWith("/<id>/a")));
    assert.deepEqual(leftovers(step).runs, []);
  });

  it("leaves in place what was in the workspace folder before", async () => {
    await using step = await runNotebook({ "a.py": exits('"1"') });
    const theirs = "/Shared/notebook-ops/345/theirs";
    await step.askDatabricks("POST", "/api/2.0/workspace/mkdirs", { path: theirs });
    const result = await step.run();
    await step.cleanUp(result);
    assert.ok(objectPaths(step).includes(theirs));
    assert.equal(
      objectPaths(step).some((each) => each.includes("<id>")),
      false,
    );
  });

  it("leaves in place what a job on another agent uploaded in the same build", async () => {
    await using step = await runNotebook({ "a.py": exits('"1"') });
    // Each agent has a temporary folder of its own. In one, two tasks at once would exchange the key by which task-lib keeps
    // their inputs (.taskkey, vault.js), and read them as noise.
    const agents = ["first", "second"].map((name) => ({ tempFolder: path.join(step.tempFolder, name) }));
    const [first, second] = await Promise.all([step.run(agents[0]), step.run(agents[1])]);
    for (const { result, log } of [first, second]) assert.equal(result, "succeeded", log);
    await step.cleanUp(first);
    assert.deepEqual(
      objectPaths(step).filter((each) => !each.includes("notebook-ops-made")),
      [
        "/Shared/notebook-ops",
        "/Shared/notebook-ops/345",
        "/Shared/notebook-ops/345/<id>",
        "/Shared/notebook-ops/345/<id>/a",
      ],
    );
    await step.cleanUp(second);
    assert.deepEqual(leftovers(step), nothingLeft);
  });

  it("uploads two hundred notebooks to a workspace that throttles requests", async () => {
    await using step = await runNotebook(
      Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`n${index}.py`, exits('"1"')])),
    );
    await step.workspace.declareFault({
      match: { path: "/workspace/import$" },
      when: "before",
      times: 20,
      then: { status: 429, headers: { "retry-after": "0" }, body: { error_code: "REQUEST_LIMIT_EXCEEDED" } },
    });
    const result = await step.run({ inputs: { notebooks: "n7.py", serverless: "true" } });
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(objectPaths(step).filter((each) => /<id>\/n\d+$/.test(each)).length, 200);
  });

  it("creates each folder with one request, and none that another request is creating at the time", async () => {
    const paths = ["a/x/1.py", "a/y/2.py", "b/p/q/3.py", "b/p/r/4.py", "c/d/e/5.py", "main.py"];
    await using step = await runNotebook(Object.fromEntries(paths.map((each) => [each, exits('"1"')])), {
      workspace: { latencyMs: 50 },
    });
    const result = await step.run({ inputs: { notebooks: "main.py", keepNotebooks: "true" } });
    assert.equal(result.result, "succeeded", result.log);
    const requests = step.workspace.emulator
      .requests()
      .filter((each) => each.path.endsWith("/workspace/mkdirs"))
      .map(({ at, durationMs, body }) => ({
        start: Date.parse(at) - durationMs,
        end: Date.parse(at),
        folder: (body as { path: string }).path,
      }));
    const creators = new Map<string, number>();
    for (const { start, folder } of requests) {
      // Times are rounded to milliseconds. Requests at the same time overlap by most of the latency.
      const exist = requests.filter(({ end }) => end < start + 10).map((each) => `${each.folder}/`);
      for (let each = folder; each !== "/Shared"; each = path.posix.dirname(each))
        if (!exist.some((other) => other.startsWith(`${each}/`)))
          creators.set(each, (creators.get(each) ?? 0) + 1);
    }
    assert.deepEqual(
      [...creators].filter(([, count]) => count > 1),
      [],
    );
    assert.equal(creators.size, 13);
    assert.equal(requests.length, 8);
  });

  it("sends no more imports at once than the workspace's limit of requests lets through", async () => {
    await using step = await runNotebook(
      Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`n${index}.py`, exits('"1"')])),
      { workspace: { databricks: { requestsPerSecond: 30 } } },
    );
    const result = await step.run({ inputs: { notebooks: "n7.py", serverless: "true" } });
    assert.equal(result.result, "succeeded", result.log);
    const imports = step.workspace.emulator
      .requests()
      .filter(({ path: requestPath }) => requestPath.endsWith("/workspace/import"));
    const refused = imports.filter(({ status }) => status === 429).length;
    assert.equal(imports.length - refused, 150);
    assert.ok(refused <= 60, `${refused} of ${imports.length} imports were refused`);
  });
});
