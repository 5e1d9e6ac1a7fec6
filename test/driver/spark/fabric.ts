import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import type { FabricNotebooks } from "../fabric-notebooks.ts";
import { printed } from "../notebooks.ts";

export function describeFabric(fabric: FabricNotebooks): void {
  it("a notebook on Fabric finds the files of OneLake in Spark by all their paths", async () => {
    const other = `abfss://${fabric.workspace.name}@onelake.dfs.fabric.microsoft.com/Silver.Lakehouse`;
    const result = await fabric.run([
      "spark.range(4).coalesce(1).write.csv('Files/four')",
      "import os, pandas\nprint(len(os.listdir('/lakehouse/default/Files/four')))",
      [
        `own = 'abfss://${fabric.workspace.id}@onelake.dfs.fabric.microsoft.com/${fabric.lakehouse.id}/Files/four'`,
        "paths = ['Files/four', '/lakehouse/default/Files/four', 'file:/lakehouse/default/Files/four', own]",
        "print([spark.read.csv(path).count() for path in paths], sc.textFile('Files/four').count())",
        "print(spark.read.csv('Files/four').inputFiles()[0].startswith(own))",
      ].join("\n"),
      [
        `spark.range(3).write.format('delta').save('${other}/Tables/three')`,
        `print(spark.sql("SELECT count(*) FROM delta.\`${other}/Tables/three\`").first()[0])`,
        `print([f.name for f in notebookutils.fs.ls('${other}/Tables')], spark.table('Silver.three').count())`,
      ].join("\n"),
      "from pyspark.sql.functions import lit\nprint(spark.range(1).select(lit('Files/x')).first()[0])",
      "from pyspark.sql.functions import udf\nimport os\nroot = '/lakehouse/default' if os.path.ismount('/lakehouse/default') else os.environ['NOTEBOOK_OPS_LAKEHOUSE']\nprint(spark.range(1).select(udf(lambda n: len(os.listdir(f'{root}/Files')), 'long')('id')).first()[0])",
      "spark.read.csv('abfss://Weather@onelake.dfs.fabric.microsoft.com/None.Lakehouse/Files/x')",
    ]);
    assert.equal(printed(result, 3), "[4, 4, 4, 4] 4\nTrue\n", result.error?.trace);
    assert.equal(printed(result, 4), "3\n['three'] 3\n");
    assert.equal(printed(result, 5), "Files/x\n");
    assert.equal(printed(result, 6), "1\n");
    assert.match(
      String(result.error?.message),
      /OneLake has no item None.Lakehouse in the workspace Weather/,
    );
  });

  it("a notebook on Fabric finds its lakehouse's tables by name, whoever wrote them", async () => {
    const written = await fabric.run([
      "spark.range(5).write.saveAsTable('Days')\nspark.range(2).write.save('Tables/byPath')",
      "print(spark.catalog.currentDatabase(), spark.table('byPath').count(), spark.sql('SELECT * FROM Bronze.days').count())",
      "%%sql\nINSERT INTO bypath VALUES (7)",
    ]);
    assert.equal(written.error, undefined, written.error?.trace);
    assert.equal(printed(written, 2), "Bronze 2 5\n");
    const tables = path.join(fabric.lakehouseFolder(), "Tables");
    assert.ok(existsSync(path.join(tables, "days", "_delta_log")));
    const read = await fabric.run([
      "print(sorted(table.name for table in spark.catalog.listTables()), spark.read.table('bypath').count())",
      "import shutil\nshutil.rmtree('/lakehouse/default/Tables/byPath')",
      "spark.sql('DROP TABLE days')\nprint(spark.catalog.tableExists('days'), spark.catalog.tableExists('bypath'))",
    ]);
    assert.equal(read.error, undefined, read.error?.trace);
    assert.equal(printed(read, 1), "['bypath', 'days'] 3\n");
    assert.equal(printed(read, 3), "False False\n");
    assert.deepEqual(readdirSync(tables), []);
    const inSilver = path.join(fabric.lakehouseFolder(fabric.silver.id), "Tables");
    mkdirSync(path.join(inSilver, "dbo"));
    const schemas = await fabric.run(
      [
        "spark.range(6).write.saveAsTable('things')\nprint(spark.sql('SELECT count(*) FROM dbo.things').first()[0])",
        "print(spark.catalog.currentDatabase(), spark.conf.get('trident.lakehouse.name'))",
      ],
      {},
      { lakehouse: fabric.silver },
    );
    assert.equal(schemas.error, undefined, schemas.error?.trace);
    assert.equal(printed(schemas, 1) + printed(schemas, 2), "6\ndbo Silver\n");
    assert.ok(existsSync(path.join(inSilver, "dbo", "things", "_delta_log")));
  });

  it("a Spark job on Fabric gets the run's session, in a file with a main, with a stream and with pytest", async () => {
    const result = await fabric.runScript(
      [
        "import sys",
        "from pyspark.sql import SparkSession",
        "from pyspark.sql.functions import udf",
        "spark = SparkSession.builder.appName('job').getOrCreate()",
        "def twice(n):",
        "    return 2 * n",
        "if __name__ == '__main__':",
        "    print(sys.argv[1:], [row[0] for row in spark.range(3).select(udf(twice, 'long')('id')).collect()])",
        "    spark.range(3).write.saveAsTable('of_job')",
        "    query = spark.readStream.table('of_job').writeStream.format('memory').queryName('seen').trigger(availableNow=True).start()",
        "    query.awaitTermination()",
        "    print(spark.table('seen').count(), spark.read.parquet('Tables/of_job').count())",
        "    open('test_job.py', 'w').write('def test_spark():\\n    from pyspark.sql import SparkSession\\n    assert SparkSession.builder.getOrCreate().table(\"of_job\").count() == 3\\n')",
        "    import pytest",
        "    sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', 'test_job.py']))",
      ].join("\n"),
      "a",
      "b c",
    );
    assert.equal(result.error, undefined, result.error?.trace);
    assert.match(printed(result), /^\['a', 'b c'\] \[0, 2, 4\]\n3 3\n[\s\S]*1 passed/);
  });

  it("a run on Fabric without a lakehouse says so when it needs one", async () => {
    const result = await fabric.run(
      [
        "print(spark.range(3).count())",
        "try:\n    spark.range(1).write.saveAsTable('lost')\nexcept Exception as error:\n    print('no-default-lakehouse' in str(error))",
        "spark.read.csv('Files/x')",
      ],
      {},
      { lakehouse: undefined } as object,
    );
    assert.equal(printed(result, 1), "3\n");
    assert.equal(printed(result, 2), "True\n");
    assert.match(String(result.error?.message), /the run has no default lakehouse/);
  });
}
