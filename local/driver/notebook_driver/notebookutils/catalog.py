"""A lakehouse's tables by name.

Spark's catalog is in memory, and a lakehouse's tables are the folders in its ``Tables`` folder, whoever wrote them. So the
folders that a call names are entered into the catalog before the call: as managed tables, which DROP TABLE deletes.
"""

from __future__ import annotations

import functools
import os
import re
from typing import Any

from notebook_driver.notebookutils.one_lake import OneLake, root_address

_QUALIFIER = re.compile(r"(?:`([^`]+)`|\b([A-Za-z_]\w*))\s*\.")
_LISTS = re.compile(r"\b(show|describe|use)\b", re.IGNORECASE)
_SESSIONS = "notebook-ops.lakehouse-sessions."


def base_session(jvm: Any, context: Any, workspace: str, lakehouse: dict[str, Any] | None) -> Any:
    """The session from which those of runs with this workspace and lakehouse are made.

    Its catalog is theirs: not that of other platforms.
    """
    key = f"{_SESSIONS}{workspace}/{lakehouse['workspaceId']}/{lakehouse['id']}" if lakehouse else f"{_SESSIONS}{workspace}"
    properties = jvm.java.lang.System.getProperties()
    session = properties.get(key)
    if session is None:
        # A file instead of a folder: a table that is written without a lakehouse fails with this name.
        nowhere = os.path.join(context.conf().get("spark.local.dir"), "the-run-has-no-default-lakehouse")
        options = jvm.java.util.HashMap()
        options.put("spark.sql.warehouse.dir", f"{root_address(lakehouse)}/Tables" if lakehouse else f"file:{nowhere}")
        session = jvm.org.apache.spark.sql.classic.SparkSession(context, options)
        if lakehouse is None:
            session.sharedState().externalCatalog()  # creates its first database, and with it the folder
            if os.path.isdir(nowhere):
                os.rmdir(nowhere)
            open(nowhere, "w").close()
        properties.put(key, session)
    return session


