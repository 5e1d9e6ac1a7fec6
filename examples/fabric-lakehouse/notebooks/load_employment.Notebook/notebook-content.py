# Fabric notebook source

# METADATA ********************

# META {
# META   "kernel_info": {
# META     "name": "synapse_pyspark"
# META   },
# META   "dependencies": {}
# META }

# MARKDOWN ********************

# # Employment: load the delivered data into tables
# 
# | table | content |
# |---|---|
# | `bronze_employment` | the delivered data, unchanged, as text |
# | `silver_sectors` | one typed row for each month and sector |
# | `gold_years` | one row for each year and sector, with the change since the year before |
# | `gold_losses` | for each sector, the month in which the most jobs were lost |

# PARAMETERS CELL ********************

package_version = "0.0.0"  # of these notebooks
table_prefix = ""
keep_tables = True

# METADATA ********************

# META {
# META   "language": "python",
# META   "language_group": "synapse_pyspark"
# META }

# CELL ********************

%run employment_model

# METADATA ********************

# META {
# META   "language": "python",
# META   "language_group": "synapse_pyspark"
# META }

# CELL ********************

import json

delivered = spark.read.option("header", True).csv("Files/employment/us-employment.csv")
broken = {rule: months for rule, months in broken_rules(delivered).items() if months}
assert not broken, f"the delivery breaks rules: {broken}"

delivered.write.format("delta").mode("overwrite").saveAsTable(f"{table_prefix}bronze_employment")

# METADATA ********************

# META {
# META   "language": "python",
# META   "language_group": "synapse_pyspark"
# META }

# CELL ********************

sectors = by_sector(spark.table(f"{table_prefix}bronze_employment"))
sectors.write.format("delta").mode("overwrite").saveAsTable(f"{table_prefix}silver_sectors")

# %%sql does not replace Python's variables, so that it reads and makes views without the prefix.
spark.table(f"{table_prefix}silver_sectors").createOrReplaceTempView("sectors")

# METADATA ********************

# META {
# META   "language": "python",
# META   "language_group": "synapse_pyspark"
# META }

# CELL ********************

# MAGIC %%sql
# MAGIC CREATE OR REPLACE TEMPORARY VIEW years AS
# MAGIC WITH averages AS (
# MAGIC   SELECT sector, YEAR(month) AS year, ROUND(AVG(thousands), 1) AS thousands
# MAGIC   FROM sectors
# MAGIC   GROUP BY sector, YEAR(month)
# MAGIC )
# MAGIC SELECT
# MAGIC   sector,
# MAGIC   year,
# MAGIC   thousands,
# MAGIC   thousands - LAG(thousands) OVER (PARTITION BY sector ORDER BY year) AS change
# MAGIC FROM averages

# METADATA ********************

# META {
# META   "language": "sparksql",
# META   "language_group": "synapse_pyspark"
# META }

# CELL ********************

spark.table("years").write.format("delta").mode("overwrite").saveAsTable(f"{table_prefix}gold_years")
losses = deepest_losses(spark.table("sectors"))
losses.write.format("delta").mode("overwrite").saveAsTable(f"{table_prefix}gold_losses")

# METADATA ********************

# META {
# META   "language": "python",
# META   "language_group": "synapse_pyspark"
# META }

# MARKDOWN ********************

# ## Check the tables

# CELL ********************

months = spark.table(f"{table_prefix}bronze_employment").count()
years = spark.table(f"{table_prefix}gold_years")
worst = spark.table(f"{table_prefix}gold_losses").where("sector = 'nonfarm'").first()

assert months == 120, "ten years have 120 months"
assert spark.table(f"{table_prefix}silver_sectors").count() == months * 22
assert years.where("change IS NULL").count() == 22, "only the first year has no year before"
assert str(worst["month"]) == "2010-02-01", "the recession ended in February 2010"

display(years.where("sector = 'nonfarm'").orderBy("year"))

# METADATA ********************

# META {
# META   "language": "python",
# META   "language_group": "synapse_pyspark"
# META }

# CELL ********************

if not keep_tables:
    for table in ("bronze_employment", "silver_sectors", "gold_years", "gold_losses"):
        spark.sql(f"DROP TABLE `{table_prefix}{table}`")

# METADATA ********************

# META {
# META   "language": "python",
# META   "language_group": "synapse_pyspark"
# META }

# CELL ********************

notebookutils.notebook.exit(
    json.dumps(
        {
            "package_version": package_version,
            "months": months,
            "worst_month": str(worst["month"]),
            "thousands_lost": float(worst["lost"]),
        }
    )
)

# METADATA ********************

# META {
# META   "language": "python",
# META   "language_group": "synapse_pyspark"
# META }
