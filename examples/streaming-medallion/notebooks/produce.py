# Databricks notebook source
# MAGIC %md
# MAGIC # Produce: deliver the files of a payload, as the source does

# COMMAND ----------

# MAGIC %run ./settings

# COMMAND ----------

dbutils.widgets.text("payload", "1", "Payload")

payload = dbutils.widgets.get("payload")
files = deliver(payload)
assert files, f"there are no files in payloads/{payload}"

# COMMAND ----------

dbutils.notebook.exit(json.dumps({"payload": payload, "files": files, "events": len(payload_events(payload))}))
