# Databricks notebook source
# MAGIC %md
# MAGIC # Weather: check the delivered data
# MAGIC Checks the delivered data against the rules of `weather_model`, and compares the seasons. It writes no table.

# COMMAND ----------

dbutils.widgets.text("package_version", "0.0.0", "Version of weather-model")

package_version = dbutils.widgets.get("package_version")

# COMMAND ----------

# MAGIC %pip install --quiet weather-model==$package_version

# COMMAND ----------

dbutils.library.restartPython()

# COMMAND ----------

import json

from weather_model import describe_days, find_problems, read_observations

observations = read_observations("data/seattle-weather.csv")
problems = find_problems(observations)

spark.createDataFrame(describe_days(observations)).createOrReplaceTempView("days")
for problem in problems:
    print(f"{problem.date}: {problem.rule} — does not hold")

# COMMAND ----------

# MAGIC %sql
# MAGIC CREATE OR REPLACE TEMPORARY VIEW seasons AS
# MAGIC SELECT
# MAGIC   season,
# MAGIC   COUNT(*) AS days,
# MAGIC   ROUND(AVG(temp_mean), 1) AS temp_mean,
# MAGIC   ROUND(100 * AVG(INT(is_wet)), 1) AS wet_days_percent
# MAGIC FROM days
# MAGIC GROUP BY season

# COMMAND ----------

# MAGIC %sql
# MAGIC SELECT * FROM seasons ORDER BY temp_mean

# COMMAND ----------

seasons = {row.season: row for row in spark.table("seasons").collect()}

assert not problems, f"the delivery breaks {len(problems)} rules"
assert set(seasons) == {"winter", "spring", "summer", "autumn"}
assert seasons["winter"].temp_mean < seasons["summer"].temp_mean
assert seasons["summer"].wet_days_percent < seasons["winter"].wet_days_percent, "dry summers"

# COMMAND ----------

dbutils.notebook.exit(
    json.dumps(
        {
            "days": len(observations),
            "problems": len(problems),
            "wet_days_percent": {name: row.wet_days_percent for name, row in seasons.items()},
        }
    )
)
