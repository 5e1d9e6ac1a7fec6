"""Databricks as the driver sees it: dbutils, the magic %fs, the arguments of %run, and SQL with widgets."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from notebook_driver import connect_paths
from notebook_driver.channel import Channel
from notebook_driver.dbutils.cluster import environment_variables, spark_settings
from notebook_driver.dbutils.dbutils import DBUtils
from notebook_driver.dbutils.runtime_modules import install_modules
from notebook_driver.dbutils.sql import run_sql
from notebook_driver.dbutils.udf_types import keep_functions_without_arguments
from notebook_driver.failure import CellFailure
from notebook_driver.files import Files
from notebook_driver.ipython import InteractiveShell
from notebook_driver.not_here.commands import commands_of
from notebook_driver.notebook_source import Cell, read_notebook
from notebook_driver.run_facts import RunFacts
from notebook_driver.spark_session import NoSpark

# A path may have spaces: it ends at the first argument or at the end of the line.
_RUN = re.compile(r"\s*(\"[^\"\n]+\"|'[^'\n]+'|[^\s$][^\n]*?)\s*(?=\s\$\w+\s*=|\n|$)(.*)$", re.DOTALL)
_ARGUMENT = re.compile(r"\$(\w+)\s*=\s*(\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|\S+)")


class Databricks:
    """The Platform for notebooks of Databricks."""

    restart = "dbutils.library.restartPython()"
    utilities = frozenset({"dbutils"})
    has_environments = True
    run_is_a_line = False
    displays_streams = True
    workers_find_folders = False
    cell_timeout = None

    def __init__(self, channel: Channel, files: Files, facts: RunFacts) -> None:
        self._files = files
        self._facts = facts
        self._dbutils = DBUtils(channel, files, facts)
        self.magics = {"fs": self._file_system}
        self.line_magics = {
            "restart_python": lambda _: self._dbutils.library.restartPython(),
            # A limit of the platform's that the local workspace does not have.
            "set_cell_max_output_size_in_mb": lambda _: None,
        }

    def read(self, text: str, name: str) -> list[Cell]:
        return read_notebook(text, name)

    def folders(self, cells: list[Cell]) -> dict[str, str]:
        volumes = os.path.join(self._files.dbfs, "Volumes")
        os.makedirs(volumes, exist_ok=True)
        return {"/dbfs": self._files.dbfs, "/Volumes": volumes, "/Workspace": self._files.workspace}

    def module_folders(self, notebook_path: str) -> list[str]:
        """The root of the notebook's Git folder: https://docs.databricks.com/files/workspace-modules"""
        parts = notebook_path.split("/")
        return [os.path.join(self._files.workspace, *parts[1:4])] if parts[1:2] == ["Repos"] and len(parts) > 4 else []

    def parameters(self) -> dict[str, Any]:
        return {}  # they are widgets

    def run_target(self, source: str) -> tuple[str, dict[str, Any]]:
        matched = _RUN.match(source)
        if matched is None:
            raise CellFailure("Could not run %run: it has no path; name a notebook, for example %run ./setup.")
        rest = re.sub(r"^\s*#.*$", "", _ARGUMENT.sub("", matched.group(2)), flags=re.MULTILINE).strip()
        if rest:
            raise CellFailure(
                f"Could not run %run {matched.group(1)}: its cell also has {rest.splitlines()[0]!r}; "
                "put %run in a cell by itself, because it runs the whole notebook inline."
            )
        return matched.group(1), {name: _unquoted(value) for name, value in _ARGUMENT.findall(matched.group(2))}

    def locate(self, name: str, relative_to: str) -> tuple[str, str]:
        return self._files.notebook(name, relative_to)

    def new_session(self, jvm: Any, default: Any) -> Any:
        return default.newSession()

    def names(self) -> dict[str, Any]:
        os.environ.update(environment_variables(self._facts))
        # No file ~/.databrickscfg: that of the person who runs this would make WorkspaceClient() act on their own workspace.
        os.environ.setdefault("DATABRICKS_CONFIG_FILE", os.devnull)
        install_modules(self._dbutils, self._dbutils.notebook.getContext(), lambda: InteractiveShell.instance().user_ns)
        return {"dbutils": self._dbutils, "getArgument": self._dbutils.widgets.getArgument}

    def spark_names(self, spark: Any) -> dict[str, Any]:
        if type(spark).__module__ == "pyspark.sql.session":
            from pyspark.sql.streaming.readwriter import DataStreamReader, DataStreamWriter

            self._add_to_streams(spark, DataStreamReader, DataStreamWriter)
            _set_user(spark, self._facts)
        elif type(spark).__module__ == "pyspark.sql.connect.session":
            from pyspark.sql.connect.streaming.readwriter import DataStreamReader as ConnectReader
            from pyspark.sql.connect.streaming.readwriter import DataStreamWriter as ConnectWriter

            connect_paths.install(spark, self._files.dbfs)
            self._add_to_streams(spark, ConnectReader, ConnectWriter)
        names: dict[str, Any] = {
            "table": lambda name: spark.table(name),
            "sql": lambda *args, **options: spark.sql(*args, **options),
        }
        if not isinstance(spark, NoSpark):
            _set_all(spark, spark_settings(self._facts))
            from pyspark.sql.functions import udf

            names["udf"] = udf
            keep_functions_without_arguments()
        return names

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

    def _add_to_streams(self, spark: Any, reader: Any, writer: Any) -> None:
        """Adds what Databricks has and Spark lacks. The classes are PySpark's, of a JVM or of Spark Connect."""
        from notebook_driver.dbutils.auto_loader import install

        install(type(spark), reader, self._files)
        # Databricks Runtime had this name before Spark had toTable, and many notebooks use it.
        writer.table = writer.toTable

    def _file_system(self, source: str) -> Any:
        words = shlex.split(source) or ["help"]
        commands = [name for name in dir(self._dbutils.fs) if not name.startswith("_")]
        if words[0] not in (*commands, *commands_of("fs")):
            raise CellFailure(f"Could not run %fs {words[0]}: there is no such command; use one of {', '.join(commands)}.")
        if words == ["ls"]:
            words.append("/")
        method = getattr(self._dbutils.fs, words[0])
        options = {"recurse": True} if "-r" in words or "--recurse" in words else {}
        return method(*[word for word in words[1:] if not word.startswith("-")], **options)


def _unquoted(value: str) -> str:
    if value[:1] in ("'", '"') and value[-1:] == value[:1] and len(value) > 1:
        return re.sub(rf"\\({value[0]})", r"\1", value[1:-1])
    return value


def _set_user(spark: Any, facts: RunFacts) -> None:
    """current_user() of SQL is the run's identity in this thread and the streams that it starts."""
    name = facts.databricks.get("user", {}).get("name")
    if name:
        spark._jvm.org.apache.spark.sql.catalyst.CurrentUserContext.CURRENT_USER().set(name)


def _set_all(spark: Any, settings: dict[str, str]) -> None:
    """Sets them in the session; those that the cluster's spark_conf has set, too, as a cluster does."""
    if hasattr(spark.conf, "_set_all"):  # Spark Connect, in one request
        spark.conf._set_all(settings, silent=True)
        return
    for name, value in settings.items():
        spark.conf.set(name, value)
