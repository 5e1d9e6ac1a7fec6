# Databricks notebook source
# MAGIC %md
# MAGIC # The tariff
# MAGIC Other notebooks include this one with `%run`. The first 100 kWh of a month have the basic price,
# MAGIC and the rest has the higher one.

# COMMAND ----------

from decimal import Decimal

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

first_tier_kwh = 100
basic_price = Decimal("0.25")
higher_price = Decimal("0.40")


def bills(readings: DataFrame) -> DataFrame:
    """One row for each customer and month.

    `readings` has the columns customer, day and kwh. A credit is a negative reading.
    """
    month = f.date_format("day", "yyyy-MM").alias("month")
    kwh = f.sum(f.col("kwh").cast("decimal(12,1)")).alias("kwh")
    months = readings.groupBy("customer", month).agg(kwh)
    basic = f.least(f.col("kwh"), f.lit(first_tier_kwh))
    higher = f.greatest(f.col("kwh") - first_tier_kwh, f.lit(0))
    amount = f.round(basic * f.lit(basic_price) + higher * f.lit(higher_price), 2)
    return months.withColumn("amount", amount)
