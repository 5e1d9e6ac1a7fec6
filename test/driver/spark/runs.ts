// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text is code of other languages
import assert from "node:assert/strict";
import { displayed, type Notebooks, printed, source } from "../notebooks.ts";

export function describeRuns(notebooks: Notebooks): void {
  it("a notebook on Spark writes Delta tables that another cluster's notebook reads", async () => {
    const written = await notebooks.run([
      "spark.createDataFrame([(1, 'rain'), (2, 'sun')], 'id int, weather string').write.saveAsTable('days')",
      "%sql\nINSERT INTO days VALUES (3, 'fog')",
      "print(spark.sql('DESCRIBE DETAIL days').first().format)",
    ]);
    assert.equal(written.error, undefined);
    assert.equal(printed(written, 3), "delta\n");
    const read = await notebooks.run(["display(spark.table('days').orderBy('id'))"], {
      clusterId: "another",
    });
    assert.equal(
      displayed(read),
      [
        "+----+---------+",
        "| id | weather |",
        "+----+---------+",
        "| 1  | rain    |",
        "| 2  | sun     |",
        "| 3  | fog     |",
        "+----+---------+",
      ].join("\n"),
    );
  });

  it("a notebook on Spark has settings and temporary views of its own", async () => {
    await notebooks.run([
      "spark.range(3).createOrReplaceTempView('mine')\nspark.conf.set('my.setting', '1')",
    ]);
    const result = await notebooks.run(
      [
        "print(spark.catalog.tableExists('mine'), spark.conf.get('my.setting', None), spark.conf.get('spark.databricks.x'))",
      ],
      { sparkConf: { "spark.databricks.x": "from the cluster", "spark.executor.memory": "1g" } },
    );
    assert.equal(printed(result), "False None from the cluster\n");
  });

  it("a notebook on Spark runs at the same time as others", async () => {
    const cells = (n: number) => [`print(spark.range(${n}).selectExpr('sum(id)').first()[0])`];
    const results = await Promise.all([10, 100, 1000].map((n) => notebooks.run(cells(n))));
    assert.deepEqual(
      results.map((result) => printed(result)),
      ["45\n", "4950\n", "499500\n"],
    );
  });

  it("a notebook on Spark runs SQL with several statements, widgets as parameters and _sqldf", async () => {
    notebooks.put(
      "/Shared/query",
      `-- Databricks notebook source
CREATE WIDGET DROPDOWN env DEFAULT "dev" CHOICES SELECT * FROM (VALUES ("dev"), ("test"));
CREATE WIDGET TEXT least DEFAULT '2'

-- COMMAND ----------

-- a comment; with a semicolon
SELECT ';' AS quoted;
SELECT :env AS env, getArgument('env') AS again, '\${env}' AS old, count(*) AS n FROM range(5) WHERE id >= CAST(:least AS INT)

-- COMMAND ----------

-- MAGIC %python
-- MAGIC print(_sqldf.first().asDict())
`,
    );
    const result = await notebooks.run([], { notebookPath: "/Shared/query", parameters: { env: "test" } });
    assert.equal(result.error, undefined);
    assert.equal(printed(result, 3), "{'env': 'test', 'again': 'test', 'old': 'test', 'n': 3}\n");
    assert.match(displayed(result, 2), /\| env {2}\| again \| old {2}\| n \|/);
  });

  // https://docs.databricks.com/notebooks/widgets and https://docs.databricks.com/sql/language-manual/sql-ref-parameter-marker
  it("a notebook on Spark puts widgets into SQL in every form, and reads the choices of a widget by a query", async () => {
    const result = await notebooks.run(
      [
        "%sql\nCREATE WIDGET COMBOBOX t DEFAULT 'none' CHOICES SELECT concat('t', id) FROM range(2)\nCREATE WIDGET DROPDOWN n DEFAULT \"1\" CHOICES WITH x AS (VALUES ('1'), ('2')) SELECT * FROM x",
        "spark.range(3).createOrReplaceTempView('t0')",
        "%sql\nSELECT (SELECT count(*) FROM IDENTIFIER(:t)) AS a, (SELECT count(*) FROM $t) AS b, '$t \\$t' AS c, " +
          "getArgument(\"v\") AS d, :v || ':v' AS e, ${n} AS f -- :no",
        "print(_sqldf.first().asDict())",
        "%sql\nCREATE WIDGET DROPDOWN bad DEFAULT 'x' CHOICES SELECT 'y'",
      ],
      { parameters: { t: "t0", v: "it's $t" } },
    );
    assert.equal(
      printed(result, 4),
      `{'a': 3, 'b': 3, 'c': 't0 $t', 'd': "it's $t", 'e': "it's $t:v", 'f': 1}\n`,
    );
    assert.match(result.error?.message ?? "", /'x' of widget bad is not one of its choices: y/);
  });

  // https://github.com/databricks/databricks-sdk-py/blob/main/databricks/sdk/runtime/__init__.py
  it("a notebook on Spark finds its DataFrames' display, its cluster's settings and what databricks.sdk.runtime defines", async () => {
    notebooks.put("/Repos/ada/weather/rules.py", "LIMIT = 7\n");
    const cluster = {
      name: "small",
      sparkVersion: "15.4.x-scala2.12",
      workers: 1,
      creator: "ada",
      tags: { team: "t" },
    };
    const result = await notebooks.run(
      [
        "df = spark.createDataFrame([(1, 'a')], 'id int, name string')\ndf.display()\ndf.filter('id > 1').display(summary=True)",
        "%sql\nSELECT 1 AS one",
        "_sqldf.display()\ndisplay(df.collect())\ndisplay([{'k': None}])\ndf.toPandas().pipe(display)",
        "from databricks.sdk.runtime import *\nprint(dbutils.widgets.getAll(), spark.range(2).count(), sql('SELECT 2').first()[0], table('t').count() if False else 0, udf, sc.version)",
        "tag = lambda name: spark.conf.get('spark.databricks.clusterUsageTags.' + name)\n" +
          "print(tag('clusterId'), tag('clusterName'), tag('sparkVersion'), tag('clusterOwnerOrgId'), tag('clusterAllTags'))\n" +
          "print(spark.conf.get('spark.databricks.workspaceUrl'))",
        "def name() -> str:\n    return 'x'\nprint(spark.range(1).select(udf(name)().alias('n')).first().n)",
        "import rules\nprint(rules.LIMIT)",
        "dbutils.data.summarize(df)",
        // https://docs.databricks.com/sql/language-manual/sql-ref-syntax-aux-show-schemas and …-show-tables
        "print(spark.sql('SELECT current_user(), session_user()').first()[:], *spark.sql('SHOW SCHEMAS').columns, *spark.sql('SHOW TABLES').columns)",
        // https://docs.databricks.com/structured-streaming/tutorial
        "display(spark.readStream.format('rate-micro-batch').option('rowsPerBatch', 3).load(), streamName='shown', trigger={'availableNow': True})\n" +
          "[query.awaitTermination() for query in spark.streams.active]\nprint(spark.table('shown').count())",
      ],
      {
        notebookPath: "/Repos/ada/weather/src/main",
        databricks: {
          workspaceUrl: "https://localhost:8443",
          orgId: "74",
          user: { id: "7", name: "ada" },
          cluster: { ...cluster, scalingType: "fixed_size", isJobCluster: false, notes: [] },
        },
      },
    );
    assert.equal(result.error, undefined);
    assert.match(displayed(result, 1), /\| id \| name \|\n.*\n\| 1 {2}\| a {4}\|[\s\S]*\| summary \|/);
    assert.match(
      displayed(result, 3),
      /\| one \|[\s\S]*\| id \| name \|[\s\S]*\| k {4}\|\n.*\n\| null \|[\s\S]*id name/,
    );
    assert.match(printed(result, 4), /^\{\} 2 2 0 <function udf/);
    const allTags =
      '[{"key": "Vendor", "value": "Databricks"}, {"key": "Creator", "value": "ada"}, {"key": "ClusterName", "value": "small"}, ';
    assert.equal(
      printed(result, 5),
      `cluster-1 small 15.4.x-scala2.12 74 ${allTags}{"key": "ClusterId", "value": "cluster-1"}, {"key": "team", "value": "t"}]\nlocalhost:8443\n`,
    );
    assert.equal(printed(result, 6), "x\n");
    assert.equal(printed(result, 7), "7\n");
    assert.match(displayed(result, 8), /\| count {3}\| 1 {4}\|/);
    assert.equal(printed(result, 9), "('ada', 'ada') databaseName database tableName isTemporary\n");
    assert.match(displayed(result, 10), /^Stream shown: its rows are in the temporary view shown\./);
    assert.match(printed(result, 10), /^[1-9]\d*\n/);
  });

  // https://docs.databricks.com/sql/language-manual/delta-vacuum
  it("a notebook on Spark vacuums a small table in seconds, and never below the retention unless its check is off", async () => {
    const result = await notebooks.run([
      "spark.range(3, numPartitions=1).write.saveAsTable('small')\nspark.sql('DELETE FROM small WHERE id = 1')",
      "try:\n    spark.sql('VACUUM small RETAIN 0 HOURS')\nexcept Exception as error:\n    print('retentionDurationCheck' in str(error))",
      "import os\nfrom urllib.parse import unquote, urlsplit\n" +
        "folder = unquote(urlsplit(spark.sql('DESCRIBE DETAIL small').first().location).path)\n" +
        "files = lambda: sum(name.endswith('.parquet') for name in os.listdir(folder))\nbefore = files()",
      // Seconds of CPU time: there is no second one in these tests.
      "spark.conf.set('spark.databricks.delta.retentionDurationCheck.enabled', 'false')\n" +
        "spark.sql('VACUUM small RETAIN 0 HOURS')\nprint(files() < before, spark.table('small').count())",
    ]);
    assert.equal(result.error, undefined);
    assert.equal(printed(result, 2), "True\n");
    assert.equal(printed(result, 4), "True 2\n");
  });

  it("a notebook on Spark reads and writes dbfs:/ and the notebook's folder", async () => {
    const result = await notebooks.run([
      "spark.range(4).write.mode('overwrite').save('dbfs:/lake/four')\nspark.range(2).write.csv('/lake/csv')",
      "import os\nopen('here.csv', 'w').write('1\\n2\\n3\\n')",
      "print(spark.read.load('/lake/four').count(), spark.read.csv(f'file:{os.getcwd()}/here.csv').count())",
      "print([file.name for file in dbutils.fs.ls('dbfs:/lake')])",
    ]);
    assert.equal(result.error, undefined);
    assert.equal(printed(result, 3), "4 3\n");
    assert.equal(printed(result, 4), "['csv/', 'four/']\n");
  });

  it("a notebook on Spark runs Python functions on Spark, with the modules beside the notebook", async () => {
    notebooks.put("/Shared/udf/twice.py", "def twice(n):\n    return 2 * n\n");
    const cells = [
      "from pyspark.sql.functions import udf\nimport twice",
      "print([row[0] for row in spark.range(3).select(udf(lambda n: twice.twice(n), 'long')('id')).collect()])",
    ];
    const result = await notebooks.run(cells, { notebookPath: "/Shared/udf/main" });
    assert.equal(result.error, undefined);
    assert.equal(printed(result, 2), "[0, 2, 4]\n");
  });

  it("a notebook on Spark keeps only temporary views and widgets when Python restarts", async () => {
    const result = await notebooks.run([
      "dbutils.widgets.text('w', 'kept')\nspark.range(3).createOrReplaceTempView('kept')\nx = 1",
      "dbutils.library.restartPython()",
      "print(spark.table('kept').count(), dbutils.widgets.get('w'), 'x' in globals())",
    ]);
    assert.equal(result.error, undefined);
    assert.equal(printed(result, 3), "3 kept False\n");
  });

  it("a notebook on Spark runs foreachBatch in its own process, with several streams at once", async () => {
    await notebooks.run(["spark.range(5).write.saveAsTable('five')"]);
    const cells = (name: string) => [
      `seen = []
query = (spark.readStream.table('five').writeStream.foreachBatch(lambda rows, _: seen.append(rows.count()))
  .option('checkpointLocation', 'dbfs:/checkpoints/${name}').trigger(availableNow=True).start())
query.awaitTermination()
print('${name}', seen)`,
    ];
    const results = await Promise.all(["a", "b", "c"].map((name) => notebooks.run(cells(name))));
    assert.deepEqual(
      results.map((result) => printed(result)),
      ["a [5]\n", "b [5]\n", "c [5]\n"],
    );
  });

  it("a notebook on Spark loses its streams and jobs when it is killed, and no other notebook loses any", async () => {
    const stream = (name: string) =>
      `spark.readStream.format('rate').load().writeStream.format('noop').queryName('${name}').start()\nprint('up', flush=True)\n`;
    const victim = notebooks.start([
      `${stream("victim")}spark.range(10**15).selectExpr('sum(id)').collect()`,
    ]);
    const other = notebooks.start([`${stream("other")}import time\nwhile True: time.sleep(0.1)`]);
    try {
      await Promise.all(
        [victim, other].map(({ output }) => new Promise((resolve) => output.once("data", resolve))),
      );
      victim.kill();
      const { state, error } = await victim.result;
      assert.equal(state, "died", error?.message);
      const alive = await notebooks.run([
        `states = spark._jvm.java.lang.Thread.getAllStackTraces().keySet()
print(sorted({name for t in states for name in ('victim', 'other') if 'id = ' in t.getName() and name in t.getName()}))`,
      ]);
      assert.equal(printed(alive), "['other']\n");
    } finally {
      other.cancel();
      assert.equal((await other.result).state, "canceled");
    }
  });

  it("a notebook on Spark gets KeyboardInterrupt in a Spark job when it is cancelled", async () => {
    const execution = notebooks.start([
      "print('up', flush=True)\ntry:\n    spark.range(10**15).selectExpr('sum(id)').collect()\nfinally:\n    print('cleaned up')",
    ]);
    await new Promise((resolve) => execution.output.once("data", resolve));
    execution.cancel();
    const result = await execution.result;
    assert.equal(result.state, "canceled");
    assert.equal(printed(result), "up\ncleaned up\n"); // and nothing that Py4J logs about the interrupted call
  });

  it("a notebook on Spark cannot end the workspace's Spark by spark.stop()", async () => {
    await notebooks.run(["spark.stop()"]);
    await notebooks.run(["sc.stop()"]);
    assert.equal(printed(await notebooks.run(["print(spark.range(2).count())"])), "2\n");
  });

  it("a notebook on Spark has the session that libraries find by themselves", async () => {
    const result = await notebooks.run([
      `from pyspark.sql import SparkSession
from pyspark import SparkContext
print(SparkSession.builder.getOrCreate() is spark, SparkSession.getActiveSession() is spark, SparkContext.getOrCreate() is sc)`,
    ]);
    assert.equal(printed(result), "True True True\n");
  });

  it("a notebook on Spark shares its Spark session with a notebook that it includes by %run", async () => {
    notebooks.put("/Shared/shared/views", source("spark.range(6).createOrReplaceTempView('six')"));
    const result = await notebooks.run(["%run ./views", "print(spark.table('six').count())"], {
      notebookPath: "/Shared/shared/main",
    });
    assert.equal(printed(result, 2), "6\n");
  });
}
