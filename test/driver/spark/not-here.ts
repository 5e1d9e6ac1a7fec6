import assert from "node:assert/strict";
import { type Notebooks, printed } from "../notebooks.ts";

// What Spark 4.1 and Python say of each is in no documentation: these tests ask them.
const statements: Record<string, string> = {
  "GRANT SELECT ON TABLE t TO `a@b.c`":
    "Could not run GRANT: the local workspace has no users and permissions in SQL; leave it to a notebook that runs only on Databricks.",
  "-- who may\nSHOW GRANTS ON TABLE t": "Could not run SHOW GRANTS:",
  "ALTER SCHEMA default SET OWNER TO u": "Could not run ALTER SCHEMA … SET OWNER TO:",
  "EXECUTE IMMEDIATE 'REVOKE SELECT ON TABLE t FROM u'": "Could not run REVOKE:",
  "create catalog c": "Could not run CREATE CATALOG: the local workspace has no Unity Catalog;",
  "USE CATALOG main": "Could not run USE CATALOG:",
  "CREATE EXTERNAL LOCATION l URL 'abfss://a@b/c' WITH (STORAGE CREDENTIAL s)":
    "Could not run CREATE EXTERNAL LOCATION:",
  "ALTER TABLE t SET TAGS ('a'='b')": "Could not run ALTER TABLE … SET TAGS:",
  "SET TAG ON TABLE t a = b": "Could not run SET TAG:",
  "REFRESH FOREIGN CATALOG a": "Could not run REFRESH FOREIGN CATALOG:",
  "DESCRIBE VOLUME v": "Could not describe the VOLUME: the local workspace has no Unity Catalog;",
  "CREATE OR REPLACE VIEW mv WITH METRICS LANGUAGE YAML AS $$ version: 0.1 $$":
    "Could not run CREATE OR REPLACE VIEW … WITH METRICS: the local Spark has no metric views;",
  "SHOW VIEWS FROM IDENTIFIER('main' || '.default')": "Could not find main.default:",
  "LIST '/Volumes/a/b/c'": "Could not run LIST:",
  "COPY INTO t FROM '/a' FILEFORMAT = CSV": "Could not run COPY INTO:",
  "CREATE OR REFRESH STREAMING TABLE s AS SELECT 1":
    "Could not run CREATE OR REFRESH STREAMING TABLE: the local workspace runs no declarative pipelines;",
  "CREATE MATERIALIZED VIEW m AS SELECT 1": "Could not run CREATE ... MATERIALIZED VIEW:",
  "APPLY CHANGES INTO LIVE.x FROM y KEYS (a) SEQUENCE BY b": "Could not run APPLY CHANGES INTO:",
  "CREATE FUNCTION f(x INT) RETURNS INT LANGUAGE PYTHON AS $$ return x $$":
    "Could not run CREATE FUNCTION … LANGUAGE PYTHON:",
  "CREATE TABLE t2 DEEP CLONE t": "Could not run CREATE TABLE … DEEP CLONE:",
  "CREATE TABLE ct (a INT) CLUSTER BY AUTO": "Could not run CREATE TABLE … CLUSTER BY AUTO:",
  "ANALYZE TABLE t COMPUTE DELTA STATISTICS": "Could not run ANALYZE TABLE … DELTA STATISTICS:",
  "SELECT ai_query('m', 'x')": "Could not call ai_query: the local workspace has no models",
  "SELECT * FROM vector_search(index => 'a', query => 'b')": "Could not call vector_search:",
  "SELECT secret('a', 'b')": "Could not call secret:",
  "SELECT is_account_group_member('a')": "Could not call is_account_group_member:",
  "SELECT * FROM read_files('/a')": "Could not call read_files:",
  "SELECT h3_longlatash3(1, 2, 3)":
    "Could not call h3_longlatash3: only Databricks Runtime has this function;",
  "SELECT * FROM samples.nyctaxi.trips": "Could not find the tables of `samples`.`nyctaxi`:",
  "SELECT * FROM information_schema.tables": "Could not find information_schema:",
  "CREATE TABLE main.default.t (a INT)":
    "Could not find `main`.`default`: the local workspace has no Unity Catalog,",
  "SHOW TABLES IN main.default": "Could not find main.default:",
  "SET CATALOG main": "Could not find `main`:",
  "SELECT * FROM csv.`/databricks-datasets/a.csv`": "Could not find dbfs:/databricks-datasets/a.csv:",
  "SELECT * FROM delta.`dbfs:/mnt/a`":
    "Could not find dbfs:/mnt/a: the local workspace has no mounted storage;",
  "CREATE MATERIALIZED LAKE VIEW a.b AS SELECT 1": "", // of Fabric
  // What is wrong on the platform, too, stays as Spark says it.
  "SELECT * FORM t": "",
  "SELECT * FROM no_such_table": "",
  "SELECT no_such_function(1)": "",
  "GET DIAGNOSTICS": "",
  "SELECT 'GRANT SELECT' FORM t": "",
};

