import assert from "node:assert/strict";
import { type Notebooks, printed } from "../driver/notebooks.ts";
import { type SparkServer, startConnectNotebooks } from "../driver/spark-servers.ts";

// What takes more CPU time than npm test has for Spark Connect; the rest is in test/driver/spark-connect.test.ts.
describe("notebooks on Spark Connect", function () {
  this.timeout(180_000);
  let server: SparkServer;
  let notebooks: Notebooks;
  before(async () => {
    ({ server, notebooks } = await startConnectNotebooks());
  });
  after(async () => {
    await notebooks?.stop();
    await server?.stop();
  });

  // https://docs.databricks.com/ingestion/cloud-object-storage/auto-loader/schema
  it("Auto Loader works as in a JVM, on the files that the server sees", async () => {
    const result = await notebooks.run([
      `landing = '/Volumes/main/default/landing'
def auto(name, format, **options):
    reader = spark.readStream.format('cloudFiles').option('cloudFiles.format', format).option('cloudFiles.schemaLocation', f'dbfs:/schemas/{name}')
    return reader.options(**{key.replace('__', '.'): value for key, value in options.items()}).load(f'{landing}/{format}')
def load(name, frame):
    frame.writeStream.option('checkpointLocation', f'dbfs:/checkpoints/{name}').trigger(availableNow=True).toTable(name).awaitTermination()`,
      `dbutils.fs.put(f'{landing}/json/1.json', '{"id": 1, "name": {"first": "Ada"}}\\n{"id": "x"}\\nnot json\\n')
dbutils.fs.put(f'{landing}/csv/1.csv', 'id,city\\n1,Oslo\\n2\\n')
frames = [auto('people', 'json', cloudFiles__inferColumnTypes=True, cloudFiles__schemaHints='id int'), auto('cities', 'csv', header=True)]
print([frame.schema.simpleString() for frame in frames])`,
      `load('people', frames[0])
print([tuple(row) for row in spark.sql("SELECT id, name.first, _rescued_data IS NULL FROM people ORDER BY id, _rescued_data").collect()])`,
      `own = spark.readStream.format('cloudFiles').option('cloudFiles.format', 'json').schema('id int').load(f'{landing}/json')
print(own.schema.simpleString(), spark.readStream.text(f'{landing}/json').columns)
dbutils.fs.put(f'{landing}/json/2.json', '{"email": "a@b"}\\n')
load('people', auto('people', 'json', cloudFiles__schemaEvolutionMode='failOnNewColumns'))`,
    ]);
    assert.deepEqual(
      [2, 3, 4].map((cell) => printed(result, cell).replace(/^Wrote .*\n/gm, "")),
      [
        "['struct<id:int,name:struct<first:string>,_rescued_data:string>', 'struct<id:string,city:string,_rescued_data:string>']\n",
        "[(None, None, False), (None, None, False), (1, 'Ada', True)]\n",
        "struct<id:int> ['value']\n",
      ],
      result.error?.message,
    );
    const reason =
      /TASK_WRITE_FAILED.*; caused by: .*UNKNOWN_FIELD_EXCEPTION.*: email in .*\/json\/2.json; change/;
    assert.match(result.error?.message ?? "", reason);
  });
});
