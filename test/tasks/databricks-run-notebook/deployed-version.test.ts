import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import path from "node:path";
import type { StageResult } from "../../../local/agent/step-session.ts";
import { packArtifact } from "../../../shared/notebook/artifact/pack.ts";
import { parseStatusRecord } from "../../../shared/results/status-record-reader.ts";
import type { TaskFixture } from "../../harness/task-fixture.ts";
import { attached, exitsWith, python, runNotebook } from "./run-notebook.ts";

describe("DatabricksRunNotebook and the version of a deployed folder", function () {
  this.timeout(120_000);

  const target = "/Shared/production/weather";
  const ipynb = (source: string) =>
    JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {},
      cells: [{ cell_type: "code", metadata: {}, outputs: [], execution_count: null, source }],
    });
  /** Packs and deploys the published files; returns the step that runs them. */
  const deploy = async (notebooks = "") => {
    const inputs = { notebookFolder: "", workspaceFolder: target, notebooks };
    const step = await runNotebook(published, { inputs, isBuild: true });
    const out = path.join(step.tempFolder, "artifact");
    await packArtifact({ folder: step.notebookFolder, out, name: "weather", version: "1.0.0", source: {} });
    const result = await step.runTask("NotebookDeployArtifact", {
      inputs: { artifactFolder: out, environment: "production", workspaceFolder: target },
    });
    assert.equal(result.result, "succeeded", result.log);
    return step;
  };
  const overwrite = (step: TaskFixture, name: string, format: "SOURCE" | "JUPYTER" | "RAW", text: string) =>
    step.askDatabricks("POST", "/api/2.0/workspace/import", {
      path: `${target}/${name}`,
      format,
      content: Buffer.from(text).toString("base64"),
      overwrite: true,
      ...(format === "SOURCE" ? { language: "PYTHON" } : {}),
    });
  const read = async (step: TaskFixture, name: string) => {
    const { content } = await step.askDatabricks<{ content: string }>(
      "GET",
      `/api/2.0/workspace/export?${new URLSearchParams({ path: `${target}/${name}`, format: "AUTO" })}`,
    );
    return Buffer.from(content, "base64").toString();
  };
  const assertNoVersion = async (step: TaskFixture, result: StageResult, warning: RegExp) => {
    assert.equal(result.result, "succeeded", result.log);
    assert.match(result.log, warning);
    assert.deepEqual(step.testTags(), ["notebook-ops.test-status"]);
    const record = parseStatusRecord(await attached(result, "notebook-ops.test-status"), "the record");
    assert.equal(record.artifact, undefined);
  };
  /** The workspace exports an ipynb with metadata of its own: only the published bytes beside it show that it is unchanged. */
  const asExported = (text: string) => {
    const { metadata, ...rest } = JSON.parse(text);
    const added = { "application/vnd.databricks.v1+notebook": { notebookName: "explore", dashboards: [] } };
    return JSON.stringify({ ...rest, metadata: { ...metadata, ...added } });
  };
  const published = {
    "etl.py": python(exitsWith("done")),
    "lib/module.py": "value = 1\n",
    "explore.ipynb": ipynb(exitsWith("explored")),
  };

  it("names artifact and environment in the test status, in its tag and in the report", async () => {
    await using step = await deploy();
    const { digest } = JSON.parse(await read(step, "notebook-artifact.json"));
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    const record = parseStatusRecord(await attached(result, "notebook-ops.test-status"), "the record");
    assert.deepEqual(record.artifact, { name: "weather", version: "1.0.0", digest });
    assert.equal(record.environment, "production");
    assert.deepEqual(step.testTags(), ["notebook-ops.test-status_production_weather_1.0.0"]);
    const report = await attached(result, "notebook-ops.report");
    assert.match(report, /<dt>Environment<\/dt><dd>production<\/dd>/);
  });

  it("masks a secret in the build tag that it makes from the deployment record", async () => {
    await using step = await deploy();
    await step.run({ secretVariables: { AlsoTheEnvironment: "production" } });
    assert.deepEqual(step.testTags(), ["notebook-ops.test-status_---_weather_1.0.0"]);
  });

  it("names the version in the test status if the workspace has added ids and titles to an ipynb", async () => {
    await using step = await deploy();
    await overwrite(step, "explore", "JUPYTER", asExported(published["explore.ipynb"]));
    await step.run();
    assert.deepEqual(step.testTags(), ["notebook-ops.test-status_production_weather_1.0.0"]);
  });

  it("names no version in the test status if the deployment is unfinished, and says so", async () => {
    await using step = await deploy();
    const record = await read(step, "notebook-ops-deployment.json");
    await overwrite(step, "notebook-ops-deployment.json", "RAW", record.replace('"deployed"', '"deploying"'));
    await assertNoVersion(step, await step.run(), /its deployment did not finish/);
  });

  const edits: [what: string, edit: (step: TaskFixture) => Promise<unknown>, warning: RegExp][] = [
    [
      "a notebook was edited since it was deployed",
      (step) => overwrite(step, "etl", "SOURCE", python(exitsWith("edited"))),
      /weather 1\.0\.0: etl\.py differs from what was published; the test status names no version/,
    ],
    [
      "a module was edited since it was deployed",
      (step) => overwrite(step, "lib/module.py", "RAW", "value = 2\n"),
      /lib\/module\.py differs from what was published/,
    ],
    [
      "an ipynb was edited since it was deployed",
      (step) => overwrite(step, "explore", "JUPYTER", ipynb(exitsWith("edited"))),
      /explore\.ipynb differs from what was published/,
    ],
    [
      "a notebook and the record were edited together",
      async (step) => {
        const edited = python(exitsWith("edited"));
        const hash = (text: string) => createHash("sha256").update(text).digest("hex");
        await overwrite(step, "etl", "SOURCE", edited);
        const record = await read(step, "notebook-ops-deployment.json");
        await overwrite(
          step,
          "notebook-ops-deployment.json",
          "RAW",
          record.replace(hash(published["etl.py"]), hash(edited)),
        );
      },
      /etl\.py differs from what was published/,
    ],
    [
      "a notebook, the record and the manifest were edited together, but not the digest",
      async (step) => {
        const edited = python(exitsWith("edited"));
        const hash = (text: string) => createHash("sha256").update(text).digest("hex");
        await overwrite(step, "etl", "SOURCE", edited);
        for (const name of ["notebook-ops-deployment.json", "notebook-artifact.json"]) {
          const text = await read(step, name);
          await overwrite(step, name, "RAW", text.replace(hash(published["etl.py"]), hash(edited)));
        }
      },
      /its notebook-artifact\.json is not the one of this version/,
    ],
    [
      "an ipynb and its published bytes were edited together",
      async (step) => {
        const hash = createHash("sha256").update(published["explore.ipynb"]).digest("hex");
        const edited = ipynb(exitsWith("edited"));
        await overwrite(step, "explore", "JUPYTER", edited);
        await overwrite(step, `.notebook-ops-originals/${hash}.original`, "RAW", edited);
      },
      /explore\.ipynb differs from what was published/,
    ],
    [
      "the record names another version than the manifest",
      async (step) => {
        const record = await read(step, "notebook-ops-deployment.json");
        await overwrite(step, "notebook-ops-deployment.json", "RAW", record.replace('"1.0.0"', '"9.9.9"'));
      },
      /weather 9\.9\.9: its notebook-artifact\.json is not the one of this version/,
    ],
    [
      "a notebook runs that is not part of the artifact",
      (step) => overwrite(step, "mine", "SOURCE", python(exitsWith("mine"))),
      /mine is not a part of this version/,
    ],
  ];
  for (const [what, edit, warning] of edits)
    it(`names no version in the test status if ${what}, and says so`, async () => {
      await using step = await deploy();
      await edit(step);
      await assertNoVersion(step, await step.run(), warning);
    });

  it("names the version in the test status if the folder contains another notebook that does not run", async () => {
    await using step = await deploy("etl");
    await overwrite(step, "mine", "SOURCE", python(exitsWith("mine")));
    await step.run();
    assert.deepEqual(step.testTags(), ["notebook-ops.test-status_production_weather_1.0.0"]);
  });

  it("names no version in the test status if a notebook is edited before it starts, and says so", async () => {
    await using step = await deploy("etl");
    const editing = (async () => {
      while (step.requests(/runs\/submit$/).length === 0) await new Promise(setImmediate);
      await overwrite(step, "etl", "SOURCE", python(exitsWith("edited")));
    })();
    const result = await step.run();
    await editing;
    await assertNoVersion(step, result, /etl\.py differs from what was published/);
  });
});
