# Databricks notebook source
# MAGIC %md
# MAGIC # Run: files → bronze → silver → gold
# MAGIC
# MAGIC | table | content |
# MAGIC |---|---|
# MAGIC | `bronze_events` | the delivered events, unchanged, with the file that they came in |
# MAGIC | `silver_earthquakes` | one typed row for each earthquake: its newest report |
# MAGIC | `gold_days` | one row for each day |
# MAGIC
# MAGIC With the trigger `continuous`, the three streams run until the job is cancelled. With `availableNow`, each processes what is
# MAGIC there, and ends.

# COMMAND ----------

# MAGIC %run ./settings

# COMMAND ----------

dbutils.widgets.dropdown("trigger", "availableNow", ["availableNow", "continuous"], "Trigger")
runs_on = dbutils.widgets.get("trigger") == "continuous"

spark.conf.set("spark.sql.shuffle.partitions", 2)  # the micro-batches are small


def start(name, rows, write):
    """Starts a stream. One that processes what is there has ended when this returns."""
    writer = rows.writeStream.queryName(name).option("checkpointLocation", f"{checkpoints}/{name}")
    writer = writer.trigger(processingTime="1 second") if runs_on else writer.trigger(availableNow=True)
    query = write(writer)
    if not runs_on:
        query.awaitTermination()


# COMMAND ----------

# MAGIC %md
# MAGIC ## Bronze

# COMMAND ----------

events = (
    spark.readStream.format("cloudFiles")
    .option("cloudFiles.format", "json")
    .option("cloudFiles.inferColumnTypes", True)
    .option("cloudFiles.schemaHints", "mag double, depth double, latitude double, longitude double")
    .option("cloudFiles.schemaLocation", f"{checkpoints}/bronze")
    .option("cloudFiles.schemaEvolutionMode", "rescue")
    .option("recursiveFileLookup", True)
    .option("pathGlobFilter", "*.json")
    .load(landing)
    .selectExpr("*", "_metadata.file_path AS source_file", "current_timestamp() AS received")
)
start("bronze", events, lambda writer: writer.toTable(bronze))

# COMMAND ----------

# MAGIC %md
# MAGIC ## Silver
# MAGIC A source that delivers at least once, and revises what it delivered: the newest report of an event counts.

# COMMAND ----------


def merge_reports(reports, _batch):
    reports.createOrReplaceTempView("reports")
    reports.sparkSession.sql(
        f"""MERGE INTO {silver} AS known
        USING (SELECT newest.* FROM (SELECT max_by(struct(*), updated) AS newest FROM reports GROUP BY id)) AS report
        ON known.id = report.id
        WHEN MATCHED AND report.updated > known.updated THEN UPDATE SET *
        WHEN NOT MATCHED THEN INSERT *"""
    )


earthquakes = (
    spark.readStream.table(bronze)
    .where("type = 'earthquake'")
    .selectExpr(
        "id",
        "timestamp_millis(time) AS time",
        "timestamp_millis(updated) AS updated",
        "mag AS magnitude",
        "place",
        "status",
        "net AS network",
        "depth AS depth_km",
        "to_date(timestamp_millis(time)) AS day",
    )
)
start("silver", earthquakes, lambda writer: writer.foreachBatch(merge_reports).start())

# COMMAND ----------

# MAGIC %md
# MAGIC ## Gold
# MAGIC The days of which an earthquake has changed are counted anew.

# COMMAND ----------


def count_days(changes, _batch):
    days = ", ".join(f"'{row['day']}'" for row in changes.select("day").distinct().collect())
    if not days:
        return
    counted = changes.sparkSession.sql(
        f"""SELECT day, count(*) AS earthquakes, max(magnitude) AS strongest, count_if(magnitude >= 4.5) AS felt_worldwide
        FROM {silver} WHERE day IN ({days}) GROUP BY day"""
    )
    counted.write.mode("overwrite").option("replaceWhere", f"day IN ({days})").saveAsTable(gold)


changes = spark.readStream.option("readChangeFeed", True).table(silver)
start("gold", changes, lambda writer: writer.foreachBatch(count_days).start())
