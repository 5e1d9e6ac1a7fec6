"""Functions of SQL that the local Spark does not have."""

from __future__ import annotations

from notebook_driver.not_here.entry import DATABRICKS, NO_CATALOG, ON_THE_PLATFORM, NotHere

_UNKNOWN_FUNCTION = r"(?:Cannot resolve routine|Could not resolve) `(?:system`\.`builtin`\.`)?"

functions: tuple[NotHere, ...] = (
    NotHere(
        "`ai_query` and the other `ai_…` functions, `vector_search`",
        rf"{_UNKNOWN_FUNCTION}(ai_\w+|vector_search)`",
        "call {0}",
        "the local workspace has no models and no vector search",
        "use a result that you keep as test data",
    ),
    NotHere(
        "`secret` and `try_secret` in SQL",
        rf"{_UNKNOWN_FUNCTION}((?:try_)?secret|list_secrets)`",
        "call {0}",
        "the local Spark does not have this function",
        "use dbutils.secrets.get in Python",
        platforms=DATABRICKS,
    ),
    NotHere(
        "`is_account_group_member`, `is_member`, `current_metastore`",
        rf"{_UNKNOWN_FUNCTION}(is_account_group_member|is_member|current_metastore|current_recipient)`",
        "call {0}",
        NO_CATALOG,
        ON_THE_PLATFORM,
        platforms=DATABRICKS,
    ),
    NotHere(
        "`read_files` and `cloud_files`",
        rf"{_UNKNOWN_FUNCTION}(read_files|cloud_files)`",
        "call {0}",
        "the local Spark does not have this function",
        'read the files in Python by spark.read, or by spark.readStream.format("cloudFiles")',
        platforms=DATABRICKS,
    ),
    NotHere(
        "functions that only Databricks Runtime has: `h3_…`, `st_…`, `http_request`, `remote_query`, `read_kafka`, …",
        rf"{_UNKNOWN_FUNCTION}(h3_\w+|st_\w+|http_request|remote_query|event_log|cloud_files_state|read_(?:kafka|kinesis|pubsub|pulsar|state_metadata))`",
        "call {0}",
        "only Databricks Runtime has this function",
        ON_THE_PLATFORM,
        platforms=DATABRICKS,
    ),
)
