# Databricks notebook source
# MAGIC %md
# MAGIC # Settings: what every notebook of the project uses
# MAGIC `%run ./settings` defines the widgets, the tables and the path of the payloads.

# COMMAND ----------

dbutils.widgets.text("schema", "earthquakes_dev", "Schema of the tables")
dbutils.widgets.text("landing", "dbfs:/tmp/earthquakes_dev/landing", "Folder in which files arrive")
dbutils.widgets.text("checkpoints", "dbfs:/tmp/earthquakes_dev/checkpoints", "Folder of the checkpoints")

# COMMAND ----------

import glob
import json
import os

schema = dbutils.widgets.get("schema")
landing = dbutils.widgets.get("landing")
checkpoints = dbutils.widgets.get("checkpoints")

bronze = f"`{schema}`.bronze_events"
silver = f"`{schema}`.silver_earthquakes"
gold = f"`{schema}`.gold_days"


def payload_files(payload: str) -> list[str]:
    """The files of a payload, which are uploaded beside the notebooks."""
    return sorted(glob.glob(f"{os.getcwd()}/payloads/{payload}/*.json"))


def payload_events(*payloads: str) -> list[dict]:
    """The events of some payloads. Their ids say which event is which from the payload to the gold table."""
    files = [file for payload in payloads for file in payload_files(payload)]
    return [json.loads(line) for file in files for line in open(file, encoding="utf-8")]


def deliver(payload: str) -> int:
    """Copies the files of a payload to the landing folder, and returns how many there are."""
    files = payload_files(payload)
    for file in files:
        dbutils.fs.cp(f"file:{file}", f"{landing}/{payload}/{os.path.basename(file)}")
    return len(files)
