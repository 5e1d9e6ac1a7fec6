import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { createInterface } from "node:readline";
import { readInstallation } from "../../local/driver/installation.ts";
import { displayed, Notebooks, printed } from "./notebooks.ts";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** A Spark Connect server such as a team runs it, with Delta Lake. */
async function startConnectServer(port: number): Promise<ChildProcess> {
  const [java, ...options] = readInstallation().jvmCommand as [string, ...string[]];
  const conf = {
    "spark.master": "local[2]",
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.connect.grpc.binding.port": String(port),
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
  };
  const server = spawn(java, [
    ...options,
    "org.apache.spark.deploy.SparkSubmit",
    "--class",
    "org.apache.spark.sql.connect.service.SparkConnectServer",
    ...Object.entries(conf).flatMap(([key, value]) => ["--conf", `${key}=${value}`]),
    "spark-internal",
  ]);
  for await (const line of createInterface({ input: server.stderr }))
    if (line.includes("Connect server started")) break;
  server.stderr.resume();
  server.stdout.resume();
  return server;
}

describe("notebooks on Spark Connect", function () {
  this.timeout(180_000);
  let server: ChildProcess;
  let notebooks: Notebooks;
  before(async () => {
    const port = await freePort();
    server = await startConnectServer(port);
    notebooks = new Notebooks(`sc://127.0.0.1:${port}`);
  });
  after(async () => {
    await notebooks?.stop();
    server.kill("SIGKILL");
  });

  it("a notebook on Spark Connect has a session of its own for Python and SQL", async () => {
    const result = await notebooks.run(
      [
        "spark.range(3).createOrReplaceTempView('three')\nprint(type(spark).__module__, spark.conf.get('spark.databricks.x'))",
        `%sql\nSELECT '\${p}' AS p, count(*) AS n FROM three`,
        "print(_sqldf.collect())",
        "_sqldf.display()\nprint(spark.conf.get('spark.databricks.clusterUsageTags.clusterId'))",
      ],
      { parameters: { p: "v" }, sparkConf: { "spark.databricks.x": "1" } },
    );
    assert.equal(result.error, undefined);
    assert.equal(printed(result), "pyspark.sql.connect.session 1\n");
    assert.equal(printed(result, 3), "[Row(p='v', n=3)]\n");
    assert.match(displayed(result, 4), /\| p \| n \|/);
    assert.equal(printed(result, 4), "cluster-1\n");
    const other = await notebooks.run(["print(spark.catalog.tableExists('three'))"]);
    assert.equal(printed(other), "False\n");
  });
});
