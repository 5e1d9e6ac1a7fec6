"""``python -m notebook_driver.class_archive ARCHIVE JAVA OPTIONS…``: archives the classes that Spark and Delta load.

Called by scripts/setup.mjs. Runs what notebooks do most, then ends the JVM, which writes the archive.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import tempfile
import time
from typing import Any

_CONF = {
    "spark.master": "local[2]",
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.sources.default": "delta",
    "spark.sql.shuffle.partitions": "2",
    "spark.databricks.delta.snapshotPartitions": "2",
}


def main(archive: str, jvm: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        connection = os.path.join(folder, "gateway")
        conf = {**_CONF, "spark.sql.warehouse.dir": os.path.join(folder, "warehouse")}
        options = [word for key, value in conf.items() for word in ("--conf", f"{key}={value}")]
        java, *rest = jvm
        process = subprocess.Popen(
            [
                java,
                f"-XX:ArchiveClassesAtExit={archive}",
                *rest,
                "org.apache.spark.deploy.SparkSubmit",
                *options,
                "pyspark-shell",
            ],
            stdin=subprocess.PIPE,
            env={**os.environ, "_PYSPARK_DRIVER_CONN_INFO_PATH": connection},
            cwd=folder,
        )
        while not os.path.exists(connection):
            if process.poll() is not None:
                raise SystemExit(f"Spark's Java process ended with exit code {process.returncode}")
            time.sleep(0.1)
        with open(connection, "rb") as file:
            port, length = struct.unpack("!ii", file.read(8))
            secret = file.read(length).decode()
        os.environ.update(PYSPARK_GATEWAY_PORT=str(port), PYSPARK_GATEWAY_SECRET=secret)
        from pyspark.sql import SparkSession

        spark = SparkSession.builder.getOrCreate()
        _exercise(spark, folder)
        spark.stop()
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=120)


def _exercise(spark: Any, folder: str) -> None:
    with open(os.path.join(folder, "numbers.csv"), "w") as file:
        file.write("id,name,day\n1,one,2020-01-01\n2,two,2020-01-02\n")
    csv = spark.read.csv(os.path.join(folder, "numbers.csv"), header=True, inferSchema=True)
    csv.write.format("delta").saveAsTable("numbers")
    spark.sql("INSERT INTO numbers VALUES (3, 'three', DATE '2020-01-03')")
    spark.sql("SELECT name, count(*) AS n, max(day) AS last FROM numbers GROUP BY name ORDER BY name").collect()
    spark.sql(
        "MERGE INTO numbers USING (SELECT 1 AS id, 'uno' AS name) AS new ON numbers.id = new.id "
        "WHEN MATCHED THEN UPDATE SET name = new.name"
    )
    spark.table("numbers").limit(10).toPandas()
    _exercise_streams(spark, folder)


def _exercise_streams(spark: Any, folder: str) -> None:
    """Files → a Delta table → a MERGE in foreachBatch → its change feed, as medallion notebooks do."""
    from pyspark.sql import functions as f

    with open(os.path.join(folder, "numbers.json"), "w") as file:
        file.write('{"id": 1, "name": "one"}\n{"id": 4, "name": "four"}\n')

    def run(name: str, rows: Any, sink: Any) -> None:
        writer = rows.writeStream.queryName(name).option("checkpointLocation", os.path.join(folder, "checkpoints", name))
        sink(writer.trigger(availableNow=True)).awaitTermination()

    spark.read.json(os.path.join(folder, "numbers.json"))
    lines = spark.readStream.format("text").option("pathGlobFilter", "*.json").load(folder)
    everything = f.from_json("value", "map<string,variant>").alias("all")
    parsed = lines.select(f.from_json("value", "id int, name string").alias("row"), everything, "_metadata.file_path")
    rows = parsed.selectExpr("row.*", "to_json(map_filter(all, (k, v) -> k = 'new' AND NOT is_variant_null(v))) AS rescued")
    run("bronze", rows, lambda writer: writer.toTable("bronze"))
    spark.sql("CREATE TABLE silver (id INT, name STRING) USING DELTA TBLPROPERTIES (delta.enableChangeDataFeed = true)")

    def merge(batch: Any, _: int) -> None:
        batch.createOrReplaceTempView("batch")
        newest = "SELECT newest.* FROM (SELECT max_by(struct(id, name), name) AS newest FROM batch GROUP BY id)"
        batch.sparkSession.sql(
            f"MERGE INTO silver USING ({newest}) AS new ON silver.id = new.id "
            "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
        )

    run("silver", spark.readStream.table("bronze"), lambda writer: writer.foreachBatch(merge).start())
    changes = spark.readStream.option("readChangeFeed", True).table("silver")
    run("gold", changes.groupBy("id").count(), lambda writer: writer.outputMode("complete").toTable("gold"))


main(sys.argv[1], sys.argv[2:])
