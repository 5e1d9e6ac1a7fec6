# Databricks notebook source
dbutils.widgets.text('package_version', r"---(1.0.0)---", # dbutils.widgets.text("package_version")
                     label = 'package_version')

# COMMAND ----------

# MAGIC %sql
# MAGIC CREATE WIDGET TEXT package_version DEFAULT "1.0.0"
