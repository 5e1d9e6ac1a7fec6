"""Microsoft Fabric as the driver sees it: notebookutils, %%configure, parameters cells, and the lakehouse's paths and tables."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from notebook_driver import connect_paths
from notebook_driver.channel import Channel
from notebook_driver.failure import CellFailure
from notebook_driver.files import Files
from notebook_driver.not_here.commands import languages
from notebook_driver.notebook_source import Cell
from notebook_driver.notebookutils.catalog import Catalog, base_session
from notebook_driver.notebookutils.configure import read_configuration
from notebook_driver.notebookutils.credentials import Credentials
from notebook_driver.notebookutils.fs import FileSystem
from notebook_driver.notebookutils.lakehouse import Lakehouse
from notebook_driver.notebookutils.modules import install
from notebook_driver.notebookutils.notebook import Notebook
from notebook_driver.notebookutils.one_lake import MOUNT, OneLake
from notebook_driver.notebookutils.runtime import Runtime
from notebook_driver.notebookutils.session import Environment, NotHere, Session
from notebook_driver.notebookutils.source import read_fabric_notebook
from notebook_driver.notebookutils.spark_paths import SparkPaths, add_file_system
from notebook_driver.run_facts import RunFacts
from notebook_driver.sql_statements import split_statements

# %run calls another notebook's %run at most this deep on the platform.
_DEPTH = 5
_NOT_HERE = ("udf", "variableLibrary", "connections", "data", "fabricClient", "conf", "warehouse", "workspace")
# The folder of the default lakehouse, for code that must run where the system allows no mounts.
LAKEHOUSE_VARIABLE = "NOTEBOOK_OPS_LAKEHOUSE"


class Fabric:
    """The Platform for notebooks and Spark jobs of Microsoft Fabric."""

    restart = "notebookutils.session.restartPython()"
    utilities = frozenset({"notebookutils", "mssparkutils"})
    line_magics: Mapping[str, Callable[[str], Any]] = {}
    has_environments = False
    run_is_a_line = True
    displays_streams = False
    workers_find_folders = True

    def __init__(self, channel: Channel, files: Files, facts: RunFacts) -> None:
        if facts.fabric is None:
            raise CellFailure(
                f"Could not run {facts.notebook_path}: the request does not describe the run on Fabric; pass `fabric`."
            )
        self._facts = facts
        self._fabric = facts.fabric
        self._channel = channel
        self._files = files
        self._one_lake = OneLake(channel, facts.fabric.get("lakehouse"))
        self._parameters: dict[str, Any] = {**facts.parameters, **facts.fabric.get("parameters", {})}
        self.cell_timeout: float | None = self._reference.get("cellTimeoutSeconds")
        self._depth = 0
        self._may_configure = False
        self._has_started = False
        self._notebook = Notebook(channel, facts)
        self._runtime = Runtime(facts, self._one_lake)
        self._fs = FileSystem(self._one_lake)
        self._spark: Any = None
        self._conf: dict[str, str] = {}
        self.magics = {"configure": self._configure, "frozen": lambda _: None}

    def read(self, text: str, name: str) -> list[Cell]:
        cells, metadata = read_fabric_notebook(text, name)
        if (metadata.get("kernel_info") or {}).get("name") == "sqldatawarehouse":
            raise CellFailure(languages.about(f"{name}, which is in T-SQL", "fabric"))
        if name == self._facts.notebook_path:
            self._attach(metadata.get("dependencies", {}).get("lakehouse") or {})
        return cells

    def folders(self, cells: list[Cell]) -> dict[str, str]:
        self._configure_first(cells)
        folder = self._one_lake.default_folder
        if folder is None:
            os.environ.pop(LAKEHOUSE_VARIABLE, None)
            return {}
        for name in ("Files", "Tables"):
            os.makedirs(os.path.join(folder, name), exist_ok=True)
        os.environ[LAKEHOUSE_VARIABLE] = folder
        return {MOUNT: folder}

    def module_folders(self, notebook_path: str) -> list[str]:
        return []

    def parameters(self) -> dict[str, Any]:
        return self._parameters

    def run_target(self, source: str) -> tuple[str, dict[str, Any]]:
        name, _, arguments = source.partition("{")
        name = name.strip().strip("\"'")
        if not name:
            raise CellFailure('Could not run %run: it names no notebook; write %run name, or %run name {"parameter": 1}.')
        if name.split()[0] in ("-b", "-c", "--builtin", "--current"):
            raise CellFailure(
                f"Could not run %run {name}: the local workspace does not have a notebook's resources folder; put the code "
                f"in a notebook."
            )
        if not arguments:
            return name, {}
        try:
            return name, json.loads("{" + arguments)
        except ValueError as error:
            raise CellFailure(
                f"Could not read the parameters of %run {name}: they are not JSON ({error}); correct them."
            ) from error

    def locate(self, name: str, relative_to: str) -> tuple[str, str]:
        found = self._channel.ask("notebook", name=name)
        return Files(found["workspaceFolder"], self._files.dbfs).notebook(found["notebookPath"])

    def new_session(self, jvm: Any, default: Any) -> Any:
        context = default.sparkContext()
        add_file_system(jvm, context)
        SparkPaths(jvm, self._one_lake).register_default()
        return base_session(jvm, context, self._fabric["workspace"]["id"], self._one_lake.lakehouse).newSession()

    def names(self) -> dict[str, Any]:
        groups = {
            "notebook": self._notebook,
            "fs": self._fs,
            "credentials": Credentials(self._channel),
            "lakehouse": Lakehouse(self._channel, self._facts, self._one_lake),
            "runtime": self._runtime,
            "session": Session(),
            "env": Environment(self._runtime),
            **{name: NotHere(name) for name in _NOT_HERE},
        }
        utilities, former = install(groups, {"nbResPath": os.path.join(os.getcwd(), "builtin")})
        return {"notebookutils": utilities, "mssparkutils": former}

    def spark_names(self, spark: Any) -> dict[str, Any]:
        self._spark = spark
        if type(spark).__module__ == "pyspark.sql.session":  # a server of Spark Connect has its own file systems and catalog
            SparkPaths(spark._jvm, self._one_lake).use(spark, spark.sparkContext)
            spark.conf.set("trident.workspace.id", self._fabric["workspace"]["id"])
            catalog = Catalog(spark, self._one_lake, self._fabric["workspace"]["id"])
            catalog.use_default()
            catalog.watch_calls()
            self._apply_conf()
        elif type(spark).__module__ == "pyspark.sql.connect.session":
            connect_paths.refuse(spark)
        return {}

    def run_sql(self, spark: Any, source: str) -> Any:
        result = None
        for statement in split_statements(source):
            result = spark.sql(statement)
        return result

    @contextmanager
    def included(self, arguments: dict[str, Any]) -> Iterator[None]:
        """Makes the arguments the parameters while the included notebook runs."""
        if self._depth == _DEPTH:
            raise CellFailure(
                f"Could not run %run: notebooks include each other more than {_DEPTH} deep, which Fabric does not allow."
            )
        before, self._parameters = self._parameters, arguments
        self._depth += 1
        try:
            yield
        finally:
            self._parameters = before
            self._depth -= 1

    def exit_value(self) -> str | None:
        return self._notebook._exit_value

    def state(self) -> Any:
        return {"lakehouse": self._one_lake.lakehouse}

    def restore(self, state: Any) -> None:
        self._has_started = True
        self._one_lake.lakehouse = state["lakehouse"]

    @property
    def _reference(self) -> dict[str, Any]:
        return self._fabric.get("reference") or {}

    def _attach(self, named: dict[str, Any]) -> None:
        """Takes the lakehouse that the notebook itself names, unless the run has one."""
        wanted = named.get("default_lakehouse")
        if not wanted:
            return
        own = self._one_lake.lakehouse
        if own is None and not self._reference:
            workspace = named.get("default_lakehouse_workspace_id") or ""
            if not workspace.strip("0-"):  # zeros stand for the notebook's own workspace, as in a repository
                workspace = self._fabric["workspace"]["id"]
            name = named.get("default_lakehouse_name") or wanted
            self._one_lake.lakehouse = {"id": wanted, "name": name, "workspaceId": workspace, "workspaceName": ""}
        elif self._reference and (own or {}).get("id") != wanted and self._parameters.get("useRootDefaultLakehouse") is not True:
            raise CellFailure(
                f"Could not run {self._facts.notebook_path}: its default lakehouse is not that of the notebook that runs it; "
                f"pass the argument "
                "useRootDefaultLakehouse: True to use the lakehouse of that one."
            )

    def _configure_first(self, cells: list[Cell]) -> None:
        """%%configure in the first code cell applies before the session starts."""
        first = next((cell for cell in cells if cell.language not in ("md", "frozen")), None)
        if first is None or first.language != "configure" or self._reference:
            return
        lakehouse = read_configuration(first.source, self._parameters).default_lakehouse
        if lakehouse:
            self._one_lake.lakehouse = self._named_lakehouse(lakehouse)
        self._may_configure = not self._has_started

    def _named_lakehouse(self, named: dict[str, Any]) -> dict[str, Any]:
        workspace = named.get("workspaceId") or self._fabric["workspace"]["id"]
        for entry in self._channel.ask("lakehouses", workspace=workspace):
            if named.get("id") == entry["id"] or (not named.get("id") and named.get("name") == entry["name"]):
                return dict(entry)
        raise CellFailure(
            f"Could not attach the lakehouse {named.get('name') or named.get('id')} of %%configure: the workspace "
            f"{workspace} does not have it; "
            "check its name and id."
        )

    def _configure(self, source: str) -> None:
        if self._reference:
            print("Note: Fabric ignores %%configure in a notebook that another one runs.")
            return
        configuration = read_configuration(source, self._parameters)
        if configuration.default_lakehouse and not self._may_configure:
            raise CellFailure("Could not configure the session: it has started; put %%configure into the first code cell.")
        self._may_configure = False
        self._conf.update(configuration.conf)
        self._apply_conf()
        for mount in configuration.mount_points:
            self._fs.mount(mount["source"], mount["mountPoint"])
        if configuration.without_effect:
            print(f"Note: without effect in the local workspace: {', '.join(configuration.without_effect)}.")

    def _apply_conf(self) -> None:
        if self._spark is None:
            return
        for key, value in self._conf.items():
            try:
                self._spark.conf.set(key, value)
            except Exception as error:
                if not re.search(r"CANNOT_MODIFY|Cannot modify", str(error)):
                    raise
                print(f"Note: without effect in the local workspace: {key}.")
        self._conf = {}
