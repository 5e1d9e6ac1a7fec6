"""Spark with Delta Lake as a person would start it, without any tuning: a session, a table, and its printed count."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import pandas as pd
from pyspark.sql import SparkSession

root = Path(__file__).parents[1]
environment = json.loads((root / ".setup" / "environment.json").read_text())
jars = ",".join(environment["deltaJars"])

with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)  # the warehouse of an untuned session is in the working directory
    spark = (
        SparkSession.builder.master("local[*]")
        .config("spark.jars", jars)
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config(
            "spark.sql.catalog.spark_catalog",
            "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        )
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    observations = root / "examples/databricks-weather/notebooks/data/seattle-weather.csv"
    spark.createDataFrame(pd.read_csv(observations)).write.format("delta").saveAsTable("days")
    print(spark.table("days").count(), flush=True)
    spark.stop()
