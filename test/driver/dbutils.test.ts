import assert from "node:assert/strict";
import { Notebooks, printed, source } from "./notebooks.ts";

describe("dbutils", () => {
  const taskValues = new Map<string, unknown>();
  const notebooks = new Notebooks("none", {
    taskValues: (runId) =>
      runId === "job-run"
        ? {
            set: (task, key, value) => void taskValues.set(`${task}/${key}`, value),
            get: (task, key) => taskValues.get(`${task}/${key}`),
          }
        : undefined,
  });
  after(() => notebooks.stop());

  describe("widgets", () => {
    it("dbutils.widgets have the value of a parameter rather than the default", async () => {
      const cells = [
        "dbutils.widgets.text(name='a', defaultValue='1', label='A')\ndbutils.widgets.combobox('b', '2', ['x'])",
        "print(dbutils.widgets.get('a'), dbutils.widgets.get('b'), getArgument('a'), dbutils.widgets.getAll())",
      ];
      const result = await notebooks.run(cells, { parameters: { a: "from the run" } });
      assert.equal(printed(result, 2), "from the run 2 from the run {'a': 'from the run', 'b': '2'}\n");
    });

    it("dbutils.widgets refuse a name that is not defined, and a default that is not one of the choices", async () => {
      const unknown = await notebooks.run(["dbutils.widgets.get('nope')"]);
      assert.equal(unknown.error?.name, "InputWidgetNotDefined");
      assert.equal(unknown.error.message, "No input widget named nope is defined");
      const choice = await notebooks.run(["dbutils.widgets.dropdown('env', 'prod', ['dev', 'test'])"]);
      assert.match(choice.error?.message ?? "", /'prod' of widget env is not one of its choices: dev, test/);
    });

    it("dbutils.widgets can be removed", async () => {
      const cells = ["dbutils.widgets.text('a', '1')\ndbutils.widgets.remove('a')\ndbutils.widgets.get('a')"];
      assert.equal((await notebooks.run(cells)).error?.name, "InputWidgetNotDefined");
    });
  });

  describe("notebook.exit", () => {
    it("dbutils.notebook.exit ends the notebook with a string", async () => {
      const result = await notebooks.run(["dbutils.notebook.exit({'rows': 3})", "print('never')"]);
      assert.equal(result.state, "success");
      assert.equal(result.exited, true);
      assert.equal(result.exitValue, "{'rows': 3}");
      assert.equal(result.cells[1]?.state, "skipped");
    });

    it("dbutils.notebook.exit cannot be swallowed by except Exception, nor by a bare except", async () => {
      const exception = await notebooks.run([
        "try:\n    dbutils.notebook.exit('a')\nexcept Exception:\n    print('no')",
      ]);
      assert.equal(exception.exitValue, "a");
      const bare = await notebooks.run(["try:\n    dbutils.notebook.exit('b')\nexcept:\n    pass", "1 / 0"]);
      assert.deepEqual([bare.state, bare.exitValue], ["success", "b"]);
    });

    it("dbutils.notebook.exit passes on a value of 5 MB", async () => {
      const result = await notebooks.run(["dbutils.notebook.exit('v' * 5_000_000)"]);
      assert.equal(result.exitValue?.length, 5_000_000);
    });

    it("dbutils.notebook.exit in a notebook that %run includes ends the whole notebook", async () => {
      notebooks.put("/Shared/run/child", source("dbutils.notebook.exit('from the child')"));
      const result = await notebooks.run(["%run ./child", "print('never')"], {
        notebookPath: "/Shared/run/parent",
      });
      assert.deepEqual([result.exited, result.exitValue], [true, "from the child"]);
    });
  });

  describe("notebook.run", () => {
    it("dbutils.notebook.run passes arguments and returns the exit value of the other notebook", async () => {
      notebooks.put(
        "/Shared/nested/child",
        source("dbutils.notebook.exit('got ' + dbutils.widgets.get('n'))"),
      );
      const cells = [
        "value = dbutils.notebook.run('./child', 60, {'n': 5})",
        "print(value)\ndbutils.notebook.exit('parent')",
      ];
      const result = await notebooks.run(cells, { notebookPath: "/Shared/nested/parent" });
      assert.equal(printed(result, 2), "got 5\n");
      assert.equal(result.exitValue, "parent");
    });

    it("dbutils.notebook.run raises the error of the other notebook, or that it took too long", async () => {
      notebooks.put("/Shared/nested/fails", source("raise ValueError('bad rows')"));
      notebooks.put("/Shared/nested/hangs", source("while True: pass"));
      const failed = await notebooks.run(["dbutils.notebook.run('/Shared/nested/fails', 60)"]);
      assert.match(
        failed.error?.message ?? "",
        /Could not run \/Shared\/nested\/fails to its end \(failed\): ValueError: bad rows/,
      );
      const slow = await notebooks.run(["dbutils.notebook.run('/Shared/nested/hangs', 1)"]);
      assert.match(slow.error?.message ?? "", /\(canceled\).*longer than 1 s/);
    });
  });

  it("%run shares the namespace and passes arguments", async () => {
    notebooks.put(
      "/Shared/lib/deep/setup",
      source("dbutils.widgets.text('env', 'dev')\nwho = dbutils.widgets.get('env')"),
    );
    notebooks.put("/Shared/lib/middle", source('%run ./deep/setup $env="test"'));
    const result = await notebooks.run(["%run ../lib/middle", "print(who)"], {
      notebookPath: "/Shared/app/main",
    });
    assert.equal(printed(result, 2), "test\n");
  });

  it("dbutils reads secrets by scope and key, which are redacted in everything that is shown", async () => {
    const execution = notebooks.start([
      "p = dbutils.secrets.get('weather', 'password')\nprint(len(p), p)",
      "import subprocess\nsubprocess.run(['echo', p])\nprint(dbutils.secrets.listScopes(), dbutils.secrets.list('weather'))",
      "raise ValueError(f'cannot sign in with {p}')",
    ]);
    let output = "";
    for await (const chunk of execution.output) output += chunk;
    const result = await execution.result;
    assert.equal(printed(result), "16 [REDACTED]\n");
    assert.equal(result.error?.message, "cannot sign in with [REDACTED]");
    assert.doesNotMatch(JSON.stringify(result) + output, /hunter2/);
    assert.match(output, /^16 \[REDACTED\]\n\[REDACTED\]\n/);
    const missing = await notebooks.run(["dbutils.secrets.get('weather', 'nope')"]);
    assert.equal(missing.error?.message, "Secret does not exist with scope: weather and key: nope");
  });

  it("dbutils works with files on dbfs:/, /Workspace and file:/ paths", async () => {
    notebooks.put("/Shared/files/a.txt", "alpha");
    const result = await notebooks.run([
      "dbutils.fs.put('dbfs:/in/one.txt', 'one', True)\ndbutils.fs.cp('/in/one.txt', 'dbfs:/out/two.txt')",
      "print([(f.path, f.name, f.size) for f in dbutils.fs.ls('/out')], dbutils.fs.head('/out/two.txt'))",
      "print(dbutils.fs.head('file:/Workspace/Shared/files/a.txt'), dbutils.fs.rm('/in', True), dbutils.fs.rm('/in', True))",
      "print(open('/dbfs/out/two.txt').read(), open('/Workspace/Shared/files/a.txt').read())",
      "dbutils.fs.ls('dbfs:/missing')",
    ]);
    assert.equal(printed(result, 2), "[('dbfs:/out/two.txt', 'two.txt', 3)] one\n");
    assert.equal(printed(result, 3), "alpha True False\n");
    assert.equal(printed(result, 4), "one alpha\n");
    assert.match(result.error?.message ?? "", /FileNotFoundException: dbfs:\/missing/);
  });

  it("dbutils passes task values from task to task, and returns the debug value outside a job", async () => {
    const inJob = await notebooks.run(
      ["dbutils.jobs.taskValues.set('rows', {'n': 3})\nprint(dbutils.jobs.taskValues.get('load', 'rows'))"],
      { runId: "job-run", taskKey: "load" },
    );
    assert.equal(printed(inJob), "{'n': 3}\n");
    const alone = await notebooks.run(["print(dbutils.jobs.taskValues.get('load', 'rows', debugValue=1))"]);
    assert.equal(printed(alone), "1\n");
  });

  it("dbutils has a context with the notebook, the run and the cluster, and without a token", async () => {
    const result = await notebooks.run([
      "context = dbutils.notebook.entry_point.getDbutils().notebook().getContext()",
      "from pyspark.dbutils import DBUtils\nprint(context.notebookPath().get(), context.tags().get('clusterId').get())",
    ]);
    assert.match(printed(result, 2), /^\/Shared\/notebook-\d+ cluster-1\n$/);
  });
});
