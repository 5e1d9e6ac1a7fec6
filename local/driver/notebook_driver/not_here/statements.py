"""Statements of SQL that the local Spark does not know."""

from __future__ import annotations

from notebook_driver.not_here.entry import DATABRICKS, FABRIC, NO_CATALOG, NO_PIPELINES, ON_THE_PLATFORM, TEST_FUNCTIONS, NotHere

_SECURABLE = (
    r"(?:FOREIGN\s+)?CATALOGS?|(?:EXTERNAL\s+)?VOLUMES?|EXTERNAL\s+LOCATIONS?|(?:STORAGE\s+|SERVICE\s+)?CREDENTIALS?|CONNECTIONS?|SERVER|"
    r"SHARES?|RECIPIENTS?|PROVIDERS?|CLEAN\s+ROOMS?|METASTORE|POLICY|POLICIES"
)

statements: tuple[NotHere, ...] = (
    NotHere(
        "`GRANT`, `REVOKE`, `DENY`, `SHOW GRANTS`, owners, users and groups",
        r"(GRANT|REVOKE|DENY|SHOW\s+(?:GRANTS?|USERS|GROUPS|ALL\s+GROUPS)|(?:CREATE|ALTER|DROP)\s+GROUP"
        r"|ALTER\s+\w+(?=\s+\S+\s+(?:SET\s+)?OWNER\s+TO\b))\b(?=\s+\S+\s+((?:SET\s+)?OWNER\s+TO)\b)?",
        "run {0}",
        "the local workspace has no users and permissions in SQL",
        ON_THE_PLATFORM,
        is_statement=True,
    ),
    NotHere(
        "statements about catalogs, volumes, external locations, connections, shares, tags, row filters, masks; `SYNC`, `UNDROP`",
        rf"((?:CREATE(?:\s+OR\s+REPLACE)?|ALTER|DROP|DESCRIBE|DESC|SHOW|USE|COMMENT\s+ON|REFRESH)\s+(?:{_SECURABLE})|SYNC\s+(?:SCHEMA|TABLE)"
        r"|UNDROP(?:\s+\w+)?|(?:SET|UNSET)\s+TAG)\b"
        r"|(MSCK\s+REPAIR\s+TABLE|CREATE\s+(?:DATABASE|SCHEMA)|ALTER\s+\w+)\b(?=.*\b"
        r"(SYNC\s+METADATA|MANAGED\s+LOCATION|(?:SET|UNSET)\s+TAGS|ROW\s+FILTER|(?:SET|DROP)\s+MASK)\b)",
        "run {0}",
        NO_CATALOG,
        ON_THE_PLATFORM,
        is_statement=True,
        platforms=DATABRICKS,
    ),
    NotHere(
        "`DESCRIBE CATALOG`, `DESCRIBE VOLUME`, … which Spark takes for the name of a table",
        r"\[TABLE_OR_VIEW_NOT_FOUND\] The table or view `((?i:CATALOG|VOLUME|CONNECTION|SHARE|RECIPIENT|PROVIDER|CREDENTIAL))`",
        "describe the {0}",
        NO_CATALOG,
        ON_THE_PLATFORM,
        platforms=DATABRICKS,
    ),
    NotHere(
        "metric views: `CREATE VIEW … WITH METRICS`",
        r"((?:CREATE(?:\s+OR\s+REPLACE)?|ALTER)\s+VIEW)\b(?=.*?\b(WITH\s+METRICS|AS\s+\$\$))",
        "run {0}",
        "the local Spark has no metric views",
        ON_THE_PLATFORM,
        is_statement=True,
        platforms=DATABRICKS,
    ),
    NotHere(
        "`LIST`, `PUT`, `GET` and `REMOVE` of files in volumes",
        r"(LIST|PUT|GET|REMOVE)\s+'",
        "run {0}",
        "the local workspace has no statements for files",
        "use dbutils.fs, or Python's open on /Volumes/…",
        is_statement=True,
        platforms=DATABRICKS,
    ),
    NotHere(
        "`COPY INTO`",
        r"(COPY\s+INTO)\b",
        "run {0}",
        "the local Spark does not have this statement",
        'read the files by spark.readStream.format("cloudFiles") with the trigger availableNow, which also takes each file once',
        is_statement=True,
    ),
    NotHere(
        "`CREATE STREAMING TABLE`, `CREATE MATERIALIZED VIEW`, `CREATE LIVE TABLE`, `APPLY CHANGES INTO`, …",
        r"(CREATE\s+(?:OR\s+REFRESH\s+)?(?:TEMPORARY\s+|PRIVATE\s+)?(?:STREAMING(?:\s+LIVE)?\s+\w+|INCREMENTAL\s+LIVE\s+\w+"
        r"|LIVE\s+\w+|MATERIALIZED\s+VIEW)|CREATE\s+FLOW|APPLY\s+CHANGES\s+INTO|AUTO\s+CDC)\b",
        "run {0}",
        NO_PIPELINES,
        TEST_FUNCTIONS,
        is_statement=True,
        platforms=DATABRICKS,
    ),
    NotHere(
        "`CREATE`, `REFRESH` and `SHOW MATERIALIZED LAKE VIEW`",
        r"((?:CREATE(?:\s+OR\s+REPLACE)?|ALTER|DROP|REFRESH|SHOW(?:\s+CREATE)?)\s+MATERIALIZED\s+LAKE\s+VIEWS?)\b",
        "run {0}",
        "the local workspace has no materialized lake views",
        "test the query of the view as a SELECT",
        is_statement=True,
        platforms=FABRIC,
    ),
    NotHere(
        "the same in the syntax of Spark's own pipelines",
        r"CREATE_PIPELINE_DATASET_QUERY_EXECUTION.*?(CREATE [A-Z. ]*(?:STREAMING TABLE|MATERIALIZED VIEW|FLOW))",
        "run {0}",
        NO_PIPELINES,
        TEST_FUNCTIONS,
    ),
    NotHere(
        "`CREATE FUNCTION … LANGUAGE PYTHON`",
        r"(CREATE\s+(?:OR\s+REPLACE\s+)?(?:TEMPORARY\s+)?FUNCTION)\b(?=.*\b(LANGUAGE\s+PYTHON)\b)",
        "run {0}",
        "the local Spark has no Python functions in SQL",
        "register the function by spark.udf.register",
        is_statement=True,
    ),
    NotHere(
        "`CLONE` and `DEEP CLONE`",
        r"(CREATE\s+(?:OR\s+REPLACE\s+)?TABLE)\b(?=.*?\s((?:DEEP\s+)?CLONE)\b)(?!.*\sSHALLOW\s+CLONE\b)",
        "run {0}",
        "the local Delta Lake has only SHALLOW CLONE",
        "write SHALLOW CLONE, or CREATE TABLE … AS SELECT",
        is_statement=True,
    ),
    NotHere(
        "`CLUSTER BY AUTO`",
        r"((?:CREATE|ALTER)\s+(?:OR\s+REPLACE\s+)?TABLE)\b(?=.*\b(CLUSTER\s+BY\s+AUTO)\b)",
        "run {0}",
        "the local Delta Lake cannot choose the columns",
        "name them: CLUSTER BY (…)",
        is_statement=True,
        platforms=DATABRICKS,
    ),
    NotHere(
        "`CREATE PROCEDURE`, `CREATE BLOOMFILTER INDEX`, `CACHE SELECT`, `FSCK REPAIR TABLE`, `… COMPUTE DELTA STATISTICS`",
        r"(CREATE\s+(?:OR\s+REPLACE\s+)?PROCEDURE|(?:CREATE|DROP)\s+BLOOMFILTER\s+INDEX|CACHE\s+SELECT|FSCK\s+REPAIR\s+TABLE"
        r"|ANALYZE\s+TABLE(?=.*\bDELTA\s+STATISTICS))\b(?:.*\b(DELTA\s+STATISTICS)\b)?",
        "run {0}",
        "only Databricks Runtime has this statement",
        ON_THE_PLATFORM,
        is_statement=True,
        platforms=DATABRICKS,
    ),
)
