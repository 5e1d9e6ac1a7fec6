# Databricks notebook source
# MAGIC %md
# MAGIC # Test: each part of the consumption has the price of its tier

# COMMAND ----------

# MAGIC %run ../tariff

# COMMAND ----------

import json


def amount_of(*kwh: float) -> float:
    rows = [("a", "2026-01-31", float(each)) for each in kwh]
    readings = spark.createDataFrame(rows, "customer string, day string, kwh double")
    return float(bills(readings).first()["amount"])


cases = [
    ("a bill within the first tier has the basic price", amount_of(40, 20), 15.0),
    ("the first tier ends at 100 kWh", amount_of(100), 25.0),
    ("consumption above the first tier has the higher price", amount_of(100, 50), 45.0),
    ("a credit reduces the bill", amount_of(100, 50, -30), 33.0),
]
tests = [
    {
        "name": name,
        "outcome": "passed" if actual == expected else "failed",
        "message": ""
        if actual == expected
        else f"expected {expected:.2f}, but the bill is {actual:.2f}",
    }
    for name, actual, expected in cases
]

# COMMAND ----------

dbutils.notebook.exit(json.dumps({"tests": tests}))
