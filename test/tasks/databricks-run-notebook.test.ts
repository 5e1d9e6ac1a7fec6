import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseStringPromise } from "xml2js";
import type { StageResult } from "../../local/agent/step-session.ts";
import { assertGolden } from "../harness/golden.ts";
import { letEffectsCome, losesRequest, until } from "../harness/late-effects.ts";
import { errors, type RunTaskOptions, runTask } from "../harness/run-task.ts";
import { startWorkspace, type TestWorkspace } from "../harness/workspace.ts";
import { askDatabricks, existingCluster } from "./databricks-api.ts";

const python = (...cells: string[]) =>
  ["# Databricks notebook source", ...cells].join("\n# COMMAND ----------\n");
const exits = (value: string) => python(`dbutils.notebook.exit(${value})`);

describe("DatabricksRunNotebook", function () {
  this.timeout(120_000);
  let workspace: TestWorkspace;
  let folder: string;
  let temp: string;
  let ClusterId: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "run-notebook-"));
    temp = await mkdtemp(path.join(os.tmpdir(), "run-notebook-temp-"));
    workspace = await startWorkspace();
    ClusterId = await existingCluster(workspace);
  });
  afterEach(async () => {
    await workspace[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
    await rm(temp, { recursive: true });
  });

  const write = async (files: Record<string, string>) => {
    for (const [file, content] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
      await writeFile(path.join(folder, file), content);
    }
  };
  const run = (options: Partial<RunTaskOptions> = {}): Promise<StageResult> => {
    const { inputs, variables, ...rest } = options;
    return runTask({
      task: "DatabricksRunNotebook",
      workspace,
      secretVariables: { BearerToken: workspace.emulator.ready.databricksToken },
      variables: { ClusterId, ...variables },
      inputs: { notebookFolder: folder, ...inputs },
      tempFolder: temp,
      ...rest,
    });
  };
  const postJob = (after: StageResult, inputs: Record<string, string> = {}) =>
    run({ stage: "postjob", taskVariables: after.taskVariables, inputs });
  const paths = () =>
    workspace.emulator
      .ledger()
      .workspaceObjects.map((object) => object.name.replace(/\/[0-9a-f]{12}(?=\/|$)/, "/<id>"))
      .sort();
  const cases = async (result: StageResult) => {
    const xml = await parseStringPromise(await readFile(result.variables["step.ResultsFile"]!, "utf8"));
    return xml.testsuites.testsuite.flatMap((suite: { testcase: unknown[] }) => suite.testcase);
  };
  const leftovers = () => {
    const { runs, workspaceObjects } = workspace.emulator.ledger();
    return { runs, workspaceObjects };
  };
  const nothing = { runs: [], workspaceObjects: [] };

  for (const node of ["Node24", "Node20_1"] as const)
    it(`runs a notebook with its widgets and cleans up after the job, on ${node}`, async () => {
      await write({
        "etl.py": python(
          'dbutils.widgets.text("package_version", "0")',
          'dbutils.notebook.exit("version " + dbutils.widgets.get("package_version"))',
        ),
      });
      const result = await run({ node, inputs: { parameters: "package_version=1.0.0.dev345" } });
      assert.equal(result.result, "succeeded", result.log);
      assert.equal(result.variables["step.ExitValue"], "version 1.0.0.dev345");
      assert.match(result.variables["step.RunId"]!, /^\d+$/);
      assert.match(result.variables["step.RunUrl"]!, /^https:\/\/localhost:\d+\//);
      assert.match(result.log, /Notebook etl: succeeded after [\d.]+ m?s, https:/);
      const [etl] = await cases(result);
      assert.equal(etl.$.name, "etl");
      assert.equal(etl.failure, undefined);
      assert.deepEqual(paths(), [
        "/Shared/notebook-ops",
        "/Shared/notebook-ops/345",
        "/Shared/notebook-ops/345/<id>",
        "/Shared/notebook-ops/345/<id>/etl",
      ]);

      const after = await run({ node, stage: "postjob", taskVariables: result.taskVariables });
      assert.equal(after.result, "succeeded", after.log);
      assert.deepEqual(leftovers(), nothing);
    });

  it("uploads notebooks of all languages without extension, and plain files with theirs", async () => {
    await write({
      "main.py": exits('open("data/values.csv").read().strip()'),
      "sql/report.sql": "-- Databricks notebook source\nSELECT 1",
      "model.scala": "// Databricks notebook source\n",
      "stats.r": "# Databricks notebook source\n",
      "explore.ipynb": JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [] }),
      "lib/module.py": "value = 1\n",
      "data/values.csv": "a,b\n",
      ".git/config": "not uploaded",
    });
    const result = await run({ inputs: { notebooks: "main.py" } });
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(result.variables["step.ExitValue"], "a,b");
    const below = "/Shared/notebook-ops/345/<id>";
    assert.deepEqual(
      paths().filter((each) => each.startsWith(`${below}/`)),
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

  it("tells a person what happens, line by line", async () => {
    await write({
      "etl.py": exits(
        "'{\"rows\": 1461} ##vso[task.setvariable variable=DATABRICKS_HOST]https://evil.example'",
      ),
      "wrong.py": python("raise ValueError('3 rows are missing')"),
    });
    const result = await run({ inputs: { maxConcurrency: "1" } });
    const readable = result.log
      .replaceAll(workspace.emulator.ready.databricksUrl, "https://<workspace>")
      .replaceAll(/\/\?o=\d+#job\/\d+\/run\/\d+/g, "/<run>")
      .replaceAll(/\b[0-9a-f]{12}\b/g, "<id>")
      .replaceAll(/\b[\d.]+ m?s\b/g, "<n> s")
      .replaceAll(/^Notebook \w+: (PENDING|RUNNING|TERMINATING) .*\n/gm, ""); // as many as the moments of asking see
    assertGolden(import.meta.url, "databricks-run-notebook.txt", `${readable}\n`);
  });

  it("runs several notebooks and gives an object of exit values by path", async () => {
    await write({ "a.py": exits('"1"'), "deep/b.py": exits('"2"') });
    const result = await run();
    assert.equal(result.result, "succeeded", result.log);
    assert.deepEqual(JSON.parse(result.variables["step.ExitValue"]!), { a: "1", "deep/b": "2" });
  });

  it("keeps the notebooks where keepNotebooks asks for it", async () => {
    await write({ "a.py": exits('"1"') });
    const result = await run({ inputs: { keepNotebooks: "true" } });
    await postJob(result, { keepNotebooks: "true" });
    assert.ok(paths().includes("/Shared/notebook-ops/345/<id>/a"));
  });

  it("keeps the notebooks if keepNotebooks asks for it and the step is cancelled", async () => {
    await write({ "a.py": python("import time\ntime.sleep(60)") });
    const cancel = new AbortController();
    const inputs = { keepNotebooks: "true" };
    const result = await run({
      inputs,
      signal: cancel.signal,
      onLine: (line) => /Notebook a: RUNNING/.test(line) && cancel.abort(),
    });
    assert.equal(result.result, "canceled");
    await postJob(result, inputs);
    assert.ok(paths().some((name) => name.endsWith("/<id>/a")));
    assert.deepEqual(leftovers().runs, []);
  });

  it("leaves alone what was in the workspace folder before", async () => {
    await write({ "a.py": exits('"1"') });
    const theirs = "/Shared/notebook-ops/345/theirs";
    await askDatabricks(workspace, "POST", "/api/2.0/workspace/mkdirs", { path: theirs });
    const result = await run();
    await postJob(result);
    assert.ok(paths().includes(theirs));
    assert.equal(
      paths().some((each) => each.includes("<id>")),
      false,
    );
  });

  it("leaves alone what a job on another agent uploaded in the same build", async () => {
    await write({ "a.py": exits('"1"') });
    // Each agent has a temporary folder of its own. In one, two tasks at once would exchange the key by which task-lib keeps
    // their inputs (.taskkey, vault.js), and read them as noise.
    const agents = ["first", "second"].map((name) => ({ tempFolder: path.join(temp, name) }));
    const [first, second] = await Promise.all([run(agents[0]), run(agents[1])]);
    for (const { result, log } of [first, second]) assert.equal(result, "succeeded", log);
    await postJob(first);
    assert.deepEqual(
      paths().filter((each) => !each.includes("notebook-ops-made")),
      [
        "/Shared/notebook-ops",
        "/Shared/notebook-ops/345",
        "/Shared/notebook-ops/345/<id>",
        "/Shared/notebook-ops/345/<id>/a",
      ],
    );
    await postJob(second);
    assert.deepEqual(leftovers(), nothing);
  });

  describe("shares a workspace folder with another step of the build, and the last one to leave", () => {
    const workspaceFolder = "/Shared/team/weather";
    const inputs = { workspaceFolder, serverless: "true" };
    const mkdirs = (folder: string) =>
      askDatabricks(workspace, "POST", "/api/2.0/workspace/mkdirs", { path: folder });

    for (const last of ["the one that made it", "the other one"])
      it(`deletes it with the folders above that the build made, where that is ${last}`, async () => {
        await write({ "a.py": exits('"1"') });
        const first = await run({ inputs });
        const second = await run({ inputs });
        const steps = last === "the other one" ? [first, second] : [second, first];
        for (const step of steps) await postJob(step, inputs);
        assert.deepEqual(leftovers(), nothing);
      });

    it("leaves it where it was there before the build, although it is empty", async () => {
      await mkdirs(workspaceFolder);
      await write({ "a.py": exits('"1"') });
      const steps = [await run({ inputs }), await run({ inputs })];
      for (const step of steps) await postJob(step, inputs);
      assert.deepEqual(paths(), ["/Shared/team", workspaceFolder]);
    });

    it("leaves it, and no mark in it, where a user put something there meanwhile", async () => {
      await write({ "a.py": exits('"1"') });
      const step = await run({ inputs });
      await mkdirs(`${workspaceFolder}/theirs`);
      await postJob(step, inputs);
      assert.deepEqual(paths(), ["/Shared/team", workspaceFolder, `${workspaceFolder}/theirs`]);
    });

    /** Answers 429 to requests until `meanwhile` is done, which begins when the first one comes in. */
    const during = async (match: string, meanwhile: () => Promise<unknown>) => {
      const signal = { pid: process.pid, name: "SIGUSR2" as const };
      const received = once(process, "SIGUSR2");
      const then = { status: 429, headers: { "retry-after-ms": "20" }, body: {} };
      await workspace.declareFault({ match: { path: match }, when: "before", then: { ...then, signal } });
      await workspace.declareFault({ match: { path: match }, when: "before", times: 100_000, then });
      await received;
      await meanwhile();
      await fetch(`${workspace.emulator.ready.controlUrl}/faults`, { method: "DELETE" });
    };
    const remove = (folder: string) =>
      askDatabricks(workspace, "POST", "/api/2.0/workspace/delete", { path: folder, recursive: true });

    it("deletes it where the other one deleted it just before this one made it again", async () => {
      await mkdirs(workspaceFolder); // as the other step did
      await write({ "a.py": exits('"1"') });
      const running = run({ inputs });
      await during("/workspace/mkdirs$", () => remove("/Shared/team"));
      const result = await running;
      assert.equal(result.result, "succeeded", result.log);
      await postJob(result, inputs);
      assert.deepEqual(leftovers(), nothing);
    });

    it("uploads again where the folder was deleted between making it and uploading", async () => {
      await write({ "a.py": exits('"1"') });
      const running = run({ inputs });
      await during("/workspace/import$", () => remove("/Shared/team"));
      const result = await running;
      assert.equal(result.result, "succeeded", result.log);
      await postJob(result, inputs);
      assert.deepEqual(leftovers(), nothing);
    });
  });

  describe("without notebookFolder", () => {
    const deployed = "/Shared/production/weather";
    const deploy = async (name: string, source: string) => {
      const at = `${deployed}/${name}`;
      await askDatabricks(workspace, "POST", "/api/2.0/workspace/mkdirs", { path: path.posix.dirname(at) });
      const content = Buffer.from(source).toString("base64");
      const object = { path: at, format: "SOURCE", language: "PYTHON", content };
      await askDatabricks(workspace, "POST", "/api/2.0/workspace/import", object);
    };
    const runDeployed = (inputs: Record<string, string> = {}) =>
      run({ inputs: { notebookFolder: "", workspaceFolder: deployed, ...inputs } });

    it("runs the notebooks that are in workspaceFolder, and leaves them there", async () => {
      await deploy("etl", exits('"1"'));
      await deploy("checks/quality", exits('"2"'));
      const before = paths();
      const result = await runDeployed();
      assert.equal(result.result, "succeeded", result.log);
      assert.deepEqual(JSON.parse(result.variables["step.ExitValue"]!), { "checks/quality": "2", etl: "1" });
      const after = await postJob(result, { notebookFolder: "", workspaceFolder: deployed });
      assert.equal(after.result, "succeeded", after.log);
      assert.deepEqual(paths(), before);
    });

    it("runs of them what notebooks names, also below /Workspace", async () => {
      await deploy("etl", exits('"1"'));
      await deploy("checks/quality", exits('"2"'));
      const result = await runDeployed({ notebooks: "checks/**", workspaceFolder: `/Workspace${deployed}/` });
      assert.equal(result.result, "succeeded", result.log);
      assert.equal(result.variables["step.ExitValue"], "2");
    });

    it("fails where there is none, or none of that name", async () => {
      const none = await runDeployed();
      assert.match(
        errors(none)[0]!,
        /Could not find a notebook in \/Shared\/production\/weather of the workspace: it contains none/,
      );
      await deploy("etl", exits('"1"'));
      const other = await runDeployed({ notebooks: "etl.py" });
      assert.match(
        errors(other)[0]!,
        /where they have no extension: no notebook matches etl\.py; did you mean/,
      );
    });

    it("fails if one of several globs matches none of them, and names the nearest", async () => {
      await deploy("etl", exits('"1"'));
      await deploy("checks/quality", exits('"2"'));
      const result = await runDeployed({ notebooks: "etl\ncheck/**" });
      assert.equal(result.result, "failed");
      assert.match(errors(result)[0]!, /no notebook matches check\/\*\*; did you mean checks\/\*\*\?$/);
      assert.equal(leftovers().runs.length, 0);
    });
  });

  it("runs each notebook on a job cluster of its own where clusterConfig is given", async () => {
    await write({ "a.py": exits('"1"'), "cluster.json": "" });
    const clusterConfig = path.join(temp, "cluster.json");
    await writeFile(
      clusterConfig,
      JSON.stringify({
        cluster_name: "x",
        node_type_id: "Standard_DS3_v2",
        spark_version: "15.4.x-scala2.12",
        num_workers: 0,
        autotermination_minutes: 10,
      }),
    );
    const result = await run({ inputs: { clusterConfig } });
    assert.equal(result.result, "succeeded", result.log);
    assert.deepEqual(
      workspace.emulator.ledger().clusters.map((cluster) => cluster.id),
      [ClusterId],
    );
  });

  it("runs on serverless compute where asked", async () => {
    await write({ "a.py": exits('"1"') });
    const result = await run({ inputs: { serverless: "true" } });
    assert.equal(result.result, "succeeded", result.log);
  });

  it("uploads two hundred notebooks through a workspace that throttles", async () => {
    await write(
      Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`n${index}.py`, exits('"1"')])),
    );
    await workspace.declareFault({
      match: { path: "/workspace/import$" },
      when: "before",
      times: 20,
      then: { status: 429, headers: { "retry-after": "0" }, body: { error_code: "REQUEST_LIMIT_EXCEEDED" } },
    });
    const result = await run({ inputs: { notebooks: "n7.py", serverless: "true" } });
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(paths().filter((each) => /<id>\/n\d+$/.test(each)).length, 200);
  });

  describe("is never green", () => {
    it("where a notebook raises: message, trace, link and outputs are there, and the folder is gone", async () => {
      await write({
        "good.py": exits('"fine"'),
        "wrong.py": python(
          "def check():\n  raise ValueError('3 rows are missing ##vso[task.complete result=Succeeded]')\ncheck()",
        ),
      });
      const result = await run();
      assert.equal(result.result, "failed");
      assert.match(
        errors(result)[0]!,
        /^Ran 2 notebooks, of which 1 failed \(wrong\); the first, wrong: ValueError: 3 rows are missing/,
      );
      assert.match(result.log, /in check/);
      const [good, wrong] = await cases(result);
      assert.equal(good.failure, undefined);
      assert.match(wrong.failure[0].$.message, /ValueError: 3 rows are missing/);
      assert.match(wrong.failure[0]._, /in check/);
      assert.match(result.variables["step.RunUrl"]!, new RegExp(result.variables["step.RunId"]!));
      assert.deepEqual(JSON.parse(result.variables["step.ExitValue"]!), { good: "fine" });
      assert.deepEqual(leftovers(), nothing);
    });

    it("where a notebook never calls dbutils.notebook.exit", async () => {
      await write({ "a.py": python("1 + 1") });
      const result = await run();
      assert.equal(result.result, "failed");
      assert.match(
        errors(result)[0]!,
        /^Ran notebook a, which failed: it ended without calling dbutils.notebook.exit/,
      );
    });

    it("but is where requireExit is off", async () => {
      await write({ "a.py": python("1 + 1") });
      const result = await run({ inputs: { requireExit: "false" } });
      assert.equal(result.result, "succeeded", result.log);
    });

    it("and an empty exit value is one", async () => {
      await write({ "a.py": exits('""') });
      const result = await run();
      assert.equal(result.result, "succeeded", result.log);
    });

    it("where the cluster dies under the run, which is named as the cause", async () => {
      await write({ "a.py": python("import time\ntime.sleep(60)") });
      const result = await run({
        onLine: async (line) => {
          if (/Notebook a: RUNNING/.test(line))
            await askDatabricks(workspace, "POST", "/api/2.1/clusters/delete", { cluster_id: ClusterId });
        },
      });
      assert.match(errors(result)[0]!, /its cluster existing \(.*\) is TERMINAT.* \(USER_REQUEST, SUCCESS/);
    });

    it("where the run is cancelled in the workspace", async () => {
      await write({ "a.py": python("import time\ntime.sleep(60)") });
      const result = await run({
        onLine: async (line) => {
          if (!/Notebook a: RUNNING/.test(line)) return;
          const run_id = Number(workspace.emulator.ledger().runs[0]!.id);
          await askDatabricks(workspace, "POST", "/api/2.2/jobs/runs/cancel", { run_id });
        },
      });
      assert.equal(result.result, "failed");
      assert.match(errors(result)[0]!, /it was cancelled in the workspace, not by this pipeline/);
    });

    it("where the run takes too long", async () => {
      await write({ "a.py": python("import time\ntime.sleep(60)") });
      const result = await run({
        inputs: { timeoutMinutes: "1" },
        onLine: async (line) => {
          if (/Notebook a: RUNNING/.test(line))
            await fetch(`${workspace.emulator.ready.controlUrl}/clock`, {
              method: "POST",
              body: JSON.stringify({ advanceSeconds: 61 }),
            });
        },
      });
      assert.match(errors(result)[0]!, /it took longer than 1 min and was cancelled; raise timeoutMinutes/);
      assert.deepEqual(leftovers(), nothing);
    });

    it("where the run ends in a state that nobody knows", async () => {
      await write({ "a.py": exits('"1"') });
      await workspace.declareFault({
        match: { operation: "run.start" },
        then: { fail: { life_cycle_state: "TERMINATED", result_state: "DEDUPED", message: "Something new" } },
      });
      const result = await run();
      assert.equal(result.result, "failed");
      assert.match(errors(result)[0]!, /Something new \(DEDUPED\)/);
    });
  });

  it("fails in a sentence where a result is no string", async () => {
    await write({ "a.py": exits('"1"') });
    await workspace.declareFault({
      match: { path: "/runs/get-output$" },
      when: "after",
      times: 10,
      then: { body: { metadata: { run_id: 1 }, notebook_output: { result: 5 } } },
    });
    const result = await run();
    assert.equal(result.result, "failed");
    assert.match(
      errors(result).join("\n"),
      /Could not read the output of run \d+: localhost:\d+ answered 200 with a number as notebook_output.result in place of a string; /,
    );
  });

  it("ends where its run was skipped, which is final", async () => {
    await write({ "a.py": exits('"1"') });
    await workspace.declareFault({
      match: { operation: "run.start" },
      then: { fail: { life_cycle_state: "SKIPPED", result_state: "CANCELED", message: "It was skipped" } },
    });
    const result = await run();
    assert.equal(result.result, "failed");
    assert.match(errors(result)[0]!, /It was skipped/);
  });

  it("does not call a cluster deleted that it may not see", async () => {
    await write({ "a.py": python("raise ValueError('3 rows are missing')") });
    const body = { error_code: "PERMISSION_DENIED", message: "no" };
    const match = { path: "/clusters/get$" };
    await workspace.declareFault({ match, when: "before", times: 10, then: { status: 403, body } });
    const result = await run();
    assert.match(errors(result)[0]!, /ValueError: 3 rows are missing/);
    assert.doesNotMatch(errors(result)[0]!, /deleted/);
  });

  describe("makes one run of a notebook at most", () => {
    const lost: [what: string, when: "before" | "after", then: object][] = [
      ["the connection breaks after the effect", "after", { reset: true }],
      ["a 503 comes after the effect", "after", { status: 503, headers: { "retry-after": "0" } }],
      ["the answer is cut off", "after", { truncate: 4 }],
      ["the connection breaks before the effect", "before", { reset: true }],
      ["the server asks to wait", "before", { status: 429, headers: { "retry-after": "0" } }],
    ];
    for (const [what, when, then] of lost)
      it(`where ${what}`, async () => {
        await write({ "a.py": exits('"1"') });
        await workspace.declareFault({ match: { path: "/runs/submit$" }, when, then });
        await workspace.declareFault({ match: { path: "/workspace/import$" }, when, then });
        const result = await run();
        assert.equal(result.result, "succeeded", result.log);
        const { runs = [] } = await askDatabricks<{ runs?: unknown[] }>(
          workspace,
          "GET",
          "/api/2.2/jobs/runs/list",
        );
        assert.equal(runs.length, 1);
      });
  });

  describe("does not succeed by an answer that contradicts itself, or is about another run", () => {
    const success = { life_cycle_state: "TERMINATED", result_state: "SUCCESS" };
    const terminated = { state: "TERMINATED", termination_details: { code: "SUCCESS", type: "SUCCESS" } };

    it("is told the state of another run", async () => {
      await write({ "a.py": exits('"1"') });
      await workspace.declareFault({
        match: { path: "/runs/get$" },
        when: "before",
        then: { status: 200, body: { run_id: 4711, state: success, status: terminated } },
      });
      const result = await run();
      assert.equal(result.result, "failed");
      assert.match(
        errors(result)[0]!,
        /Could not read run \d+: Databricks returned run 4711; check that no proxy/,
      );
      const after = await postJob(result);
      assert.equal(after.result, "succeeded", after.log);
      assert.deepEqual(leftovers(), nothing);
    });

    it("is given the output of another run", async () => {
      await write({ "a.py": exits('"1"') });
      await workspace.declareFault({
        match: { path: "/runs/get-output$" },
        when: "before",
        then: { status: 200, body: { metadata: { run_id: 4711 }, notebook_output: { result: "1" } } },
      });
      const result = await run();
      assert.equal(result.result, "failed");
      assert.match(errors(result)[0]!, /Could not read the output of run \d+: Databricks returned run 4711;/);
    });

    it("is told that the run has ended and that it goes on, and cancels it", async () => {
      await write({ "a.py": python("import time\ntime.sleep(60)") });
      let declared: Promise<unknown> | undefined;
      const result = await run({
        onLine: (line) => {
          const runId = Number(/Notebook a: RUNNING.*runs?\/(\d+)/.exec(line)?.[1]);
          if (runId)
            declared ??= workspace.declareFault({
              match: { path: "/runs/get$" },
              times: 10,
              when: "before",
              then: { status: 200, body: { run_id: runId, state: success, status: { state: "RUNNING" } } },
            });
        },
      });
      await declared;
      assert.equal(result.result, "failed", result.log);
      assert.match(
        errors(result)[0]!,
        /says both that it has ended and that it goes on \(its state is TERMINATED and its status RUNNING\), so it was cancelled/,
      );
      assert.deepEqual(leftovers().runs, []);
    });
  });

  describe("leaves nothing behind", () => {
    it("where it is cancelled while a notebook runs", async () => {
      await write({ "a.py": python("import time\ntime.sleep(60)"), "b.py": exits('"1"') });
      const cancel = new AbortController();
      const result = await run({
        inputs: { maxConcurrency: "1" },
        signal: cancel.signal,
        onLine: (line) => /Notebook a: RUNNING/.test(line) && cancel.abort(),
      });
      assert.equal(result.result, "canceled");
      assert.match(result.log, /Cancelled run \d+/);
      assert.doesNotMatch(result.log, /Notebook b/); // which is not begun any more
      assert.equal(workspace.requested(/runs\/submit$/).length, 1);
      const after = await postJob(result); // where the notebook took longer to stop than a cancelled step has
      assert.equal(after.result, "succeeded", after.log);
      assert.deepEqual(leftovers(), nothing);
    });

    const killedAt = { afterInterruptMs: 0, afterTerminateMs: 0 };
    const killedWhile = async (received: Promise<unknown>, inputs: Record<string, string> = {}) => {
      const killed = new AbortController();
      const running = run({ inputs, signal: killed.signal, cancelTimes: killedAt });
      await received;
      killed.abort();
      return running;
    };

    for (const maxConcurrency of ["1", "2"])
      it(`of two notebooks, ${maxConcurrency} at a time, where the first has ended and it is killed while the second is submitted`, async () => {
        await write({ "a.py": exits('"1"'), "b.py": python("import time\ntime.sleep(60)") });
        await workspace.declareFault({
          match: { path: "/runs/submit$", nth: 2 },
          when: "after",
          then: { stallMs: 60_000 },
        });
        const killed = new AbortController();
        let hasEnded = false;
        const watch = setInterval(() => hasEnded && leftovers().runs.length > 0 && killed.abort(), 20);
        const result = await run({
          inputs: { maxConcurrency },
          signal: killed.signal,
          cancelTimes: killedAt,
          onLine: (line) => {
            hasEnded ||= /Notebook [ab]: succeeded/.test(line);
          },
        }).finally(() => clearInterval(watch));
        assert.equal(leftovers().runs.length, 1);
        const after = await postJob(result);
        assert.equal(after.result, "succeeded", after.log);
        assert.deepEqual(leftovers(), nothing);
      });

    it("where it is killed during a submission, and the run starts after the first look of its post-job step", async () => {
      await write({ "a.py": python("import time\ntime.sleep(60)") });
      const { received } = await losesRequest(workspace, { path: "/runs/submit$" });
      const result = await killedWhile(received);
      const afterJob = postJob(result, { keepNotebooks: "true" }); // or the run would find no notebook
      await until(() => workspace.requested(/runs\/list$/).length > 0);
      await letEffectsCome(workspace);
      const after = await afterJob;
      assert.equal(after.result, "succeeded", after.log);
      assert.match(after.log, /Cancelled run \d+/);
      assert.deepEqual(leftovers().runs, []);
    });

    it("where it is killed while a notebook runs and another is submitted, whose run starts after the first look of its post-job step", async () => {
      const sleeps = python("import time\ntime.sleep(60)");
      await write({ "a.py": sleeps, "b.py": sleeps });
      const { received } = await losesRequest(workspace, { path: "/runs/submit$", nth: 2 });
      const killed = new AbortController();
      let isRunning = false;
      const running = run({
        inputs: { maxConcurrency: "2" },
        signal: killed.signal,
        cancelTimes: killedAt,
        onLine: (line) => {
          isRunning ||= /Notebook [ab]: RUNNING/.test(line);
        },
      });
      await received;
      await until(() => isRunning);
      killed.abort();
      const afterJob = postJob(await running, { keepNotebooks: "true" });
      await until(() => leftovers().runs.length === 0); // the run that was known is cancelled, and is not the one to look for
      await letEffectsCome(workspace);
      const after = await afterJob;
      assert.equal(after.result, "succeeded", after.log);
      assert.equal(after.log.match(/Cancelled run \d+/g)?.length, 2);
      assert.deepEqual(leftovers().runs, []);
    });

    it("where it is killed while it makes its folder, which comes after the first look of its post-job step", async () => {
      await write({ "a.py": exits('"1"') });
      const { received } = await losesRequest(workspace, { path: "/workspace/mkdirs$" });
      const result = await killedWhile(received);
      const afterJob = postJob(result);
      await until(() => workspace.requested(/workspace\/delete$/).length >= 3);
      await letEffectsCome(workspace);
      const after = await afterJob;
      assert.equal(after.result, "succeeded", after.log);
      assert.deepEqual(leftovers(), nothing);
    });

    it("of its folder where the run cannot be cancelled, which it says", async () => {
      await write({ "a.py": python("import time\ntime.sleep(60)") });
      const killed = new AbortController();
      const result = await run({
        signal: killed.signal,
        cancelTimes: killedAt,
        onLine: (line) => /Notebook a: RUNNING/.test(line) && killed.abort(),
      });
      const body = { error_code: "PERMISSION_DENIED", message: "not yours" };
      await workspace.declareFault({
        match: { path: "/runs/cancel$" },
        when: "before",
        then: { status: 403, body },
      });
      const after = await postJob(result);
      assert.match(errors(after).join("\n"), /^Could not cancel run \d+: .*: not yours; /);
      assert.deepEqual(leftovers().workspaceObjects, []);
    });

    it("where it is killed before the answer of the submission came, by its post-job step", async () => {
      await write({ "a.py": python("import time\ntime.sleep(60)") });
      const killed = new AbortController();
      await workspace.declareFault({
        match: { path: "/runs/submit$" },
        when: "after",
        then: { stallMs: 60_000 },
      });
      const watch = setInterval(() => leftovers().runs.length > 0 && killed.abort(), 20);
      const result = await run({
        signal: killed.signal,
        cancelTimes: { afterInterruptMs: 0, afterTerminateMs: 0 },
      }).finally(() => clearInterval(watch));
      assert.equal(leftovers().runs.length, 1);
      const after = await postJob(result);
      assert.equal(after.result, "succeeded", after.log);
      assert.deepEqual(leftovers(), nothing);
    });
  });

  describe("refuses before it asks the workspace for anything", () => {
    const good = { "a.py": exits('"1"') };
    const wrong: [
      what: string,
      files: Record<string, string>,
      inputs: Record<string, string>,
      sentence: RegExp,
    ][] = [
      [
        "a notebook that is not there",
        good,
        { notebooks: "absent.py" },
        /Could not choose notebooks in .*: no notebook matches absent\.py; correct the input notebooks\.$/,
      ],
      [
        "a glob that fits none",
        good,
        { notebooks: "tests/**" },
        /no notebook matches tests\/\*\*; correct the input notebooks\.$/,
      ],
      [
        "one of several globs that matches none",
        good,
        { notebooks: "a.py\ntests/**" },
        /no notebook matches tests\/\*\*; correct the input notebooks\.$/,
      ],
      ["globs that exclude all", good, { notebooks: "!a.py" }, /!a\.py excludes all 1 of them/],
      [
        "a folder without notebooks",
        { "module.py": "x = 1" },
        {},
        /none of its 1 files is one; give a folder with/,
      ],
      [
        "a file that is no notebook",
        { "module.py": "x = 1" },
        { notebooks: "module.py" },
        /its first line is not "# Databricks notebook source"/,
      ],
      [
        "a Jupyter file that is none",
        { "a.ipynb": "{}" },
        {},
        /a.ipynb, which is no Jupyter notebook: it has no nbformat of 4/,
      ],
      [
        "a notebook over 10 MB",
        { "a.py": python("x".repeat(10 * 1024 * 1024)) },
        {},
        /a.py: it is 10.0 MB, and a workspace takes at most 10 MB/,
      ],
      [
        "two notebooks of one name",
        { ...good, "a.sql": "-- Databricks notebook source" },
        {},
        /would both be a in the workspace; rename one/,
      ],
      [
        "parameters that are not JSON",
        good,
        { parameters: '{"a": ' },
        /parameters as JSON because they begin with "\{", which failed/,
      ],
      [
        "parameters over 10,000 bytes",
        good,
        { parameters: `a=${"x".repeat(10_000)}` },
        /10008 bytes as JSON where Databricks allows 10000/,
      ],
      [
        "a workspace folder that is no path",
        good,
        { workspaceFolder: "Shared" },
        /'workspaceFolder' is 'Shared': give it an absolute/,
      ],
    ];
    for (const [what, files, inputs, sentence] of wrong)
      it(what, async () => {
        await write(files);
        const asked = workspace.requested().length;
        const result = await run({ inputs });
        assert.equal(result.result, "failed");
        assert.equal(errors(result).length, 1, result.log);
        assert.match(errors(result)[0]!, sentence);
        assert.equal(workspace.requested().length, asked);
      });

    it("a run without a cluster, naming the task that makes one", async () => {
      await write(good);
      const asked = workspace.requested().length;
      const result = await run({ variables: { ClusterId: "" } });
      assert.match(errors(result)[0]!, /Input 'clusterId' is/);
      assert.equal(workspace.requested().length, asked);
    });
  });

  it("cuts a long exit value in log and output, and keeps the whole in a file", async () => {
    await write({ "a.py": exits('"x" * 5_000_000') });
    const result = await run();
    assert.equal(result.result, "succeeded", result.log.slice(0, 2_000));
    assert.equal(result.variables["step.ExitValue"]!.length, 30_000);
    assert.ok(result.log.length < 100_000);
    const [, file] = /the whole is in (\S+\.txt)/.exec(result.log)!;
    assert.equal((await readFile(file!, "utf8")).length, 5_000_000);
  });

  it("cuts the exit values of several notebooks to what one environment variable of Windows takes", async () => {
    await write({ "a.py": exits('"x" * 20_000'), "b.py": exits('"y" * 20_000') });
    const result = await run();
    assert.equal(result.result, "succeeded", result.log.slice(0, 2_000));
    const value = result.variables["step.ExitValue"]!;
    assert.deepEqual(JSON.parse(value), { a: "x".repeat(15_000), b: "y".repeat(15_000) });
    assert.ok(value.length <= 32_767);
  });
});
