# Databricks notebook source
# MAGIC %md
# MAGIC # Clean: remove the tables, the landing folder and the checkpoints

# COMMAND ----------

# MAGIC %run ./settings

# COMMAND ----------

spark.sql(f"DROP SCHEMA IF EXISTS `{schema}` CASCADE")
for folder in (landing, checkpoints):
    dbutils.fs.rm(folder, recurse=True)

# COMMAND ----------

dbutils.notebook.exit("clean")