class Catalog:
    """The catalog of one run's session."""

    def __init__(self, spark: Any, one_lake: OneLake, workspace: str) -> None:
        self._spark = spark
        self._jvm = spark._jvm
        self._external = spark._jsparkSession.sharedState().externalCatalog()
        self._one_lake = one_lake
        self._workspace = workspace
        # By database: the folder with its tables, and its address; None for a name that is no lakehouse.
        self._databases: dict[str, tuple[str, str] | None] = {}

    def use_default(self) -> None:
        """Makes the default lakehouse the current database: its schema dbo if it has schemas."""
        lakehouse, folder = self._one_lake.lakehouse, self._one_lake.default_folder
        if lakehouse is None or folder is None:
            return
        tables = (os.path.join(folder, "Tables"), f"{root_address(lakehouse)}/Tables")
        os.makedirs(tables[0], exist_ok=True)
        self._add_database(lakehouse["name"], *tables)
        current = lakehouse["name"]
        if os.path.isdir(os.path.join(tables[0], "dbo")):
            self._add_schema(*tables, "dbo")
            current = "dbo"
        self._spark._jsparkSession.sql(f"USE `{current}`")

    def enter(self, text: str | None) -> None:
        """Enters the tables that a text names; all of the known databases' if it is None."""
        self._find_databases(text or "")
        wanted = None if text is None or _LISTS.search(text) else text.lower()
        for database, tables in list(self._databases.items()):
            if tables is not None:
                self._enter_tables(database, *tables, wanted)

    def watch_calls(self) -> None:
        """Enters the tables that PySpark's methods name."""
        from delta.tables import DeltaTable
        from pyspark.sql.catalog import Catalog as SparkCatalog
        from pyspark.sql.classic.dataframe import DataFrame
        from pyspark.sql.readwriter import DataFrameReader, DataFrameWriter
        from pyspark.sql.session import SparkSession
        from pyspark.sql.streaming.readwriter import DataStreamReader, DataStreamWriter

        for owner, names in (
            (SparkSession, ("sql", "table")),
            (DataFrameReader, ("table",)),
            (DataFrameWriter, ("saveAsTable", "insertInto")),
            (DataFrame, ("writeTo", "mergeInto")),
            (DataStreamReader, ("table",)),
            (DataStreamWriter, ("toTable",)),
            (
                SparkCatalog,
                ("listTables", "tableExists", "getTable", "listColumns", "refreshTable", "cacheTable", "listDatabases"),
            ),
        ):
            for name in names:
                setattr(owner, name, self._watched(getattr(owner, name)))
        by_name = DeltaTable.forName.__func__  # type: ignore[attr-defined]
        DeltaTable.forName = classmethod(self._watched(by_name))  # type: ignore[assignment]

    def _watched(self, method: Any) -> Any:
        @functools.wraps(method)
        def watched(owner: Any, *arguments: Any, **options: Any) -> Any:
            texts = [value for value in (*arguments, *options.values()) if isinstance(value, str)]
            self.enter(" ".join(texts) or None)
            return method(owner, *arguments, **options)

        return watched

    def _find_databases(self, text: str) -> None:
        """Other lakehouses of the workspace and schemas of the default one, which are written before a table's name."""
        for quoted, plain in set(_QUALIFIER.findall(text)):
            name = quoted or plain
            if name.lower() in self._databases:
                continue
            self._databases[name.lower()] = None
            default = self._one_lake.default_folder
            if default is not None and _is_schema(os.path.join(default, "Tables", name)):
                assert self._one_lake.lakehouse is not None
                self._add_schema(os.path.join(default, "Tables"), f"{root_address(self._one_lake.lakehouse)}/Tables", name)
                continue
            item = f"{name}.Lakehouse"
            folder = self._one_lake.item_folder(self._workspace, item)
            if folder is not None:
                root = f"abfss://{self._workspace}@onelake.dfs.fabric.microsoft.com/{item}"
                os.makedirs(os.path.join(folder, "Tables"), exist_ok=True)
                self._add_database(name, os.path.join(folder, "Tables"), f"{root}/Tables")

    def _add_schema(self, folder: str, address: str, name: str) -> None:
        self._add_database(name, os.path.join(folder, name), f"{address}/{name}")

    def _add_database(self, name: str, folder: str, address: str) -> None:
        self._databases[name.lower()] = (folder, address)
        self._spark._jsparkSession.sql(f"CREATE DATABASE IF NOT EXISTS `{name}` LOCATION '{address}'")

    def _enter_tables(self, database: str, folder: str, address: str, wanted: str | None) -> None:
        known = set(self._external.listTables(database).mkString("\n").split("\n")) - {""}
        present = {name for name in os.listdir(folder) if os.path.isdir(os.path.join(folder, name, "_delta_log"))}
        lowered = {name.lower() for name in present}
        for name in known - lowered:
            if (wanted is None or name in wanted) and not os.path.exists(os.path.join(folder, name)):
                self._external.dropTable(database, name, True, True)  # somebody deleted its folder
        for name in present:
            if name.lower() not in known and (wanted is None or name.lower() in wanted):
                self._external.createTable(self._table(database, name.lower(), f"{address}/{name}"), True)

    def _table(self, database: str, name: str, address: str) -> Any:
        """A managed Delta table without a schema, which Delta reads from the table's log."""
        some, none = self._jvm.scala.Option.apply, self._jvm.scala.Option.empty()
        catalog = self._jvm.org.apache.spark.sql.catalyst.catalog
        empty = catalog.CatalogStorageFormat.empty().properties()
        uri = self._jvm.org.apache.hadoop.fs.Path(address).toUri()
        storage = catalog.CatalogStorageFormat(some(uri), none, none, none, False, empty)
        identifier = self._jvm.org.apache.spark.sql.catalyst.TableIdentifier(name, some(database))
        # Scala has the values of the parameters that are left out in methods.
        defaults = [getattr(catalog.CatalogTable, f"apply$default${number}")() for number in range(6, 22)]
        schema = self._jvm.org.apache.spark.sql.types.StructType()
        return catalog.CatalogTable.apply(
            identifier, catalog.CatalogTableType.MANAGED(), storage, schema, some("delta"), *defaults
        )


def _is_schema(folder: str) -> bool:
    return os.path.isdir(folder) and not os.path.isdir(os.path.join(folder, "_delta_log"))
