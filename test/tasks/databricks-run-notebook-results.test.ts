import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { StageResult } from "../../local/agent/step-session.ts";
import { packArtifact } from "../../shared/notebook/artifact/pack.ts";
import { readJUnit } from "../../shared/results/junit-reader.ts";
import { parseStatusRecord } from "../../shared/results/status-record-reader.ts";
import type { TestCase } from "../../shared/results/test-case.ts";
import { hostileMarkup } from "../fixtures/hostile-markup.ts";
import { holdsCommand } from "../fixtures/hostile-text.ts";
import { errors, type RunTaskOptions, runTask } from "../harness/run-task.ts";
import { startWorkspace, type TestWorkspace } from "../harness/workspace.ts";
import { askDatabricks, existingCluster } from "./databricks-api.ts";

const notebook = (...cells: string[]) =>
  ["# Databricks notebook source", ...cells].join("\n# COMMAND ----------\n");
const exits = (value: unknown) => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return `import base64\ndbutils.notebook.exit(base64.b64decode("${Buffer.from(text).toString("base64")}").decode())`;
};
const junit = `<testsuites><testsuite name="quality">
  <testcase classname="quality" name="no gaps" time="0.5"/>
  <testcase classname="quality" name="no frost"><failure message="2 days &lt; 0 °C">at line 7</failure></testcase>
</testsuite></testsuites>`;

