import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { FabricNotebooks } from "./fabric-notebooks.ts";
import { displayed, printed } from "./notebooks.ts";

describe("notebooks of Fabric", function () {
  this.timeout(60_000);
  const fabric = new FabricNotebooks("none");
  after(() => fabric.stop());

  it("a notebook on Fabric gets its parameters with their types, after its parameters cell", async () => {
    const cells = [
      "#parameters\ncity = 'Oslo'\ndays = 1\nlimit = None",
      "print(city, days + 1, limit)",
      '%run shared { "unit": "K", "digits": 2 }\nprint(unit, digits, city)',
    ];
    fabric.put(
      "shared.ipynb",
      JSON.stringify({
        metadata: { language_info: { name: "python" } },
        cells: [
          {
            cell_type: "code",
            metadata: { tags: ["parameters"] },
            source: ["unit = 'C'\n", "digits = 0\n"],
          },
          { cell_type: "code", metadata: {}, source: "unit = unit + '!'" },
        ],
      }),
    );
    const result = await fabric.run(cells, { parameters: { city: "Bergen" } }, { parameters: { days: 3 } });
    assert.equal(result.error, undefined, result.error?.trace);
    assert.equal(printed(result, 2), "Bergen 4 None\n");
    assert.equal(printed(result, 3), "K! 2 Bergen\n");
    const without = await fabric.run(["print(days * 2)"], {}, { parameters: { days: 3 } });
    assert.equal(printed(without), "6\n");
  });

  it("a notebook on Fabric ends with an exit value, whatever catches the exception", async () => {
    const result = await fabric.run([
      "import notebookutils as utilities\nfrom notebookutils import mssparkutils as former",
      "try:\n    former.notebook.exit('done')\nexcept:\n    pass",
      "print('not reached')",
    ]);
    assert.deepEqual(
      [result.state, result.exitValue, result.cells[2]?.state],
      ["success", "done", "skipped"],
    );
  });

  it("a notebook on Fabric finds its lakehouse at /lakehouse/default, in Python and in other processes", async () => {
    const result = await fabric.run([
      "import os, pathlib, subprocess\n# Where the system allows no mounts, processes use the variable.\nroot = '/lakehouse/default' if os.path.ismount('/lakehouse/default') else os.environ['NOTEBOOK_OPS_LAKEHOUSE']\nos.makedirs('/lakehouse/default/Files/a', exist_ok=True)",
      "open('/lakehouse/default/Files/a/b.txt', 'w').write('snow')\nprint(subprocess.check_output(['cat', f'{root}/Files/a/b.txt']))",
      "!ls {root}\nprint(pathlib.Path('/lakehouse/default/Files/a/b.txt').read_text(), sorted(os.listdir('/lakehouse/default')))",
      "print(notebookutils.fs.head('Files/a/b.txt'), notebookutils.fs.ls('file:/lakehouse/default/Files/a')[0].name)",
      "notebookutils.fs.mount('abfss://Weather@onelake.dfs.fabric.microsoft.com/Silver.Lakehouse/Files', '/silver')\nopen(notebookutils.fs.getMountPath('/silver') + '/c', 'w').write('x')",
      "notebookutils.fs.cp('Files/a', 'abfss://Weather@onelake.dfs.fabric.microsoft.com/Silver.Lakehouse/Files/a', True)\nprint([f.path for f in notebookutils.fs.ls('Files')])",
      "notebookutils.fs.ls('Files/../../..')",
    ]);
    assert.equal(printed(result, 2), "b'snow'\n", result.error?.trace);
    assert.match(printed(result, 3), /^Files\s+Tables\s+snow \['Files', 'Tables'\]\n$/);
    assert.equal(printed(result, 4), "snow b.txt\n");
    assert.equal(
      printed(result, 6),
      `['abfss://${fabric.workspace.id}@onelake.dfs.fabric.microsoft.com/${fabric.lakehouse.id}/Files/a']\n`,
    );
    assert.equal(result.error, undefined, "a path does not leave the lakehouse");
    assert.equal(existsSync("/lakehouse"), false);
    const silver = path.join(fabric.lakehouseFolder(fabric.silver.id), "Files");
    assert.equal(readFileSync(path.join(silver, "a", "b.txt"), "utf8"), "snow");
    assert.ok(existsSync(path.join(silver, "c")));
  });

  it("%%configure in the first cell attaches another lakehouse, and says what has no effect", async () => {
    writeFileSync(path.join(fabric.lakehouseFolder(fabric.silver.id), "Files", "of-silver"), "yes");
    const result = await fabric.run([
      '%%configure -f\n{\n  // the silver one\n  "defaultLakehouse": {"name": "Silver"},\n  "driverCores": {"parameterName": "cores", "defaultValue": 4},\n}',
      "print(open('/lakehouse/default/Files/of-silver').read(), notebookutils.runtime.context['defaultLakehouseName'])",
      '%%configure\n{"driverMemori": "1g"}',
    ]);
    assert.match(
      printed(result, 1),
      /without effect in the local workspace: driverCores\./,
      result.error?.trace,
    );
    assert.equal(printed(result, 2), "yes Silver\n");
    assert.match(String(result.error?.message), /unknown key 'driverMemori'; did you mean "driverMemory"\?/);
  });

  it("a notebook on Fabric runs others, in parallel and in order, and gets their exit values", async () => {
    fabric.put(
      "child",
      "# Fabric notebook source\n\n# PARAMETERS CELL ********************\n\nn = 1\nfail = 0\n\n# CELL ********************\n\n" +
        "import os\nmarker = f'/lakehouse/default/Files/tried-{n}'\ntried = os.path.exists(marker)\nopen(marker, 'w').close()\n" +
        "assert fail in (0, 3) or (fail == 1 and tried), 'no rain'\nwhile fail == 3: pass\n" +
        "notebookutils.notebook.exit(f'{n} {notebookutils.runtime.context.isReferenceRun}')\n",
    );
    const result = await fabric.run([
      "print(notebookutils.notebook.run('child', 60, {'n': 20}))",
      "print(notebookutils.notebook.runMultiple({'activities': [\n" +
        "    {'name': 'last', 'path': 'child', 'args': {'n': \"@activity('first').exitValue()\"}, 'dependencies': ['first']},\n" +
        "    {'name': 'first', 'path': 'child', 'args': {'n': 5, 'fail': 1}, 'retry': 1},\n" +
        "]}))",
      "try:\n    notebookutils.notebook.runMultiple({'activities': [{'name': 'a', 'path': 'child', 'args': {'fail': 2}},\n" +
        "        {'name': 'b', 'path': 'child', 'dependencies': ['a']}, {'name': 'c', 'path': 'child'}]})\n" +
        "except Exception as error:\n    for name, entry in error.result.items(): print(name, entry['exitVal'], entry['exception'])",
      "try:\n    notebookutils.notebook.run('child', 1, {'n': 9, 'fail': 3})\nexcept Exception as error:\n    print(error)",
      "try:\n    notebookutils.notebook.run('child', 60, {}, 'Elsewhere')\nexcept Exception as error:\n    print(error)",
      "notebookutils.notebook.validateDAG({'activities': [{'name': 'a', 'path': 'x', 'dependencies': ['a']}]})",
    ]);
    assert.equal(printed(result, 1), "20 True\n", result.error?.trace);
    assert.match(printed(result, 2), /'last': \{'exitVal': '5 True True', 'exception': None\}/);
    assert.match(
      printed(result, 3),
      /^a {2}Could not run \/child to its end \(failed\): AssertionError: no rain/,
    );
    assert.match(
      printed(result, 3),
      /\nb {2}Could not run b: a, on which it depends, failed\.\nc 1 True None\n$/,
    );
    assert.match(printed(result, 4), /it took longer than 1 s/);
    assert.match(
      printed(result, 5),
      /^Could not run the notebook child: the workspace Elsewhere does not have it; check its name\.$/m,
    );
    assert.match(String(result.error?.message), /a depend on each other in a circle/);
  });

  it("a notebook on Fabric gets tokens and secrets, redacted in what it shows, and the nearest name for a wrong one", async () => {
    const result = await fabric.run([
      "print(notebookutils.credentials.getToken('pbi'), len(mssparkutils.credentials.getSecret('https://kv.vault.azure.net/', 'password')))",
      "print([l.displayName for l in notebookutils.lakehouse.list()], mssparkutils.env.getWorkspaceName())",
      "try:\n    notebookutils.notebok\nexcept AttributeError as error:\n    print(error)",
      "try:\n    notebookutils.fs.mkdir('x')\nexcept AttributeError as error:\n    print(error)",
      "try:\n    notebookutils.variableLibrary.get('x')\nexcept NotImplementedError as error:\n    print(error)",
      "notebookutils.credentials.getSecret('kv', 'none')",
    ]);
    assert.equal(printed(result, 1), "[REDACTED] 16\n", result.error?.trace);
    assert.equal(printed(result, 2), "['Bronze', 'Silver'] Weather\n");
    assert.match(printed(result, 3), /did you mean "notebook"\?/);
    assert.match(printed(result, 4), /notebookutils\.fs\.mkdir: .* did you mean "mkdirs"\?/);
    assert.match(printed(result, 5), /the local workspace does not have notebookutils\.variableLibrary/);
    assert.match(String(result.error?.message), /^Could not read the secret none of kv/);
  });

  it("cells of Fabric in Scala and R fail with one sentence, and a frozen cell does not run", async () => {
    const frozen =
      '# Fabric notebook source\n\n# CELL ********************\n\n1 / 0\n\n# METADATA ********************\n\n# META {\n# META   "language": "python",\n# META   "frozen": true\n# META }\n\n' +
      "# CELL ********************\n\ndisplayHTML('<b>rain</b>')\ndisplay(1)\n\n# CELL ********************\n\n# MAGIC %%spark\n# MAGIC println(1)\n";
    fabric.put("frozen", frozen);
    const result = await fabric.run([], { notebookPath: "/frozen" });
    assert.equal(displayed(result, 2), "1");
    assert.match(
      String(result.error?.message),
      /which is in Scala: the local workspace executes Python and SQL only/,
    );
    const ipynb = {
      cells: [{ cell_type: "code", source: "SELECT TOP 10 * FROM t", metadata: {} }],
      metadata: { kernel_info: { name: "sqldatawarehouse" } },
      nbformat: 4,
      nbformat_minor: 5,
    };
    fabric.put("warehouse", JSON.stringify(ipynb));
    const { error } = await fabric.run([], { notebookPath: "/warehouse" });
    assert.match(error?.message ?? "", /^Could not run \/warehouse, which is in T-SQL: /);
  });

  it("a Spark job fails with its exit code or its exception, and ends with sys.exit(0)", async () => {
    const ended = await fabric.runScript("import sys\nprint('ok', sys.argv[1], __name__)\nsys.exit(0)", "x");
    assert.deepEqual([ended.state, printed(ended)], ["success", "ok x __main__\n"]);
    const code = await fabric.runScript("import sys\nsys.exit(3)");
    assert.match(String(code.error?.message), /^The script ended by sys\.exit with exit code 3\.$/);
    const failed = await fabric.runScript("def f():\n    raise ValueError('no rain')\n\nf()");
    assert.equal(failed.error?.name, "ValueError");
    assert.match(String(failed.error?.trace), /script-\d+\.py", line 4, in <module>\n {4}f\(\)\n/);
    const utilities = await fabric.runScript(
      "from notebookutils import fs\nprint('notebookutils' in globals(), fs.exists('Files'))\nimport notebookutils\nnotebookutils.notebook.exit('x')",
    );
    assert.equal(printed(utilities), "False True\n");
    assert.match(String(utilities.error?.message), /Fabric has it in notebooks, and this is a Spark job/);
  });

  it("a Spark job that is cancelled gets KeyboardInterrupt, and its clean-up runs", async () => {
    const job = fabric.startScript(
      "import time\nprint('started', flush=True)\ntry:\n    time.sleep(60)\nfinally:\n    print('cleaned up')",
    );
    let output = "";
    for await (const text of job.output) {
      output += text;
      if (output === "started\n") job.cancel("The job was cancelled.");
    }
    const { state, error } = await job.result;
    assert.deepEqual([state, error?.message], ["canceled", "The job was cancelled."]);
    assert.equal(output, "started\ncleaned up\n");
  });
});
