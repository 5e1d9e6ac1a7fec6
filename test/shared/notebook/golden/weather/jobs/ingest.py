# Databricks notebook source
# MAGIC %md
# MAGIC Sets `dbutils.widgets.text("package_version", "0.0.0")` below.

# COMMAND ----------

# DBTITLE 1,Widgets: package_version
# dbutils.widgets.text("package_version", "0.0.0") was the old form
dbutils.widgets.text(
    "package_version",   # the wheel that is tested
    defaultValue="1.0.0",
    label="package_version",
)
dbutils.widgets.text("station", "package_version")

# COMMAND ----------

# MAGIC %pip install "weather==$package_version"

# COMMAND ----------

help = """
dbutils.widgets.text("package_version", "0.0.0")
"""
print(f"{dbutils.widgets.get("package_version")!r:>{10}} Köln")