describe("DatabricksRunNotebook reports", function () {
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

  const run = async (
    notebooks: Record<string, string>,
    options: Partial<RunTaskOptions> = {},
  ): Promise<StageResult> => {
    for (const [name, content] of Object.entries(notebooks))
      await writeFile(path.join(folder, name), content);
    const { inputs, variables, ...rest } = options;
    return runTask({
      task: "DatabricksRunNotebook",
      workspace,
      secretVariables: { BearerToken: workspace.emulator.ready.databricksToken },
      variables: { ClusterId, "Build.Repository.LocalPath": path.dirname(folder), ...variables },
      inputs: { notebookFolder: folder, ...inputs },
      tempFolder: temp,
      ...rest,
    });
  };
  const tests = async (result: StageResult) => {
    const { files } = result.effects.testResults[0]!;
    return readJUnit(await readFile(files[0]!), { file: files[0]! }).cases;
  };
  const shown = (cases: TestCase[]) =>
    cases.map(({ suite, name, outcome, message }) => ({ place: suite?.join(" / "), name, outcome, message }));
  const attached = async (result: StageResult, type: string) => {
    const found = result.effects.attachments.filter((each) => each.type === type);
    assert.equal(found.length, 1, `one attachment of type ${type}`);
    return readFile(found[0]!.file, "utf8");
  };

  describe("the tests of a notebook on the Tests tab, and fails where one of them failed", () => {
    it("given as JSON", async () => {
      const result = await run({
        "quality.py": notebook(
          exits({
            tests: [
              { name: "no gaps", outcome: "passed", durationSeconds: 0.5 },
              { name: "no frost", outcome: "failed", message: "2 days < 0 °C" },
              { name: "no fog", outcome: "skipped" },
            ],
          }),
        ),
      });
      assert.equal(result.result, "failed");
      assert.match(
        errors(result)[0]!,
        /^Ran notebook quality, which failed: 1 of its 3 tests failed; the first, no frost: 2 days < 0 °C; see https:/,
      );
      const cases = await tests(result);
      assert.deepEqual(
        shown(cases).map(({ name, outcome, message }) => [name, outcome, message]),
        [
          ["quality", "failed", "1 of its 3 tests failed; the first, no frost: 2 days < 0 °C"],
          ["no gaps", "passed", undefined],
          ["no frost", "failed", "2 days < 0 °C"],
          ["no fog", "skipped", undefined],
        ],
      );
      const url = result.variables["step.RunUrl"];
      assert.deepEqual(new Set(cases.map((each) => each.url)), new Set([url]));
      assert.deepEqual(
        new Set(cases.map((each) => each.file)),
        new Set([`${path.basename(folder)}/quality.py`]),
      );
    });

    it("given as JUnit XML", async () => {
      const result = await run({ "quality.py": notebook(exits(junit)) });
      assert.match(errors(result)[0]!, /1 of its 2 tests failed; the first, no frost: 2 days < 0 °C/);
      const frost = (await tests(result)).find(({ name }) => name === "no frost")!;
      assert.deepEqual([frost.outcome, frost.message], ["failed", "2 days < 0 °C"]);
      assert.match(frost.trace!, /at line 7/);
    });

    const places: [where: string, put: string, file: string, given: string][] = [
      ["the workspace", "workspace", "/Shared/quality.xml", "/Workspace/Shared/quality.xml"],
      ["a volume", "dbfs", "/Volumes/main/tests/it's 100 %.xml", "/Volumes/main/tests/it's 100 %.xml"],
      ["DBFS", "dbfs", "/results/quality.xml", "dbfs:/results/quality.xml"],
    ];
    for (const [where, put, file, given] of places)
      it(`given as a JUnit file in ${where}`, async () => {
        const content = Buffer.from(junit).toString("base64");
        if (put === "workspace")
          await askDatabricks(workspace, "POST", "/api/2.0/workspace/import", {
            path: file,
            format: "AUTO",
            content,
          });
        else await askDatabricks(workspace, "POST", "/api/2.0/dbfs/put", { path: file, contents: content });
        const result = await run({ "quality.py": notebook(exits({ junit: given })) });
        assert.match(errors(result)[0]!, /1 of its 2 tests failed/);
        assert.equal((await tests(result)).length, 3);
      });
  });

  it("a notebook whose tests all passed as green, each of them a test", async () => {
    const result = await run({
      "quality.py": notebook(exits({ tests: [{ name: "no gaps", outcome: "passed" }] })),
    });
    assert.equal(result.result, "succeeded", result.log);
    assert.deepEqual(
      (await tests(result)).map(({ name, outcome }) => [name, outcome]),
      [
        ["quality", "passed"],
        ["no gaps", "passed"],
      ],
    );
  });

  describe("no test results as green that are", () => {
    const cut = '{"tests": [{"name": "no gaps", "outc';
    const many = Array.from({ length: 5_001 }, (_, index) => ({ name: `${index}`, outcome: "passed" }));
    const wrong: [what: string, value: unknown, sentence: RegExp][] = [
      ["a list without tests", { tests: [] }, /it reports test results in which there is no test/],
      ["a JUnit file without tests", "<testsuites/>", /it reports test results in which there is no test/],
      [
        "more than a step takes",
        { tests: many },
        /it reports 5001 tests, with which .* run the notebooks in several/,
      ],
      ["cut off", cut, /reports tests but is not valid JSON/],
      [
        "cut off, with another key first",
        '{"rows": 3, "tests": [{"na',
        /reports tests but is not valid JSON/,
      ],
      [
        "JUnit that begins with a comment and has a failure in upper case",
        '<!-- made by a tool --><ns:testsuite xmlns:ns="a"><ns:testcase name="a"><ns:FAILURE/></ns:testcase></ns:testsuite>',
        /its one test failed; the first, a;/,
      ],
      [
        "JUnit that counts more than it lists",
        '<testsuite name="s" tests="3"><testcase name="a"/></testsuite>',
        /1 of its 2 tests failed; the first, s itself: .* counts 3 tests but lists 1/,
      ],
      [
        "tests that were all skipped",
        {
          tests: [
            { name: "a", outcome: "skipped" },
            { name: "b", outcome: "skipped" },
          ],
        },
        /all of its 2 tests were skipped; set allowSkipped to true if a notebook may test nothing/,
      ],
      ["JUnit that is cut off", junit.slice(0, 200), /exit value of quality/],
      [
        "a file that is not there",
        { junit: "/Workspace/none.xml" },
        /none.xml, which could not be read: .*404/,
      ],
      [
        "an outcome that nobody knows",
        { tests: [{ name: "a", outcome: "Passed?" }] },
        /the first, a: The outcome/,
      ],
    ];
    for (const [what, value, sentence] of wrong)
      it(what, async () => {
        const result = await run({ "quality.py": notebook(exits(value)) });
        assert.equal(result.result, "failed");
        assert.match(errors(result)[0]!, sentence);
      });

    it("broken off on their way", async () => {
      const content = Buffer.from(junit).toString("base64");
      await askDatabricks(workspace, "POST", "/api/2.0/dbfs/put", {
        path: "/Volumes/a.xml",
        contents: content,
      });
      await workspace.declareFault({
        match: { path: "/fs/files/" },
        when: "after",
        times: 9,
        then: { truncate: 40 },
      });
      const result = await run({ "quality.py": notebook(exits({ junit: "/Volumes/a.xml" })) });
      assert.equal(result.result, "failed");
      assert.match(errors(result)[0]!, /^Ran notebook quality, which failed: .*a\.xml/);
    });

    it("larger than this step reads", async () => {
      const created = await askDatabricks<{ handle: number }>(workspace, "POST", "/api/2.0/dbfs/create", {
        path: "/large.xml",
      });
      const data = Buffer.alloc(1024 * 1024, " ").toString("base64");
      for (let block = 0; block < 11; block++)
        await askDatabricks(workspace, "POST", "/api/2.0/dbfs/add-block", { handle: created.handle, data });
      await askDatabricks(workspace, "POST", "/api/2.0/dbfs/close", { handle: created.handle });
      const result = await run({ "quality.py": notebook(exits({ junit: "dbfs:/large.xml" })) });
      assert.match(
        errors(result)[0]!,
        /read dbfs:\/large.xml: localhost:\d+ holds more than 10 MB there; make it smaller/,
      );
    });
  });

  it("tests that were all skipped as green if allowSkipped says so, and tells that they were", async () => {
    const tests = ["a", "b"].map((name) => ({ name, outcome: "skipped" }));
    const result = await run(
      { "quality.py": notebook(exits({ tests })) },
      { inputs: { allowSkipped: "true" } },
    );
    assert.equal(result.result, "succeeded", result.log);
    assert.match(result.log, /quality: succeeded after .*: all of its 2 tests were skipped/);
    assert.match(await readFile(result.effects.summaries[0]!, "utf8"), /\| all 2 skipped \|/);
  });

  it("no file of the agent as an attachment, however a notebook names it", async () => {
    const markers = hostileMarkup.filter(({ name }) => name.includes("attachment marker"));
    const output = markers.map(({ text }) => text.replace(/[\u0000-\u001f]/g, "")).join("\n");
    const xml = `<testsuite name="s"><system-out><![CDATA[${output}]]></system-out><testcase name="a"><system-out><![CDATA[[[ATTACHMENT|/etc/passwd]]]]></system-out>
      <system-err><![CDATA[${output}]]></system-err></testcase></testsuite>`;
    const result = await run({ "quality.py": notebook(exits(xml)), "prints.py": notebook(exits(output)) });
    assert.equal(result.result, "succeeded", result.log);
    const written = await readFile(result.effects.testResults[0]!.files[0]!, "utf8");
    assert.doesNotMatch(written.replace(/[\s\p{Default_Ignorable_Code_Point}]/gu, ""), /\[\[attachment/i);
  });

  it("on the run's page what ran, the failing cell, the end of its trace and the cluster's time", async () => {
    const result = await run({
      "etl.py": notebook(exits("1461 rows")),
      "quality.py": notebook("frost = 2", "def check():\n  assert frost == 0, '2 days < 0 °C'\ncheck()"),
    });
    const summary = await readFile(result.effects.summaries[0]!, "utf8");
    assert.match(summary, /^## ❌ `Databricks notebooks`: 1 of 2 failed$/m);
    assert.match(
      summary,
      /^\[Pipeline run\]\(https:\/\/dev\.azure\.com\/contoso\/weather\/_build\/results\?buildId=345\) · /m,
    );
    assert.match(summary, /^\| ✅ passed \| `etl` \| {2}\| .* \| `1461 rows` \| \[run\]\(https:/m);
    assert.match(
      summary,
      /^Cell 2:\n\n```python\ndef check\(\):\n {2}assert frost == 0, '2 days < 0 °C'\ncheck\(\)\n```$/m,
    );
    assert.match(summary, /^Last lines of the trace:\n\n```\n(.*\n)*AssertionError: 2 days < 0 °C\n```$/m);
    assert.match(
      summary,
      /^Cluster `existing` \(\[its page\]\(https:.*\)\): .* used by notebooks, .* idle\.$/m,
    );
  });

  it("the time that a cluster ran without a notebook as idle", async () => {
    await fetch(`${workspace.emulator.ready.controlUrl}/clock`, {
      method: "POST",
      body: JSON.stringify({ advanceSeconds: 3600 }),
    });
    const result = await run({ "etl.py": notebook(exits("done")) });
    const summary = await readFile(result.effects.summaries[0]!, "utf8");
    assert.match(summary, /^Cluster `existing` .*: .* m?s used by notebooks, (1 h|59 min).* idle\.$/m);
  });

  it("a page for people and a record for the gate, and tags the build", async () => {
    const result = await run({
      "etl.py": notebook(exits("1461 rows")),
      "quality.py": notebook("raise ValueError('2 days < 0 °C')"),
    });
    const page = await attached(result, "notebook-ops.report");
    assert.match(page, /^<!doctype html>/);
    assert.match(page, /2 days &lt; 0 °C/);
    const record = parseStatusRecord(await attached(result, "notebook-ops.test-status"), "the record");
    assert.deepEqual(record.counts, { total: 2, passed: 1, failed: 1, skipped: 0 });
    assert.equal(record.platform, "databricks");
    assert.equal(record.workspace, workspace.emulator.ready.databricksUrl);
    assert.equal(record.run.buildId, "345");
    assert.deepEqual(
      record.results.map(({ name, outcome, message }) => [name, outcome, message]),
      [
        ["etl", "passed", undefined],
        ["quality", "failed", "ValueError: 2 days < 0 °C"],
      ],
    );
    assert.deepEqual(result.effects.buildTags, ["notebook-ops.test-status"]);
  });

  describe("of a deployed folder", () => {
    const target = "/Shared/production/weather";
    const ipynb = (source: string) =>
      JSON.stringify({
        nbformat: 4,
        nbformat_minor: 5,
        metadata: {},
        cells: [{ cell_type: "code", metadata: {}, outputs: [], execution_count: null, source }],
      });
    /** Packs and deploys; answers the digest. */
    const deploy = async (files: Record<string, string>): Promise<string> => {
      const source = path.join(folder, "source");
      for (const [name, content] of Object.entries(files)) {
        await mkdir(path.dirname(path.join(source, name)), { recursive: true });
        await writeFile(path.join(source, name), content);
      }
      const out = path.join(folder, "artifact");
      await packArtifact({ folder: source, out, name: "weather", version: "1.0.0", source: {} });
      const result = await runTask({
        task: "NotebookDeployArtifact",
        workspace,
        secretVariables: { BearerToken: workspace.emulator.ready.databricksToken },
        inputs: { artifactFolder: out, environment: "production", workspaceFolder: target },
      });
      assert.equal(result.result, "succeeded", result.log);
      return result.variables["step.ArtifactDigest"]!;
    };
    const overwrite = (name: string, format: "SOURCE" | "JUPYTER" | "RAW", text: string) =>
      askDatabricks(workspace, "POST", "/api/2.0/workspace/import", {
        path: `${target}/${name}`,
        format,
        content: Buffer.from(text).toString("base64"),
        overwrite: true,
        ...(format === "SOURCE" ? { language: "PYTHON" } : {}),
      });
    const read = async (name: string) => {
      const { content } = await askDatabricks<{ content: string }>(
        workspace,
        "GET",
        `/api/2.0/workspace/export?${new URLSearchParams({ path: `${target}/${name}`, format: "AUTO" })}`,
      );
      return Buffer.from(content, "base64").toString();
    };
    const runDeployed = (notebooks = "") =>
      run({}, { inputs: { notebookFolder: "", workspaceFolder: target, notebooks } });
    const assertNoVersion = async (result: StageResult, warning: RegExp) => {
      assert.equal(result.result, "succeeded", result.log);
      assert.match(result.log, warning);
      assert.deepEqual(result.effects.buildTags, ["notebook-ops.test-status"]);
      const record = parseStatusRecord(await attached(result, "notebook-ops.test-status"), "the record");
      assert.equal(record.artifact, undefined);
    };
    /** The workspace exports an ipynb with metadata of its own: only the published bytes beside it tell that it is the same. */
    const asExported = (text: string) => {
      const { metadata, ...rest } = JSON.parse(text);
      const added = { "application/vnd.databricks.v1+notebook": { notebookName: "explore", dashboards: [] } };
      return JSON.stringify({ ...rest, metadata: { ...metadata, ...added } });
    };
    const published = {
      "etl.py": notebook(exits("done")),
      "lib/module.py": "value = 1\n",
      "explore.ipynb": ipynb(exits("explored")),
    };

    it("names the artifact in the test status, and the environment there, in its tag and in the report", async () => {
      const digest = await deploy(published);
      const result = await runDeployed();
      assert.equal(result.result, "succeeded", result.log);
      const record = parseStatusRecord(await attached(result, "notebook-ops.test-status"), "the record");
      assert.deepEqual(record.artifact, { name: "weather", version: "1.0.0", digest });
      assert.equal(record.environment, "production");
      assert.deepEqual(result.effects.buildTags, ["notebook-ops.test-status_production_weather_1.0.0"]);
      const report = await attached(result, "notebook-ops.report");
      assert.match(report, /<dt>Environment<\/dt><dd>production<\/dd>/);
    });

    it("has no secret in the tag of the build, which the record of the deployment may name", async () => {
      await deploy(published);
      const result = await run(
        {},
        {
          inputs: { notebookFolder: "", workspaceFolder: target },
          secretVariables: {
            BearerToken: workspace.emulator.ready.databricksToken,
            AlsoTheEnvironment: "production",
          },
        },
      );
      assert.deepEqual(result.effects.buildTags, ["notebook-ops.test-status_---_weather_1.0.0"]);
    });

    it("names the version in the test status if the workspace has added ids and titles to an ipynb", async () => {
      await deploy(published);
      await overwrite("explore", "JUPYTER", asExported(published["explore.ipynb"]));
      const result = await runDeployed();
      assert.deepEqual(result.effects.buildTags, ["notebook-ops.test-status_production_weather_1.0.0"]);
    });

    it("names no version in the test status of a deployment that did not come to its end, and says so", async () => {
      await deploy(published);
      const record = await read("notebook-ops-deployment.json");
      await overwrite("notebook-ops-deployment.json", "RAW", record.replace('"deployed"', '"deploying"'));
      await assertNoVersion(await runDeployed(), /its deployment did not come to its end/);
    });

    const edits: [what: string, edit: () => Promise<unknown>, warning: RegExp][] = [
      [
        "a notebook was edited since it was deployed",
        () => overwrite("etl", "SOURCE", notebook(exits("edited"))),
        /weather 1\.0\.0: etl\.py is not as it was published, so that the test status names no version/,
      ],
      [
        "a module was edited since it was deployed",
        () => overwrite("lib/module.py", "RAW", "value = 2\n"),
        /lib\/module\.py is not as it was published/,
      ],
      [
        "an ipynb was edited since it was deployed",
        () => overwrite("explore", "JUPYTER", ipynb(exits("edited"))),
        /explore\.ipynb is not as it was published/,
      ],
      [
        "a notebook and the record were edited together",
        async () => {
          const edited = notebook(exits("edited"));
          const hash = (text: string) => createHash("sha256").update(text).digest("hex");
          await overwrite("etl", "SOURCE", edited);
          const record = await read("notebook-ops-deployment.json");
          await overwrite(
            "notebook-ops-deployment.json",
            "RAW",
            record.replace(hash(published["etl.py"]), hash(edited)),
          );
        },
        /etl\.py is not as it was published/,
      ],
      [
        "a notebook, the record and the manifest were edited together, but not the digest",
        async () => {
          const edited = notebook(exits("edited"));
          const hash = (text: string) => createHash("sha256").update(text).digest("hex");
          await overwrite("etl", "SOURCE", edited);
          for (const name of ["notebook-ops-deployment.json", "notebook-artifact.json"]) {
            const text = await read(name);
            await overwrite(name, "RAW", text.replace(hash(published["etl.py"]), hash(edited)));
          }
        },
        /its notebook-artifact\.json is not the one of that version/,
      ],
      [
        "an ipynb and its published bytes were edited together",
        async () => {
          const hash = createHash("sha256").update(published["explore.ipynb"]).digest("hex");
          const edited = ipynb(exits("edited"));
          await overwrite("explore", "JUPYTER", edited);
          await overwrite(`.notebook-ops-originals/${hash}.original`, "RAW", edited);
        },
        /explore\.ipynb is not as it was published/,
      ],
      [
        "the record names another version than the manifest",
        async () => {
          const record = await read("notebook-ops-deployment.json");
          await overwrite("notebook-ops-deployment.json", "RAW", record.replace('"1.0.0"', '"9.9.9"'));
        },
        /weather 9\.9\.9: its notebook-artifact\.json is not the one of that version/,
      ],
      [
        "a notebook runs that is not part of the artifact",
        () => overwrite("mine", "SOURCE", notebook(exits("mine"))),
        /mine is not part of it/,
      ],
    ];
    for (const [what, edit, warning] of edits)
      it(`names no version in the test status if ${what}, and says so`, async () => {
        await deploy(published);
        await edit();
        await assertNoVersion(await runDeployed(), warning);
      });

    it("names the version in the test status if a notebook beside the artifact's does not run", async () => {
      await deploy(published);
      await overwrite("mine", "SOURCE", notebook(exits("mine")));
      const result = await runDeployed("etl");
      assert.deepEqual(result.effects.buildTags, ["notebook-ops.test-status_production_weather_1.0.0"]);
    });

    it("names no version in the test status if a notebook is edited before its turn comes, and says so", async () => {
      await deploy(published);
      const editing = (async () => {
        while (workspace.requested(/runs\/submit$/).length === 0) await new Promise(setImmediate);
        await overwrite("etl", "SOURCE", notebook(exits("edited")));
      })();
      const result = await runDeployed("etl");
      await editing;
      await assertNoVersion(result, /etl\.py is not as it was published/);
    });
  });

  it("its results also where the executed notebooks cannot be had", async () => {
    await workspace.declareFault({
      match: { path: "/runs/export$" },
      when: "before",
      times: 10,
      then: { status: 403, body: { error_code: "PERMISSION_DENIED", message: "no" } },
    });
    await workspace.declareFault({
      match: { path: "/clusters/events$" },
      when: "before",
      times: 10,
      then: { status: 403, body: { error_code: "PERMISSION_DENIED", message: "no" } },
    });
    const result = await run({ "etl.py": notebook(exits("done")) });
    assert.equal(result.result, "succeeded", result.log);
    assert.match(await readFile(result.effects.summaries[0]!, "utf8"), /`etl`/);
  });

  it("what others wrote as text, wherever it stands", async () => {
    const names = hostileMarkup.map(({ text }) => text);
    const result = await run({
      "##vso[task.prependpath]x; `@everyone` <img src=x> [a](javascript:b) |.py": notebook(exits("evil")),
      "reports.py": notebook(
        exits({ tests: names.map((text) => ({ name: text, outcome: "failed", message: text })) }),
      ),
      "raises.py": notebook(
        `import base64, json\nraise ValueError("\\n".join(json.loads(base64.b64decode("${Buffer.from(JSON.stringify(names)).toString("base64")}"))))`,
      ),
    });
    assert.equal(result.result, "failed");
    const expected =
      /^(task\.(setvariable|settaskvariable|setsecret|setprogress|debug|issue|logissue|complete|uploadsummary|addattachment)|results\.publish|build\.addbuildtag)$/;
    for (const { area, event, properties } of result.commands) {
      assert.match(`${area}.${event}`, expected);
      if (event === "setvariable")
        assert.match(properties.variable!, /^(RunId|RunUrl|ExitValue|ResultsFile)$/);
      if (event === "complete") assert.equal(properties.result, "Failed");
    }
    assert.equal(result.effects.attachments.length, 2);
    for (const line of result.log.split("\n"))
      if (!/^##\[(error|warning)\]/.test(line)) assert(!holdsCommand(line), line);
    assert.equal((await tests(result)).length, names.length + 3);
    const record = parseStatusRecord(await attached(result, "notebook-ops.test-status"), "the record");
    assert.equal(record.results.length, names.length + 3);
    const page = await attached(result, "notebook-ops.report");
    // The page's own script and frame; what it shows in the frame stands in a sandbox.
    const elements = page.replaceAll(/srcdoc="[^"]*"/g, "").match(/<(script|img|iframe)[^>]*/g)!;
    assert.deepEqual([...new Set(elements.map((each) => each.split(" title=")[0]))].sort(), [
      '<iframe sandbox="" loading="lazy" referrerpolicy="no-referrer"',
      "<script",
    ]);
    const summary = await readFile(result.effects.summaries[0]!, "utf8");
    assert.equal(outsideCode(summary).match(/evil|hostile|<script|@everyone/)?.[0], undefined);
  });
});

/** Markdown without its code: what is left is shown as markup. */
function outsideCode(markdown: string): string {
  return markdown
    .replace(/^(`{3,})[^\n]*\n[\s\S]*?\n\1$/gm, "")
    .replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, "");
}
