# Databricks notebook source
# MAGIC %md
# MAGIC # Set up: create the tables, and deliver the history if it is not there yet

# COMMAND ----------

# MAGIC %run ./settings

# COMMAND ----------

spark.sql(f"CREATE SCHEMA IF NOT EXISTS `{schema}`")
event = (
    "id STRING, time TIMESTAMP, updated TIMESTAMP, magnitude DOUBLE, place STRING, status STRING, network STRING, depth_km DOUBLE"
)
spark.sql(
    f"""CREATE TABLE IF NOT EXISTS {silver} ({event}, day DATE) USING DELTA
    TBLPROPERTIES (delta.enableChangeDataFeed = true)"""
)
spark.sql(
    f"CREATE TABLE IF NOT EXISTS {gold} (day DATE, earthquakes BIGINT, strongest DOUBLE, felt_worldwide BIGINT) USING DELTA"
)

# COMMAND ----------

dbutils.fs.mkdirs(landing)
if not any(entry.name == "history/" for entry in dbutils.fs.ls(landing)):
    deliver("history")
dbutils.notebook.exit("ready")
