# Databricks notebook source
rows = [{"station": "Seattle", "temp_max": 12.8}]

# COMMAND ----------

missing = [row for row in rows if "temp_min" not in row]
if missing:
    raise ValueError(f"{len(missing)} rows have no temp_min")

# COMMAND ----------

dbutils.notebook.exit("never reached")
