"""Databricks as the driver sees it: dbutils, the magic %fs, the arguments of %run, and SQL with widgets."""

from __future__ import annotations

import os
import re
import shlex
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from notebook_driver.channel import Channel
from notebook_driver.dbutils.dbutils import DBUtils
from notebook_driver.dbutils.sql import run_sql
from notebook_driver.failure import CellFailure
from notebook_driver.files import Files
from notebook_driver.notebook_source import Cell, read_notebook
from notebook_driver.run_facts import RunFacts

_RUN = re.compile(r"\s*(\"[^\"]+\"|'[^']+'|[^\s$]+)\s*(.*)$", re.DOTALL)
_ARGUMENT = re.compile(r"\$(\w+)\s*=\s*(\"[^\"]*\"|'[^']*'|\S+)")


class Databricks:
    """The Platform for notebooks of Databricks."""

    restart = "dbutils.library.restartPython()"
    utilities = frozenset({"dbutils"})
    run_is_a_line = False
    workers_find_folders = False
    cell_timeout = None

    def __init__(self, channel: Channel, files: Files, facts: RunFacts) -> None:
        self._files = files
        self._dbutils = DBUtils(channel, files, facts)
        self.magics = {"fs": self._file_system}

    def read(self, text: str, name: str) -> list[Cell]:
        return read_notebook(text, name)

    def folders(self, cells: list[Cell]) -> dict[str, str]:
        volumes = os.path.join(self._files.dbfs, "Volumes")
        os.makedirs(volumes, exist_ok=True)
        return {"/dbfs": self._files.dbfs, "/Volumes": volumes, "/Workspace": self._files.workspace}

    def parameters(self) -> dict[str, Any]:
        return {}  # they are widgets

    def run_target(self, source: str) -> tuple[str, dict[str, Any]]:
        matched = _RUN.match(source)
        if matched is None:
            raise CellFailure("Could not run %run: it has no path; name a notebook, for example %run ./setup.")
        return matched.group(1), {name: value.strip("\"'") for name, value in _ARGUMENT.findall(matched.group(2))}

    def locate(self, name: str, relative_to: str) -> tuple[str, str]:
        return self._files.notebook(name, relative_to)

    def new_session(self, jvm: Any, default: Any) -> Any:
        return default.newSession()

    def names(self) -> dict[str, Any]:
        module = types.ModuleType("pyspark.dbutils")
        module.DBUtils = lambda *_: self._dbutils  # type: ignore[attr-defined]
        sys.modules["pyspark.dbutils"] = module
        return {"dbutils": self._dbutils, "getArgument": self._dbutils.widgets.getArgument}

    def spark_names(self, spark: Any) -> dict[str, Any]:
        if type(spark).__module__ == "pyspark.sql.session":  # a server of Spark Connect has its own file sources
            from pyspark.sql.streaming.readwriter import DataStreamWriter

            from notebook_driver.dbutils.auto_loader import install

            install(type(spark), self._files)
            # Databricks Runtime had this name before Spark had toTable, and many notebooks use it. Spark's own writer lacks it.
            DataStreamWriter.table = DataStreamWriter.toTable  # type: ignore[attr-defined]
        return {"table": lambda name: spark.table(name), "sql": lambda text: spark.sql(text)}

    def run_sql(self, spark: Any, source: str) -> Any:
        return run_sql(spark, source, self._dbutils.widgets)

    @contextmanager
    def included(self, arguments: dict[str, str]) -> Iterator[None]:
        """Sets the arguments as widgets while the included notebook runs."""
        widgets = self._dbutils.widgets
        state = widgets._state()
        widgets._restore({**state, "parameters": {**state["parameters"], **arguments}})
        try:
            yield
        finally:
            if arguments:
                after = widgets._state()
                widgets._restore({"parameters": state["parameters"], "defaults": after["defaults"]})

    def exit_value(self) -> str | None:
        return self._dbutils.notebook._exit_value

    def state(self) -> Any:
        return self._dbutils.widgets._state()

    def restore(self, state: Any) -> None:
        self._dbutils.widgets._restore(state)

    def _file_system(self, source: str) -> Any:
        words = shlex.split(source)
        method = getattr(self._dbutils.fs, words[0], None) if words and not words[0].startswith("_") else None
        if method is None:
            raise CellFailure(
                f"Could not run %fs {words[0] if words else ''}: there is no such command; "
                "use ls, cp, mv, rm, mkdirs, put or head."
            )
        options = {"recurse": True} if "-r" in words or "--recurse" in words else {}
        return method(*[word for word in words[1:] if not word.startswith("-")], **options)