const python: Record<string, string> = {
  "spark.range(1).write.saveAsTable('main.default.x')": "Could not find main.default.x:",
  "spark.table('LIVE.x')": "Could not find a table of LIVE:",
  "spark.readStream.format('kafka').load()": "Could not use kafka: the local workspace has no message broker",
  "spark.readStream.format('eventhubs').load()": "Could not use eventhubs:",
  "spark.read.format('cloudFiles').load('/a')": "Could not read files by cloudFiles:",
  "spark.read.format('com.crealytics.spark.excel').load('/a')":
    "Could not use the data source com.crealytics.spark.excel: the local Spark has no connector for it;",
  "spark.read.format('jdbc').options(url='jdbc:postgresql://a/b', dbtable='t').load()":
    "Could not connect to the database:",
  "spark.read.csv('abfss://c@a.dfs.core.windows.net/x.csv')":
    "Could not open the path of a cloud storage account:",
  "spark.read.csv('s3://b/x.csv')":
    "Could not open the path of a cloud storage account: the local workspace reaches no storage accounts (s3);",
  "sc.textFile('/databricks-datasets/x').count()": "Could not find dbfs:/databricks-datasets/x:",
  "dbutils.fs.ls('databricks-datasets/adult')": "Could not find databricks-datasets/adult:",
  "dbutils.fs.ls('s3://bucket/x')":
    "Could not open the path of a cloud storage account: the local workspace reaches no storage accounts (s3);",
  "dbutils.fs.mount('abfss://a@b/c', '/mnt/c')":
    "Could not use dbutils.fs.mount: the local workspace has no cloud storage to mount;",
  "dbutils.fs.cacheTable('t')": "Could not use dbutils.fs.cacheTable:",
  "dbutils.credentials.assumeRole('a')": "Could not use dbutils.credentials.assumeRole:",
  "dbutils.library.installPyPI('a')": "Could not use dbutils.library.installPyPI:",
  "dbutils.preview.x()":
    "Could not use dbutils.preview: the local workspace does not have it; remove the call.",
  "import os; os.listdir('/databricks/jars')":
    "Could not find /databricks/jars: it belongs to the machines of Databricks,",
  "open('/Workspace/Users/ada@b.c/x.yml')":
    "Could not find /Workspace/Users/ada@b.c/x.yml: the local workspace has only what was put into it",
  "spark.read.text('/FileStore/x.csv')": "Could not find dbfs:/FileStore/x.csv:",
  "open('/dbfs/databricks-datasets/x.csv')": "Could not find /dbfs/databricks-datasets/x.csv:",
  "dbutils.fs.ls('/mnt/raw')": "Could not find /mnt/raw:",
  "import dlt": "Could not import dlt: the local workspace runs no declarative pipelines;",
  "from databricks.feature_engineering import FeatureEngineeringClient":
    "Could not import databricks.feature_engineering:",
  "from sklearn.linear_model import LinearRegression":
    "Could not import sklearn: the local workspace does not install what the runtime of Databricks brings; " +
    "add %pip install scikit-learn to the notebook, or make it a library of the cluster.",
  "import jmespath": "Could not import jmespath:",
  "spark._jvm.com.databricks.Some()": "Could not call the Java class:",
  "open('/dbfs/some.csv')": "",
  "import no_such_module": "",
  "None()": "",
};

export function describeNotHere(notebooks: Notebooks): void {
  it("what the local workspace does not have is said in a sentence, for each construct that the driver knows", async () => {
    const result = await notebooks.run([
      `import json, sys
known = sys.modules["notebook_driver.not_here.explain"]
met = set()
def say(error, platform="databricks"):
    entry = known.find(error, platform)
    if entry:
        met.add(entry[0].construct)
    return known.explain(error, platform) or ""
class CellFailure(Exception):
    pass
say(CellFailure("Could not run cell 2 of /Shared/x, which is in Scala: the local workspace"))
said = {}
spark.sql("CREATE TABLE not_here (a INT)").collect()
for text in ${JSON.stringify(Object.keys(statements))}:
    try:
        spark.sql(text.replace("TABLE t ", "TABLE not_here ").replace(" FORM t", " FORM not_here")).collect()
    except Exception as error:
        said[text] = say(error)
        say(error, "fabric")
for text in ${JSON.stringify(Object.keys(python))}:
    try:
        exec(text)
    except Exception as error:
        said[text] = say(error)
        say(error, "fabric")
print(json.dumps({"said": said, "never": [entry.construct for entry in known.entries if entry.construct not in met]}))`,
    ]);
    assert.equal(result.error, undefined);
    const { said, never } = JSON.parse(printed(result).trim().split("\n").at(-1) ?? "");
    for (const [text, sentence] of Object.entries({ ...statements, ...python })) {
      assert.ok(said[text] !== undefined, `${text} did not fail`);
      if (sentence === "") assert.equal(said[text], "", text);
      else assert.ok(said[text].startsWith(sentence), `${text}: ${said[text]}`);
    }
    assert.deepEqual(never, []);
  });

  it("a run that fails for what is not here says the sentence, shows Spark's own text in the trace, and lets notebooks catch it", async () => {
    const result = await notebooks.run([
      "from pyspark.errors import ParseException\ntry:\n    spark.sql('GRANT SELECT ON TABLE t TO u')\nexcept ParseException:\n    print('caught')",
      "%sql\nGRANT SELECT ON TABLE t TO u",
    ]);
    assert.equal(printed(result), "caught\n");
    assert.equal(result.error?.name, "Error");
    assert.match(result.error?.message ?? "", /^Could not run GRANT: /);
    assert.match(result.error?.trace ?? "", /ParseException/);
  });
}
