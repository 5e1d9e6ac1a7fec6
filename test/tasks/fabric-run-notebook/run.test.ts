import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { ask } from "../../emulator/ask.ts";
import { assertGolden } from "../../harness/golden.ts";
import { junitCases } from "../databricks-run-notebook/run-notebook.ts";
import {
  assertCleanedUp,
  exits,
  fabricSource,
  leftInFabric,
  nothing,
  runNotebooks,
} from "./fabric-notebooks.ts";

describe("FabricRunNotebook", function () {
  this.timeout(120_000);

  for (const node of ["Node24", "Node20_1"] as const)
    it(`runs a notebook with typed parameters in its lakehouse and deletes it, on ${node}`, async () => {
      await using step = await runNotebooks({
        "etl.py": fabricSource(
          "# parameters\ndays = 1\nfull = False\nplace = 'Oslo'\nshare = 0.5",
          "context = notebookutils.runtime.context",
          "import json\nnotebookutils.notebook.exit(json.dumps([days + 1, full, place, share * 2, context['defaultLakehouseName']]))",
        ),
      });
      const parameters = JSON.stringify({ days: 3, full: true, place: "Bergen", share: 0.25 });
      const result = await step.run({ node, inputs: { parameters } });
      assert.equal(result.result, "succeeded", result.log);
      assert.deepEqual(JSON.parse(result.variables["step.ExitValue"]!), [4, true, "Bergen", 0.5, "local"]);
      assert.match(result.variables["step.RunId"]!, /^[0-9a-f-]{36}$/);
      assert.match(
        result.variables["step.RunUrl"]!,
        /^https:\/\/localhost:\d+\/groups\/[0-9a-f-]{36}\/synapsenotebooks\/[0-9a-f-]{36}\/snapshots\/[0-9a-f-]{36}$/,
      );
      assert.match(await readFile(result.variables["step.ResultsFile"]!, "utf8"), /<testcase name="etl"/);
      assert.deepEqual(leftInFabric(step), nothing);
      const after = await assertCleanedUp(step, result);
      assert.equal(after.log, "");
      const page = await ask(step.workspace.emulator, "GET", result.variables["step.RunUrl"]!);
      assert.match(
        page.text,
        /Exit value: \[4, true, &quot;Bergen&quot;/,
        "its page stays after it was deleted",
      );
    });

  it("FabricRunNotebook logs what happens, line by line", async () => {
    await using step = await runNotebooks({
      "etl.py": exits("'{\"rows\": 1461} ##vso[task.setvariable variable=FABRIC]https://evil.example'"),
      "wrong.py": fabricSource("raise ValueError('3 rows are missing')"),
    });
    const result = await step.run({ inputs: { maxConcurrency: "1" } });
    assert.equal(result.result, "failed", result.log);
    const readable = result.log
      .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "<id>")
      .replaceAll(/\b[0-9a-f]{12}\b/g, "<id>")
      .replaceAll(/https:\/\/localhost:\d+/g, "<fabric>")
      .replaceAll(/\b[\d.]+ m?s\b/g, "<n> s")
      .replaceAll(/^Notebook \w+: (NotStarted|InProgress) .*\n/gm, ""); // as many as the moments of asking see
    assertGolden(import.meta.url, "fabric-run-notebook.txt", `${readable}\n`);
  });

  it("FabricRunNotebook runs all notebooks of a folder, of every form, even if one fails, and reports each", async () => {
    const cell = (source: string, tags: string[] = []) => ({
      cell_type: "code",
      metadata: { tags },
      source,
      outputs: [],
      execution_count: null,
    });
    await using step = await runNotebooks({
      "a.ipynb": JSON.stringify({
        cells: [cell("days = 1", ["parameters"]), cell("notebookutils.notebook.exit(str(days))")],
        metadata: {},
        nbformat: 4,
        nbformat_minor: 5,
      }),
      "deep/b.py": exits('"2"'),
      "c.py":
        '# Databricks notebook source\n# MAGIC %md\n# MAGIC # Title\n\n# COMMAND ----------\n\nmssparkutils.notebook.exit("3")\n',
      "bad.py": fabricSource("1 / 0"),
    });
    const result = await step.run({ inputs: { parameters: '{"days": 7}' } });
    assert.equal(result.result, "failed", result.log);
    assert.deepEqual(JSON.parse(result.variables["step.ExitValue"]!), { a: "7", "deep/b": "2", c: "3" });
    const cases = await junitCases(result);
    assert.deepEqual(
      cases.map(({ $, failure }: { $: { name: string }; failure?: unknown }) => [
        $.name,
        failure !== undefined,
      ]),
      [
        ["a", false],
        ["bad", true],
        ["c", false],
        ["b", false],
      ],
    );
    assert.match(
      result.log,
      /^Notebook bad: failed after [^:]+: ZeroDivisionError: division by zero, https:/m,
    );
    assert.deepEqual(leftInFabric(step), nothing);
  });

  it("FabricRunNotebook finds the notebooks that a notebook includes by %run, whose items have names of their own", async () => {
    await using step = await runNotebooks({
      "main.py": fabricSource("%run helpers", "notebookutils.notebook.exit(greeting)"),
      "helpers.py": fabricSource("greeting = 'from the helper'"),
    });
    const result = await step.run({ inputs: { notebooks: "main.py" } });
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(result.variables["step.ExitValue"], "from the helper");
    assert.match(result.log, /^Created 2 notebooks in the Fabric workspace local\.$/m);
    assert.match(result.log, /^Deleted 2 temporary notebooks in the Fabric workspace\.$/m);
  });

  it("FabricRunNotebook reports the tests in an exit value and in a JUnit file of the lakehouse", async () => {
    const junit =
      '<testsuite><testcase name="rows"/><testcase name="nulls"><failure message="3"/></testcase></testsuite>';
    await using step = await runNotebooks({
      "listed.py": exits(
        '{"tests": [{"name": "rows", "outcome": "passed"}]}'.replaceAll('"', '\\"').replace(/^|$/g, '"'),
      ),
      "file.py": fabricSource(
        `notebookutils.fs.put("Files/results.xml", ${JSON.stringify(junit)}, True)`,
        `notebookutils.notebook.exit('{"junit": "/lakehouse/default/Files/results.xml"}')`,
      ),
    });
    const result = await step.run();
    assert.equal(result.result, "failed", result.log);
    const names = (await junitCases(result)).map(
      ({ $, failure }: { $: { name: string }; failure?: unknown }) => `${$.name}${failure ? " failed" : ""}`,
    );
    assert.deepEqual(names.sort(), ["file failed", "listed", "nulls failed", "rows", "rows"]);
  });

  it("FabricRunNotebook fails a notebook that ends without an exit value, unless requireExit is false", async () => {
    await using step = await runNotebooks({ "etl.py": fabricSource("print(1)") });
    const strict = await step.run();
    assert.equal(strict.result, "failed");
    assert.match(strict.log, /it ended without a call of notebookutils\.notebook\.exit, so nothing shows/);
    const lax = await step.run({ inputs: { requireExit: "false" } });
    assert.equal(lax.result, "succeeded", lax.log);
  });

  it("FabricRunNotebook keeps the notebooks if keepNotebooks is true", async () => {
    await using step = await runNotebooks({ "etl.py": exits('"1"') });
    const result = await step.run({ inputs: { keepNotebooks: "true" } });
    const after = await step.cleanUp(result, { inputs: { keepNotebooks: "true" } });
    assert.match(after.log, /^Kept the temporary notebooks, because keepNotebooks is true\.$/m);
    assert.match(leftInFabric(step).items.join(), /^etl-notebook-ops-[0-9a-f]{12}-0\.Notebook$/);
  });

  it("FabricRunNotebook runs in a workspace of 200 items, with a lakehouse of another workspace and an environment", async () => {
    await using step = await runNotebooks(
      {
        "etl.py": fabricSource(
          "context = notebookutils.runtime.context",
          "notebookutils.notebook.exit(f\"{context['defaultLakehouseName']} {context['defaultLakehouseWorkspaceName']}\")",
        ),
      },
      {
        fabric: {
          workspaces: [
            {
              name: "Tests",
              notebooks: Array.from({ length: 200 }, (_, i) => `notebook ${i}`),
              environments: ["small"],
            },
            { name: "Data", lakehouses: ["Sales"] },
          ],
        },
      },
    );
    const result = await step.run({
      inputs: { workspace: "Tests", lakehouse: "Data/Sales", environment: "small" },
    });
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(result.variables["step.ExitValue"], "Sales Data");
    assert.deepEqual(leftInFabric(step), nothing);
  });
});
