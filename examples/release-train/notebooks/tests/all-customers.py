# Databricks notebook source
# MAGIC %md
# MAGIC # Test: every customer of the delivery is billed once a month

# COMMAND ----------

dbutils.widgets.text("schema", "energy_test", "Schema of the table")

# COMMAND ----------

import json

import pandas as pd

schema = dbutils.widgets.get("schema")
result = json.loads(dbutils.notebook.run("../bill-customers", 600, {"schema": schema}))

delivered = pd.read_csv("../data/readings.csv")
months = delivered.assign(month=delivered["day"].str[:7])[["customer", "month"]].drop_duplicates()

# COMMAND ----------

billed = spark.table(f"`{schema}`.bills").toPandas()
spark.sql(f"DROP SCHEMA `{schema}` CASCADE")

assert len(billed) == len(months), f"{len(months)} bills are due, and {len(billed)} were written"
assert not billed.duplicated(["customer", "month"]).any()
assert (billed["amount"] >= 0).all(), "no customer is owed money in this delivery"

# COMMAND ----------

dbutils.notebook.exit(json.dumps(result))
