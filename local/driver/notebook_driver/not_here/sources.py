"""Data sources and paths that do not exist here."""

from __future__ import annotations

from notebook_driver.not_here.entry import DATABRICKS, FABRIC, ON_THE_PLATFORM, NotHere

_PATH_END = r"(?=[.'\"]?(?:\s|$))"
_NO_PATH = r"(?:PATH_NOT_FOUND|FileNotFound\w+|InvalidInputException)\b.*?"

sources: tuple[NotHere, ...] = (
    NotHere(
        "Kafka, Event Hubs, Kinesis, Pub/Sub and Pulsar",
        r"(?i:Failed to find (?:the )?data source: (kafka|eventhubs|kinesis|pubsub|pulsar)\b)",
        "use {0}",
        "the local workspace has no message broker and no connector to one",
        "let a parameter choose the source, and read files or a table here",
    ),
    NotHere(
        '`spark.read.format("cloudFiles")`',
        r"(?i:Failed to find the data source: (cloudFiles)\b)",
        "read files by {0}",
        "Auto Loader is a source of streams",
        "use spark.readStream",
        platforms=DATABRICKS,
    ),
    NotHere(
        "other sources: Snowflake, SQL Server, BigQuery, Cosmos DB, MongoDB, Excel, Iceberg, Avro, …",
        r"Failed to find (?:the )?data source: ([\w.\-$]+?)\.(?=\s|$)",
        "use the data source {0}",
        "the local Spark has no connector for it",
        "keep a few rows as test data in a file, and let a parameter choose the source",
    ),
    NotHere(
        "JDBC",
        r"java\.sql\.SQLException: (No suitable driver)",
        "connect to the database",
        "the local Spark has no JDBC driver for it",
        "keep a few rows as test data in a file, and let a parameter choose the source",
    ),
    NotHere(
        "`abfss://`, `wasbs://`, `adl://`, `s3://`, `gs://`",
        r"No FileSystem for scheme \"?(\w+)|Class (org\.apache\.hadoop\.fs\.(?:azurebfs|azure|s3a|adl|gcs)\.[\w$]+) not found",
        "open the path of a cloud storage account",
        "the local workspace reaches no storage accounts ({0})",
        "take the path from a parameter, and use dbfs:/… or /Volumes/… here",
        platforms=DATABRICKS,
    ),
    NotHere(
        "`s3://`, `gs://`, `wasbs://`",
        r"No FileSystem for scheme \"?(\w+)|Class (org\.apache\.hadoop\.fs\.(?:azure|s3a|adl|gcs)\.[\w$]+) not found",
        "open the path of a cloud storage account",
        "the local workspace reaches no storage accounts ({0})",
        "take the path from a parameter, and use a lakehouse here",
        platforms=FABRIC,
    ),
    NotHere(
        "`/databricks-datasets`",
        rf"{_NO_PATH}(?<![\w/])((?:dbfs:/|/dbfs/|/)?databricks-datasets(?:/[^\s'\"]*?)?){_PATH_END}",
        "find {0}",
        "the local workspace does not have the data sets of Databricks",
        "keep a few rows in the repository, and take the path from a widget",
        platforms=DATABRICKS,
    ),
    NotHere(
        "mounts: `/mnt/…`",
        rf"{_NO_PATH}(?<![\w/])((?:dbfs:|/dbfs)?/mnt(?:/[^\s'\"]*?)?){_PATH_END}",
        "find {0}",
        "the local workspace has no mounted storage",
        "take the path from a widget, or create the files first, for example by dbutils.fs.put",
        platforms=DATABRICKS,
    ),
    NotHere(
        "folders of a cluster's machines: `/databricks/…`, `/local_disk0/…`",
        rf"{_NO_PATH}(?<![\w/])((?:file:)?/(?:databricks|local_disk0)/(?:[^\s'\"]*?)?){_PATH_END}",
        "find {0}",
        "it belongs to the machines of Databricks, and this one has no such folder",
        ON_THE_PLATFORM,
        platforms=DATABRICKS,
    ),
    NotHere(
        "other files by an absolute path: `/Workspace/Users/…`, `/Workspace/Repos/…`, `/Volumes/…`, `/FileStore/…`",
        rf"{_NO_PATH}(?<![\w/])((?:file:|dbfs:)?/(?:Workspace/(?:Users|Repos|Shared)|Volumes|FileStore|dbfs/FileStore)/(?:[^\s'\"]*?)?){_PATH_END}",
        "find {0}",
        "the local workspace has only what was put into it since it started",
        "create the file in a setup step, and take its path from a widget or relative to the notebook",
        platforms=DATABRICKS,
    ),
)
