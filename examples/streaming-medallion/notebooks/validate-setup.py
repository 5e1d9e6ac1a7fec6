# Databricks notebook source
# MAGIC %md
# MAGIC # Validate the set-up: the history is in every table

# COMMAND ----------

# MAGIC %run ./settings

# COMMAND ----------

events = payload_events("history")
earthquakes = {event["id"] for event in events if event["type"] == "earthquake"}

for table in (bronze, silver, gold):
    assert spark.catalog.tableExists(table.replace("`", "")), f"{table} does not exist yet"

in_bronze = spark.table(bronze).count()
assert in_bronze == len(events), f"{bronze} has {in_bronze} of the {len(events)} events of the history"

in_silver = spark.table(silver).count()
assert in_silver == len(earthquakes), f"{silver} has {in_silver} of the {len(earthquakes)} earthquakes of the history"

in_gold = spark.table(gold).selectExpr("sum(earthquakes)").first()[0] or 0
assert in_gold == len(earthquakes), f"{gold} counts {in_gold} of the {len(earthquakes)} earthquakes of the history"

# COMMAND ----------

dbutils.notebook.exit(json.dumps({"bronze": in_bronze, "silver": in_silver, "gold": in_gold}))
