# Databricks notebook source
# MAGIC %md
# MAGIC # Bill the customers
# MAGIC Reads the delivered meter readings and writes the table `bills`.

# COMMAND ----------

dbutils.widgets.text("package_version", "0.0.0", "Version of these notebooks")
dbutils.widgets.text("schema", "energy_dev", "Schema of the table")

# COMMAND ----------

# MAGIC %run ./tariff

# COMMAND ----------

import json

import pandas as pd
from pyspark.sql import functions as f

schema = dbutils.widgets.get("schema")
delivered = pd.read_csv("data/readings.csv")
readings = spark.createDataFrame(delivered).withColumn("day", f.to_date("day"))

spark.sql(f"CREATE SCHEMA IF NOT EXISTS `{schema}`")
bills(readings).write.format("delta").mode("overwrite").saveAsTable(f"`{schema}`.bills")

# COMMAND ----------

billed = spark.table(f"`{schema}`.bills").orderBy("customer", "month")
display(billed)

# COMMAND ----------

total = billed.agg(f.sum("amount")).first()[0]
dbutils.notebook.exit(
    json.dumps(
        {
            "package_version": dbutils.widgets.get("package_version"),
            "bills": billed.count(),
            "total": float(total),
        }
    )
)
