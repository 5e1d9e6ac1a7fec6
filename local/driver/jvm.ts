import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, watch } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { couldNot } from "../../shared/text/could-not.ts";
import { guardGroup } from "../guardian/guardian.ts";
import type { Installation } from "./installation.ts";
import { nodeEnvironment } from "./python-host.ts";

export interface Gateway {
  port: number;
  secret: string;
}

/** The settings of the workspace's Spark: a small machine, Delta Lake as the platform's default, dbfs:/ as its file system. */
function sparkConf(
  master: string,
  folder: string,
  dbfsFolder: string,
  deltaJars: string[],
): Record<string, string> {
  return {
    "spark.master": master,
    ...(master.startsWith("local") ? {} : { "spark.jars": deltaJars.join(",") }),
    "spark.app.name": "notebook-ops",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.local.dir": path.join(folder, "local"),
    "spark.sql.warehouse.dir": pathToFileURL(path.join(folder, "warehouse")).href,
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.sources.default": "delta",
    "spark.sql.session.timeZone": "Etc/UTC",
    // Delta's parser does not support the parameter substitution of Spark 4.1: without this, :name stays unbound.
    "spark.sql.legacy.parameterSubstitution.constantsOnly": "true",
    "spark.sql.shuffle.partitions": "2",
    // Spark looks for new data a hundred times per second in each stream that waits for it, which costs more CPU here than the work.
    "spark.sql.streaming.pollingDelay": "100ms",
    "spark.databricks.delta.snapshotPartitions": "2",
    // VACUUM lists a table by this number of tasks, however small it is, and the default of 10,000 takes minutes. Other statements list
    // by at most as many tasks as there are folders.
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "8",
    // dbfs:/ is a Hadoop view file system over the workspace's folder, and the default for paths without a scheme.
    "spark.hadoop.fs.defaultFS": "dbfs:///",
    "spark.hadoop.fs.dbfs.impl": "org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme",
    "spark.hadoop.fs.viewfs.overload.scheme.target.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
    "spark.hadoop.fs.viewfs.mounttable.default.linkFallback": pathToFileURL(dbfsFolder).href,
    "spark.delta.logStore.dbfs.impl": "io.delta.storage.LocalLogStore",
    // OneLake's addresses, which are folders of this machine, too (notebook_driver/notebookutils/spark_paths.py).
    "spark.delta.logStore.abfss.impl": "io.delta.storage.LocalLogStore",
  };
}

/** The workspace's one JVM, which runs Spark's gateway and ends when its stdin is closed. */
export class Jvm {
  readonly #process: ChildProcess;
  readonly #log: string;
  readonly gateway: Promise<Gateway>;

  constructor(installation: Installation, master: string, stateFolder: string, dbfsFolder: string) {
    const folder = path.join(stateFolder, "spark");
    mkdirSync(path.join(folder, "local"), { recursive: true });
    const connection = path.join(folder, "gateway");
    this.#log = path.join(folder, "spark.log");
    const log = openSync(this.#log, "w", 0o600);
    const conf = sparkConf(master, folder, dbfsFolder, installation.deltaJars);
    const [java, ...options] = installation.jvmCommand as [string, ...string[]];
    const args = Object.entries(conf).flatMap(([key, value]) => ["--conf", `${key}=${value}`]);
    this.#process = spawn(
      java,
      [...options, "org.apache.spark.deploy.SparkSubmit", ...args, "pyspark-shell"],
      {
        cwd: folder,
        env: { ...nodeEnvironment(), _PYSPARK_DRIVER_CONN_INFO_PATH: connection, PYSPARK_PIN_THREAD: "true" },
        stdio: ["pipe", log, log],
        detached: true, // Ctrl-C at a terminal must not end it before the notebooks
      },
    );
    if (this.#process.pid !== undefined) this.#process.once("exit", guardGroup(this.#process.pid));
    this.#process.unref();
    this.#process.stdin?.on("error", () => {});
    this.gateway = this.#awaitGateway(folder, connection);
    this.gateway.catch(() => {});
  }

  #awaitGateway(folder: string, connection: string): Promise<Gateway> {
    return new Promise((resolve, reject) => {
      const watcher = watch(folder, () => {
        if (!existsSync(connection)) return;
        const bytes = readFileSync(connection);
        if (bytes.length < 8 || bytes.length < 8 + bytes.readInt32BE(4)) return;
        watcher.close();
        rmSync(connection);
        resolve({ port: bytes.readInt32BE(0), secret: bytes.subarray(8).toString("utf8") });
      });
      const fail = (why: string) => {
        watcher.close();
        const printed = readFileSync(this.#log, "utf8").trim().split("\n").slice(-5).join(" | ");
        reject(
          new Error(
            couldNot("start Spark's Java process", `it ${why} and printed: ${printed}`, `see ${this.#log}`),
          ),
        );
      };
      this.#process.on("error", (error) => fail(`could not be started (${error.message})`));
      this.#process.on("exit", (code, signal) => fail(`ended with ${signal ?? `exit code ${code}`}`));
    });
  }

  get exited(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  async stop(graceMs = 3000): Promise<void> {
    if (this.exited) return;
    this.#process.ref(); // so that Node waits for it even if nothing else is left
    const gone = new Promise((resolve) => this.#process.once("exit", resolve));
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), graceMs);
    this.#process.stdin?.end();
    await gone;
    clearTimeout(timer);
  }
}
