import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { watch } from "node:fs/promises";
import path from "node:path";
import { FabricNotebooks } from "./fabric-notebooks.ts";
import { displayed, type Notebooks, printed } from "./notebooks.ts";
import { type SparkServer, startConnectNotebooks } from "./spark-servers.ts";

// One server for all, in this order: the last test ends it.
describe("notebooks on Spark Connect", function () {
  this.timeout(180_000);
  let server: SparkServer;
  let notebooks: Notebooks;
  before(async () => {
    ({ server, notebooks } = await startConnectNotebooks());
    mkdirSync(path.join(notebooks.dbfsFolder, "Volumes", "c", "s", "v"), { recursive: true });
    writeFileSync(path.join(notebooks.dbfsFolder, "Volumes", "c", "s", "v", "rain.csv"), "1\n2\n");
  });
  after(async () => {
    await notebooks?.stop();
    await server?.stop();
  });

  // https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.SparkSession.builder.getOrCreate.html:
  // it "first checks whether there is a valid global default SparkSession, and if yes, return that one".
  it("a notebook has a session of its own, which builders return and which stays when Python restarts", async () => {
    const result = await notebooks.run(
      [
        `from pyspark.sql import SparkSession
built = SparkSession.builder.appName("weather").config("spark.databricks.y", "2").getOrCreate()
print(built is spark, SparkSession.getActiveSession() is spark, SparkSession.active() is spark, spark.conf.get("spark.databricks.y"))
spark.stop()
spark.range(3).createOrReplaceTempView("three")`,
        `%sql\nSELECT '\${p}' AS p, :p AS q, count(*) AS n, ':p' AS text FROM three`,
        "print(_sqldf.collect())\nprint(spark.sql('SELECT ? AS a, ? AS b', args=['x', 1.5]).first().asDict())",
        "dbutils.library.restartPython()",
        "print(type(spark).__module__, spark.table('three').count(), spark.conf.get('spark.databricks.x'))\nspark.table('three').display()\nprint(spark.conf.get('spark.databricks.clusterUsageTags.clusterId'))",
        `for use in (lambda: sc.parallelize([1]), lambda: spark.sparkContext, lambda: spark.range(1).rdd, lambda: spark._jvm):
    try:
        use()
    except Exception as error:
        print(str(error).split(";")[0].split(". ")[0])`,
      ],
      { parameters: { p: "v" }, sparkConf: { "spark.databricks.x": "1" } },
    );
    assert.equal(result.error, undefined);
    assert.equal(printed(result), "True True True 2\nSpark goes on: the server is shared.\n");
    assert.equal(printed(result, 3), "[Row(p='v', q='v', n=3, text=':p')]\n{'a': 'x', 'b': 1.5}\n");
    assert.equal(printed(result, 5), "pyspark.sql.connect.session 3 1\ncluster-1\n");
    assert.match(displayed(result, 5), /\| id \|/);
    assert.deepEqual(printed(result, 6).trim().split("\n"), [
      "Could not use sc.parallelize: Spark Connect has no SparkContext and no RDDs",
      "[JVM_ATTRIBUTE_NOT_SUPPORTED] Attribute `sparkContext` is not supported in Spark Connect as it depends on the JVM",
      "[NOT_IMPLEMENTED] rdd is not implemented.",
      "[JVM_ATTRIBUTE_NOT_SUPPORTED] Attribute `_jvm` is not supported in Spark Connect as it depends on the JVM",
    ]);
    const other = await notebooks.run(["print(spark.catalog.tableExists('three'))"]);
    assert.equal(printed(other), "False\n");
  });

  // https://learn.microsoft.com/azure/databricks/files/: Spark's paths without a scheme are in DBFS.
  it("a notebook uses the workspace's files if the server is on this machine", async () => {
    const result = await notebooks.run([
      "spark.range(4).coalesce(1).write.save('dbfs:/lake/four')\nspark.range(2).write.csv('/lake/csv')",
      "%sql\nCREATE TABLE four LOCATION 'dbfs:/lake/four';\nINSERT OVERWRITE DIRECTORY '/lake/five' USING json SELECT 5 AS five",
      `counts = [
    spark.read.load('/lake/four'), spark.read.csv(['dbfs:/lake/csv', '/Volumes/c/s/v/rain.csv']), spark.table('four'),
    spark.sql("SELECT * FROM delta.\`dbfs:/lake/four\` WHERE id < :most", args={'most': 3}), spark.table('json.\`/lake/five\`'),
    spark.sql("SELECT 1 WHERE 'dbfs:/lake' LIKE 'dbfs:%'"), spark.read.option('path', '/lake/csv').format('csv').load(),
]
print([rows.count() for rows in counts], sorted(file.name for file in dbutils.fs.ls('dbfs:/lake')))`,
    ]);
    assert.equal(result.error, undefined);
    assert.equal(printed(result, 3), "[4, 4, 4, 3, 1, 1, 2] ['csv/', 'five/', 'four/']\n");
  });

  it("a notebook fails before it touches a server that does not have the workspace's files", async () => {
    const { error } = await notebooks.run([
      // The file by which the notebook finds out is not where the server looks for it.
      `import contextlib, types
import notebook_driver.connect_paths as paths
elsewhere = contextlib.nullcontext(types.SimpleNamespace(name="/nowhere/file"))
paths.tempfile = types.SimpleNamespace(NamedTemporaryFile=lambda **_: elsewhere)
spark.read.text("file:/etc/hostname").collect()
spark.read.text("/etc/hostname").collect()`,
    ]);
    assert.match(
      error?.message ?? "",
      /^Could not use the path \/etc\/hostname on Spark Connect: the server does not find the workspace's folder of dbfs:\/, because/,
    );
  });

  // https://learn.microsoft.com/fabric/data-engineering/lakehouse-notebook-load-data: relative paths are in the default lakehouse.
  it("a notebook of Fabric fails before it uses a path of its lakehouse on the server's disk", async () => {
    const fabric = new FabricNotebooks(notebooks.driver);
    try {
      const { error } = await fabric.run(["spark.range(1).write.csv('Files/rain')"]);
      assert.match(
        error?.message ?? "",
        /^Could not use the path Files\/rain on Spark Connect: the server does not have the lakehouse's files and tables; use/,
      );
    } finally {
      fabric.remove();
    }
  });

  it("a run ends with its streams, and fails with the exception of a stream", async () => {
    const stream = (name: string, column: string, options = "") =>
      `from pyspark.sql.functions import udf
@udf('int')
def never(n):
    raise ValueError('no such station')
query = (spark.readStream.schema('n int').csv('/Volumes/c/s/v').select(${column}).writeStream.queryName('${name}')
  .option('checkpointLocation', 'dbfs:/checkpoints/${name}').trigger(availableNow=True)${options})`;
    const copied = await notebooks.run([
      stream("copy", "'n'", ".format('csv').start('dbfs:/lake/copy')"),
      "dbutils.notebook.exit('copied')",
    ]);
    assert.deepEqual([copied.state, copied.exitValue], ["success", "copied"], copied.error?.message);
    const progress = copied.cells[0]!.outputs.map((output) =>
      output.type === "display" ? output.data["text/plain"] : "",
    );
    assert.match(progress.join(""), /^Stream copy: batch 0: 2 rows in, /);
    const failed = await notebooks.run([
      "print(spark.read.csv('/lake/copy').count())",
      stream("broken", "never('n')", ".format('noop').start()"),
      "x = 1",
    ]);
    assert.equal(printed(failed), "2\n");
    assert.equal(failed.error?.cellNumber, 2);
    assert.match(
      failed.error?.message ?? "",
      /^(\[STREAM_FAILED\] )?Query broken .*terminated with exception: ValueError: no such station$/,
    );
  });

  it("a killed notebook's work on the server ends", async () => {
    // It takes both cores of the server for hours. A query that has not begun yet when its notebook ends would not run at all.
    const begun = path.join(notebooks.folder, "begun");
    const victim = notebooks.start([
      `from pyspark.sql.functions import udf
@udf('long')
def mark(n):
    open('${begun}', 'a').close()
    return n
spark.range(0, 10**15, 1, 2).select(mark('id').alias('n')).selectExpr('max(n)').collect()`,
    ]);
    for await (const { filename } of watch(notebooks.folder)) if (filename === path.basename(begun)) break;
    victim.kill();
    assert.equal((await victim.result).state, "died");
    await server.logged("canceled");
    const next = await notebooks.run(["print(spark.range(0, 3, 1, 2).count())"]);
    assert.equal(printed(next), "3\n");
  });

  it("a notebook whose server has ended says so, without the parameters of the address", async () => {
    const result = await notebooks.run([
      `import os, signal\nspark.range(3).createOrReplaceTempView('three')\nos.kill(${server.process.pid}, signal.SIGKILL)\nspark.table('three').count()`,
    ]);
    assert.match(
      result.error?.message ?? "",
      /^Could not reach the Spark Connect server sc:\/\/127\.0\.0\.1:\d+: .*; if it has ended, start it and run the notebook again, otherwise correct spark\.master in notebook-ops\.local\.yml\.$/,
    );
    const next = await notebooks.run(["spark"]);
    assert.match(next.error?.message ?? "", /^Could not reach the Spark Connect server/);
  });
});
