"""Paths of dbfs:/ and paths without a scheme on Spark Connect.

A server has its own file systems: it has no dbfs:/, and a path without a scheme is one of its own default file system, usually
the disk of its machine. A server on this machine gets the folders of the workspace instead. For any other the notebook fails,
because to read and write the server's disk would be another result than on the platform, where both are DBFS
(https://learn.microsoft.com/azure/databricks/files/).
"""

from __future__ import annotations

import posixpath
import re
import tempfile
from collections.abc import Callable
from typing import Any

from notebook_driver.failure import CellFailure

# The fields of Spark Connect's messages that are paths, by the message. An option is a path if its name is one of these.
_PATHS = {
    "spark.connect.Read.DataSource": "paths",
    "spark.connect.WriteOperation": "path",
    "spark.connect.WriteStreamOperationStart": "path",
    "spark.connect.CreateTable": "path",
    "spark.connect.CreateExternalTable": "path",
}
_OPTIONS = frozenset({"path", "checkpointlocation", "location"})
# Those that are, or contain, SQL.
_SQL = frozenset({"query", "sql", "unparsed_identifier", "table_name"})
_SCHEME = re.compile(r"[A-Za-z][\w+.-]*:")
_QUOTED = r"(?P<quote>['\"])(?P<path>[^'\"]+)(?P=quote)"
_IN_SQL = (
    re.compile(r"(?P<before>\b(?:LOCATION|DIRECTORY|INPATH|VACUUM|DETAIL|HISTORY)\s+)" + _QUOTED, re.IGNORECASE),
    re.compile(r"(?P<before>\bOPTIONS\s*\([^)]*?\bpath['\"`]?\s*=?\s*)" + _QUOTED, re.IGNORECASE),
    re.compile(r"(?P<before>\b\w+\s*\.\s*)(?P<quote>`)(?P<path>(?:dbfs:)?/[^`]+)`"),
)


def install(spark: Any, dbfs: str) -> None:
    """Maps the paths in each plan that the session sends to the folder of dbfs:/."""
    _map(spark, _Dbfs(spark, dbfs))


def refuse(spark: Any) -> None:
    """Fails each plan with a path without a scheme: on Fabric it would be OneLake's, which a server does not have."""
    _map(spark, _Nowhere())


def _map(spark: Any, paths: _Paths) -> None:
    client = spark._client
    for name in ("_set_relation_in_plan", "_set_command_in_plan"):
        setattr(client, name, _mapping(getattr(client, name), paths))
    # Parameters make a string of the statement, in which no path is found any more.
    sql = spark.sql

    def mapped(sqlQuery: str, *arguments: Any, **options: Any) -> Any:  # noqa: N803  # PySpark's name
        return sql(paths.sql(sqlQuery), *arguments, **options)

    spark.sql = mapped


def _mapping(send: Callable[..., None], paths: _Paths) -> Callable[..., None]:
    def mapped(plan: Any, message: Any) -> None:
        paths.map(message)
        send(plan, message)

    return mapped


class _Paths:
    """Finds the paths in a plan."""

    def _path(self, path: str) -> str:
        """What the server gets instead."""
        raise NotImplementedError

    def map(self, message: Any) -> None:
        """Maps the paths in a message and in those below it."""
        name = message.DESCRIPTOR.full_name
        for field, value in message.ListFields():
            if field.message_type is not None and field.message_type.GetOptions().map_entry:
                self._map_entries(field, value)
            elif field.message_type is not None:
                for child in value if _is_repeated(value) else [value]:
                    self.map(child)
            elif _PATHS.get(name) == field.name:
                if _is_repeated(value):
                    value[:] = [self._path(path) for path in value]
                else:
                    setattr(message, field.name, self._path(value))
            elif field.name in _SQL and isinstance(value, str):
                setattr(message, field.name, self.sql(value))

    def _map_entries(self, field: Any, entries: Any) -> None:
        if field.message_type.fields_by_name["value"].message_type is not None:
            for value in entries.values():
                self.map(value)
        elif field.name in ("options", "table_properties"):
            for key in entries:
                if key.lower() in _OPTIONS:
                    entries[key] = self._path(entries[key])

    def sql(self, text: str) -> str:
        """Maps the paths in a statement."""
        for pattern in _IN_SQL:
            text = pattern.sub(lambda match: match.group("before") + self._quoted(match), text)
        return text

    def _quoted(self, match: re.Match[str]) -> str:
        return match.group("quote") + self._path(match.group("path")) + match.group("quote")


class _Nowhere(_Paths):
    def _path(self, path: str) -> str:
        if not path or _SCHEME.match(path):
            return path
        raise CellFailure(
            f"Could not use the path {path} on Spark Connect: the server does not have the lakehouse's files and tables; use an "
            "address that the server has itself, such as s3a://… or file:/…, or set spark.master to local[*]."
        )


class _Dbfs(_Paths):
    def __init__(self, spark: Any, dbfs: str) -> None:
        self._spark = spark
        self._dbfs = dbfs
        self._is_shared: bool | None = None

    def _path(self, path: str) -> str:
        plain = path.removeprefix("dbfs:")
        if not plain or (plain == path and _SCHEME.match(path)):
            return path
        self._require_shared(path)
        absolute = posixpath.normpath("/" + plain.lstrip("/"))
        # Not a URL: Spark's paths are not quoted, and * and {} stay patterns.
        return f"file:{self._dbfs}{absolute.rstrip('/')}"

    def _require_shared(self, path: str) -> None:
        if self._is_shared is None:
            self._is_shared = self._probe()
        if not self._is_shared:
            raise CellFailure(
                f"Could not use the path {path} on Spark Connect: the server does not find the workspace's folder of dbfs:/, "
                "because it runs on another machine or as another user; use an address that the server has itself, such as "
                "s3a://… or file:/…, or set spark.master to local[*]."
            )

    def _probe(self) -> bool:
        """Whether the server sees this machine's files. A file of this process tells, because an address can be forwarded."""
        from pyspark.errors import PySparkException

        with tempfile.NamedTemporaryFile(dir=self._dbfs, prefix=".") as file:
            try:
                _ = self._spark.read.format("text").load(f"file:{file.name}").schema
            except PySparkException:
                return False
        return True


def _is_repeated(value: Any) -> bool:
    return not isinstance(value, (str, bytes)) and hasattr(value, "extend")
