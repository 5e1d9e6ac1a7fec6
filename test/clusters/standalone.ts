// What notebooks do on a standalone cluster of the installed Spark: `npm run test:clusters`.
import assert from "node:assert/strict";
import { FabricNotebooks } from "../driver/fabric-notebooks.ts";
import { Notebooks, printed } from "../driver/notebooks.ts";
import { describeFabric } from "../driver/spark/fabric.ts";
import {
  freePort,
  type SparkServer,
  startStandaloneMaster,
  startStandaloneWorker,
} from "../driver/spark-servers.ts";

const port = await freePort();
const url = `spark://127.0.0.1:${port}`;

// In this order: the tests at the end stop the cluster.
describe("notebooks on a standalone cluster", function () {
  this.timeout(600_000);
  const notebooks = new Notebooks(url);
  const fabric = new FabricNotebooks(notebooks.driver);
  let master: SparkServer;
  let worker: SparkServer;
  before(async () => {
    master = await startStandaloneMaster(port);
    worker = await startStandaloneWorker(url);
  });
  after(async () => {
    await notebooks.stop();
    fabric.remove();
    await Promise.all([worker?.stop(), master?.stop()]);
  });

  describe("notebooks of Fabric", () => describeFabric(fabric));

  // https://spark.apache.org/docs/latest/spark-standalone.html#high-availability: Spark moves the work of a lost worker to others.
  it("a notebook goes on when another worker takes the place of a lost one", async () => {
    const notebook = notebooks.start([
      `import time
from pyspark.sql.functions import udf
@udf('int')
def slow(n):
    time.sleep(0.1)
    return 1
print('up', flush=True)
print(spark.range(0, 200, 1, 4).select(slow('id').alias('n')).selectExpr('sum(n)').first()[0])`,
    ]);
    await new Promise((resolve) => notebook.output.once("data", resolve));
    await worker.stop();
    worker = await startStandaloneWorker(url);
    const result = await notebook.result;
    assert.equal(result.error, undefined, result.error?.message);
    assert.equal(printed(result), "up\n200\n");
  });

  it("a notebook whose last worker is lost fails with a sentence, and so does the next one", async () => {
    const notebook = notebooks.start([
      "print('up', flush=True)\nspark.range(0, 10**15, 1, 2).selectExpr('max(id)').collect()",
    ]);
    await new Promise((resolve) => notebook.output.once("data", resolve));
    await worker.stop();
    const { error } = await notebook.result;
    assert.equal(
      error?.message,
      `Could not finish the notebook: the workspace's Spark ended while it ran (its cluster ${url} had no executor for 60 s), and with it all sessions, temporary views and the tables of its catalog in memory; run the notebook again, for which Spark starts anew.`,
    );
    const next = await notebooks.run(["spark.range(1).count()"]);
    assert.match(
      next.error?.message ?? "",
      /^Could not use the Spark cluster .*: it started no executor within 60 s; start a worker/,
    );
  });

  it("a notebook goes on when its master is lost, and those after it until Spark ends", async () => {
    worker = await startStandaloneWorker(url);
    const first = notebooks.start([
      "print('up', flush=True)\nimport time\ntime.sleep(5)\nprint(spark.range(3).count())",
    ]);
    await new Promise((resolve) => first.output.once("data", resolve));
    await master.stop();
    assert.equal(printed(await first.result), "up\n3\n");
    const next = await notebooks.run(["print(spark.range(3).count())"]);
    assert.equal(printed(next), "3\n", next.error?.message);
    await worker.stop();
    const last = await notebooks.run(["spark.range(3).count()"]);
    assert.match(last.error?.message ?? "", /^Could not /);
  });
});
