// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text is code of other languages
import assert from "node:assert/strict";
import { pinNotebook } from "../../shared/notebook/pin.ts";
import { displayed, Notebooks, printed, source } from "./notebooks.ts";

describe("dbutils", () => {
  const taskValues = new Map<string, unknown>();
  const ended: string[] = [];
  const notebooks = new Notebooks("none", {
    taskValues: (runId) =>
      runId === "job-run"
        ? {
            set: (task, key, value) => void taskValues.set(`${task}/${key}`, value),
            get: (task, key) => taskValues.get(`${task}/${key}`),
          }
        : undefined,
    token: (user) => ({ value: `token-of-${user}`, end: () => void ended.push(user) }),
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

    it("dbutils.widgets have the defaults that pin writes into SQL, whatever the characters", async () => {
      const values = [
        "it's",
        'a "b"',
        "back\\slash",
        "C:\\new\\",
        "\\'",
        "''",
        "${env} $1",
        "semi;colon",
        "-- no",
        "/* no */",
      ];
      values.push(
        "`tick`",
        "line\nbreak\ttab",
        ":env",
        "%d \\%",
        "grüße 🌧",
        "",
        "\\u0041",
        "CHOICES",
        "\u0001",
      );
      const models = ["'0'", '"0"', "r'0'", 'R"0"', "'it''s'"];
      const expected: Record<string, string> = {};
      let content = Buffer.from("-- Databricks notebook source\n");
      for (const [v, value] of values.entries())
        for (const [m, model] of models.entries()) {
          const widget = `w${v}_${m}`;
          expected[widget] = value;
          content = Buffer.from(`${content}CREATE WIDGET TEXT ${widget} DEFAULT ${model};\n`);
          content = Buffer.from(pinNotebook("n.sql", content, { widget, value }).content);
        }
      notebooks.put(
        "/Shared/pinned",
        `${content}\n-- COMMAND ----------\n-- MAGIC %python\n-- MAGIC import json\n-- MAGIC print(json.dumps(dbutils.widgets.getAll()))`,
      );
      const result = await notebooks.run([], { notebookPath: "/Shared/pinned" });
      assert.equal(result.error, undefined);
      assert.deepEqual(JSON.parse(printed(result, 2)), expected);
    });

    // The forms that test/shared/notebook/pin-forms.test.ts pins. https://docs.databricks.com/notebooks/widgets
    it("dbutils.widgets have the defaults of every form of CREATE WIDGET, and not those of comments", async () => {
      const sql = `create /* a /* b */ */ widget -- text; \\
  goes on
 TEXT \`a\` DEFAULT "it""s"
CREATE WIDGET TEXT "b" DEFAULT r'\\n'
CREATE WIDGET DROPDOWN c DEFAULT 'x' CHOICES ('x', "y"); -- CREATE WIDGET TEXT no DEFAULT ''
/* CREATE WIDGET TEXT no DEFAULT '' */ CREATE WIDGET COMBOBOX d
 DEFAULT '\\x' CHOICES 'it''s'; CREATE WIDGET TEXT gone DEFAULT ''; remove widget \`gone\``;
      const result = await notebooks.run([`%sql\n${sql}`, "print(dbutils.widgets.getAll())"]);
      assert.equal(result.error, undefined);
      assert.equal(printed(result, 2), "{'a': 'it\"s', 'b': '\\\\n', 'c': 'x', 'd': 'x'}\n");
      const invalid = await notebooks.run(["%sql\nCREATE WIDGET TEXT x DEFAULT current_date()"]);
      assert.match(
        invalid.error?.message ?? "",
        /^Could not create or remove a widget by CREATE WIDGET TEXT x/,
      );
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

  it("%run takes paths with spaces and arguments with quotes, and refuses other code in its cell", async () => {
    notebooks.put("/Shared/run it/show me", source("got = {n: dbutils.widgets.get(n) for n in 'abc'}"));
    const cells = [
      `%run ../run it/show me $a="it's $5" $b='a "b"' $c=plain`,
      "print(got)",
      `%run "../run it/show me"\n  # the arguments\n  $a="\\"" $b="" $c=""`,
      "print(got['a'])",
      "%run ../run it/show me\nprint('no')",
    ];
    const result = await notebooks.run(cells, {
      notebookPath: "/Shared/app/runs",
      parameters: { a: "", b: "", c: "" },
    });
    assert.equal(printed(result, 2), `{'a': "it's $5", 'b': 'a "b"', 'c': 'plain'}\n`);
    assert.equal(printed(result, 4), '"\n');
    assert.match(
      result.error?.message ?? "",
      /its cell also has "print\('no'\)"; put %run in a cell by itself/,
    );
  });

  // https://docs.databricks.com/dev-tools/databricks-utils
  it("dbutils says in one sentence what it does not have, and its help what it has", async () => {
    const commands: [string, RegExp][] = [
      [
        "dbutils.fs.mount('s3a://x', '/mnt/x')",
        /fs?.*\.mount: the local workspace has no cloud storage to mount; copy the files/,
      ],
      [
        "dbutils.library.installPyPI('x')",
        /library\.installPyPI: Databricks Runtime 11 removed it; install packages by %pip/,
      ],
      [
        "dbutils.credentials.assumeRole('r')",
        /credentials\.assumeRole: the local workspace has no cloud account/,
      ],
      ["dbutils.preview.x()", /dbutils\.preview: the local workspace does not have it/],
      [
        "dbutils.widget.get('x')",
        /dbutils\.widget: there is no such utility; use one of credentials, data, fs/,
      ],
      [
        "dbutils.widgets.dropDown('x', 'y', [])",
        /widgets\.dropDown: there is no such command; did you mean "dropdown"\?/,
      ],
    ];
    const cell = (code: string) => `try:\n    ${code}\nexcept Exception as error:\n    print(error)`;
    const result = await notebooks.run([
      ...commands.map(([code]) => cell(code)),
      "dbutils.help()\ndbutils.fs.help('head')",
      "print(dbutils.fs.mounts()[0].mountPoint, dbutils.fs.refreshMounts())\n" +
        "dbutils.fs.put(file='/f/a.txt', contents='abc')\nprint(dbutils.fs.head(file='/f/a.txt', max_bytes=2))\n" +
        "dbutils.fs.cp(source='/f/a.txt', dest='/f/b.txt'), dbutils.fs.rm(dir='/f/a.txt')",
      "%fs ls /f",
      "%fs\n  head dbfs:/f/b.txt",
      "%fs rm -r dbfs:/f",
      "%fs sl",
    ]);
    for (const [index, [, sentence]] of commands.entries())
      assert.match(printed(result, index + 1), sentence);
    assert.match(printed(result, 7), /head\(file, max_bytes=65536.*\): The beginning of a file as text\./);
    assert.equal(printed(result, 8), "/ True\nWrote 3 bytes.\nab\n");
    assert.match(displayed(result, 9), /dbfs:\/f\/b\.txt \| b\.txt \| 3/);
    assert.match(displayed(result, 10), /abc/);
    assert.match(
      result.error?.message ?? "",
      /^Could not run %fs sl: there is no such command; use one of cp, head/,
    );
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

  // https://github.com/databricks/databricks-sdk-py/blob/main/databricks/sdk/runtime/__init__.py imports dbruntime;
  // the names are those of https://github.com/mlflow/mlflow/blob/master/mlflow/utils/databricks_utils.py
  it("dbutils has a context with the workspace, the user, the run and its token, which ends with the run", async () => {
    const databricks = {
      workspaceUrl: "https://localhost:8443",
      orgId: "74",
      user: { id: "7", name: "ada@local.test" },
      notebookId: "42",
      job: { id: "5", runId: "6" },
      cluster: {
        name: "small",
        sparkVersion: "15.4.x-scala2.12",
        nodeTypeId: "Standard_DS3_v2",
        driverNodeTypeId: "Standard_DS3_v2",
        workers: 2,
        scalingType: "fixed_size" as const,
        creator: "ada@local.test",
        isJobCluster: true,
        notes: ["Note: the init scripts of the cluster did not run."],
        tags: { team: "weather" },
      },
    };
    const result = await notebooks.run(
      [
        "import json, os\ncontext = dbutils.notebook.entry_point.getDbutils().notebook().getContext()",
        "whole = json.loads(context.toJson())\nsafe = json.loads(context.safeToJson())['attributes']",
        "print(context.notebookPath().get(), context.tags().get('clusterId').get(), context.tags().apply('jobId'), context.userName().get())\n" +
          "print(context.browserHostName().get(), whole['tags']['orgId'], whole['currentRunId']['id'], whole['rootRunId']['id'], safe['user'], 'api_token' in safe)",
        "from pyspark.dbutils import DBUtils\nfrom dbruntime.databricks_repl_context import get_context\nc = get_context()\n" +
          "print(c.workspaceUrl, c.isInJob, c.apiToken == whole['extraContext']['api_token'] == context.apiToken().get(), len(c.apiToken), c.apiToken)",
        "from dbruntime.sdk_credential_provider import init_runtime_native_auth\nhost, headers = init_runtime_native_auth()\nprint(host, len(headers()['Authorization']))",
        "print(*(os.environ[n] for n in ('DATABRICKS_CONFIG_FILE', 'DATABRICKS_RUNTIME_VERSION', 'DB_CLUSTER_ID', 'DB_CLUSTER_NAME', 'DB_IS_DRIVER', 'DB_IS_JOB_CLUSTER')))",
        "context.notebookPth()",
      ],
      { databricks, notebookPath: "/Shared/context", runId: "ran-by-ada" },
    );
    assert.equal(printed(result, 1), `${databricks.cluster.notes[0]}\n`);
    assert.equal(
      printed(result, 3),
      "/Shared/context cluster-1 5 ada@local.test\nlocalhost:8443 74 ran-by-ada 6 ada@local.test False\n",
    );
    assert.equal(printed(result, 4), "localhost:8443 True True 23 [REDACTED]\n");
    assert.equal(printed(result, 5), "https://localhost:8443 30\n");
    assert.equal(printed(result, 6), "/dev/null 15.4 cluster-1 small TRUE TRUE\n");
    assert.match(
      result.error?.message ?? "",
      /notebookPth from the notebook's context.*did you mean "notebookPath"\?/,
    );
    assert.deepEqual(ended, ["ada@local.test"]);
  });
});
