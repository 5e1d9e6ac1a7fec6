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
