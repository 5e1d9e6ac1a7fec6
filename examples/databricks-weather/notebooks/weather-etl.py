# Databricks notebook source
# MAGIC %md
# MAGIC # Weather: load the delivered data into tables
# MAGIC
# MAGIC | table | content |
# MAGIC |---|---|
# MAGIC | `bronze_observations` | the delivered data, unchanged, as text |
# MAGIC | `silver_days` | one typed row for each day, with the columns that `weather_model` adds |
# MAGIC | `gold_months` | one row for each month |

# COMMAND ----------

dbutils.widgets.text("package_version", "0.0.0", "Version of weather-model")
dbutils.widgets.text("schema", "weather_dev", "Schema of the tables")
dbutils.widgets.dropdown("keep_tables", "yes", ["yes", "no"], "Keep the tables")

package_version = dbutils.widgets.get("package_version")

# COMMAND ----------

# MAGIC %pip install --quiet weather-model==$package_version

# COMMAND ----------

dbutils.library.restartPython()

# COMMAND ----------

import json
from importlib.metadata import version

import pandas as pd
from pyspark.sql.functions import to_date

from weather_model import describe_days, find_problems, read_observations

# The restarted Python process has none of the variables that the cells above set, but widgets keep their values.
schema = dbutils.widgets.get("schema")
assert version("weather-model") == dbutils.widgets.get("package_version")

spark.sql(f"CREATE SCHEMA IF NOT EXISTS `{schema}`")
spark.sql(f"USE `{schema}`")

# COMMAND ----------

# MAGIC %md
# MAGIC ## Bronze
# MAGIC The path is relative to the notebook, because the file is uploaded with it as a workspace file.

# COMMAND ----------

delivery = "data/seattle-weather.csv"

bronze = spark.createDataFrame(pd.read_csv(delivery, dtype=str))
bronze.write.format("delta").mode("overwrite").saveAsTable("bronze_observations")

# COMMAND ----------

# MAGIC %md
# MAGIC ## Silver

# COMMAND ----------

observations = read_observations(delivery)
problems = find_problems(observations)
assert not problems, f"the delivery breaks {len(problems)} rules, first {problems[0]}"

silver = spark.createDataFrame(describe_days(observations)).withColumn("date", to_date("date"))
silver.write.format("delta").mode("overwrite").saveAsTable("silver_days")

# COMMAND ----------

# MAGIC %md
# MAGIC ## Gold

# COMMAND ----------

# MAGIC %sql
# MAGIC CREATE OR REPLACE TABLE gold_months USING DELTA AS
# MAGIC SELECT
# MAGIC   year,
# MAGIC   month,
# MAGIC   COUNT(*) AS days,
# MAGIC   COUNT_IF(is_wet) AS wet_days,
# MAGIC   COUNT_IF(is_frost) AS frost_days,
# MAGIC   ROUND(SUM(precipitation), 1) AS precipitation_mm,
# MAGIC   ROUND(AVG(temp_mean), 2) AS temp_mean
# MAGIC FROM silver_days
# MAGIC GROUP BY year, month

# COMMAND ----------

# MAGIC %md
# MAGIC ## Check the tables

# COMMAND ----------

gold = spark.table("gold_months").orderBy("year", "month").toPandas()

assert spark.table("bronze_observations").count() == len(observations)
assert len(gold) == 48, "four years have 48 months"
assert gold["days"].sum() == len(observations), "each day is in one month"
assert gold["wet_days"].sum() == int((observations["precipitation"] >= 1).sum())
assert abs(gold["precipitation_mm"].sum() - observations["precipitation"].sum()) < 0.01
assert gold.groupby("month")["temp_mean"].mean().idxmax() in (7, 8), "Seattle is warmest in summer"

wettest = gold.loc[gold["precipitation_mm"].idxmax()]
display(gold.head(12))

# COMMAND ----------

if dbutils.widgets.get("keep_tables") == "no":
    spark.sql(f"DROP SCHEMA `{schema}` CASCADE")

# COMMAND ----------

dbutils.notebook.exit(
    json.dumps(
        {
            "package_version": version("weather-model"),
            "days": int(gold["days"].sum()),
            "months": len(gold),
            "wettest_month": f"{int(wettest['year'])}-{int(wettest['month']):02}",
            "precipitation_mm": float(wettest["precipitation_mm"]),
        }
    )
)
