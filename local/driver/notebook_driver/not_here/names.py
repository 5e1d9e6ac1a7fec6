"""Names of tables that the local catalog does not have."""

from __future__ import annotations

from notebook_driver.not_here.entry import DATABRICKS, FABRIC, NO_CATALOG, NO_PIPELINES, TEST_FUNCTIONS, NotHere

_TWO_PARTS = "name tables as schema.table here, for example with the catalog from a widget that is empty by default"

names: tuple[NotHere, ...] = (
    NotHere(
        "the samples and system tables",
        r"\[REQUIRES_SINGLE_PART_NAMESPACE\].* got `((?:samples|system)`\.`\w+)`",
        "find the tables of `{0}`",
        "the local workspace has no sample data and no system tables",
        "keep a few rows as test data, and take the table's name from a widget",
        platforms=DATABRICKS,
    ),
    NotHere(
        "`information_schema`",
        r"\[(?:TABLE_OR_VIEW_NOT_FOUND|SCHEMA_NOT_FOUND)\].*?`(information_schema)`",
        "find {0}",
        NO_CATALOG,
        "use SHOW TABLES and DESCRIBE, or spark.catalog",
        platforms=DATABRICKS,
    ),
    NotHere(
        "names of Unity Catalog: `catalog.schema.table`, `USE CATALOG`",
        r"\[REQUIRES_SINGLE_PART_NAMESPACE\].* got (`[^;\n]*`)\.|catalog to handle the identifier ([^\s]+)\.\s*$"
        r"|\[CATALOG_NOT_FOUND\] The catalog (`[^`]+`)|by v1 session catalog: ([^\s]+)\.",
        "find {0}",
        f"{NO_CATALOG}, whose names have a catalog in front",
        _TWO_PARTS,
        platforms=DATABRICKS,
    ),
    NotHere(
        "`lakehouse.schema.table` and longer names",
        r"\[REQUIRES_SINGLE_PART_NAMESPACE\].* got (`[^;\n]*`)\.|by v1 session catalog: ([^\s]+)\."
        r"|catalog to handle the identifier ([^\s]+)\.\s*$",
        "find {0}",
        "the local workspace does not know the schemas of a lakehouse by longer names",
        "name tables as lakehouse.table, or as schema.table of the default lakehouse",
        platforms=FABRIC,
    ),
    NotHere(
        "`LIVE.table`",
        r"\[TABLE_OR_VIEW_NOT_FOUND\].*?`(LIVE)`\.",
        "find a table of {0}",
        NO_PIPELINES,
        TEST_FUNCTIONS,
        platforms=DATABRICKS,
    ),
)
