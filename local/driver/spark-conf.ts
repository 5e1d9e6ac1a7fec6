import path from "node:path";
import { pathToFileURL } from "node:url";

/** What the settings of a Spark depend on. */
export interface SparkPlace {
  master: string;
  /** The address at which the executors reach this machine; loopback for executors on it. */
  address: string;
  /** Spark's own folder: its log, its scratch space and the tables. */
  folder: string;
  dbfsFolder: string;
  deltaJars: readonly string[];
  /** The JAVA_HOME of executors on this machine. */
  executorJava?: string | undefined;
}

/** The settings of the workspace's Spark: a small machine, Delta Lake as the platform's default, dbfs:/ as its file system. */
export function sparkConf({
  master,
  address,
  folder,
  dbfsFolder,
  deltaJars,
  executorJava,
}: SparkPlace): Record<string, string> {
  return {
    "spark.master": master,
    // The driver's own class path has them already; executors get them from the driver.
    ...(master.startsWith("local") ? {} : { "spark.jars": deltaJars.join(",") }),
    ...(executorJava === undefined
      ? {}
      : {
          "spark.executorEnv.JAVA_HOME": executorJava,
          // A worker that was not started by Spark's scripts looks for it in the folders of Spark's own build.
          "spark.executorEnv.SPARK_SCALA_VERSION": "2.13",
        }),
    "spark.app.name": "notebook-ops",
    "spark.driver.host": address,
    "spark.driver.bindAddress": address,
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
