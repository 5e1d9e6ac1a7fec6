# Databricks notebook source
import time

# COMMAND ----------

print("running")
time.sleep(3600)

# COMMAND ----------

dbutils.notebook.exit("never reached")
