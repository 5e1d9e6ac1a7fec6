"""One notebook run, in a process of its own: its cells in order, reported to the Node side as they begin and end."""

from __future__ import annotations

import builtins
import faulthandler
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from notebook_driver.cell_timeout import time_limit
from notebook_driver.cells import CellRunner
from notebook_driver.channel import Channel
from notebook_driver.control_flow import NotebookExit, PythonRestart
from notebook_driver.environment import Environment, cluster_environment
from notebook_driver.failure import describe
from notebook_driver.files import Files
from notebook_driver.mounts import mount_folders, write_python
from notebook_driver.notebook_environment import NotebookEnvironment, read_environment, set_up_environment
from notebook_driver.notebook_source import Cell
from notebook_driver.output import Output
from notebook_driver.path_mapping import PathMapping
from notebook_driver.pip_magic import Pip
from notebook_driver.platforms import Platform, create_platform
from notebook_driver.run_facts import RunFacts
from notebook_driver.script import read_script, run_script
from notebook_driver.shell import create_shell
from notebook_driver.show import Display
from notebook_driver.spark_session import NoSpark, attach
from notebook_driver.stream_failure import StreamFailed
from notebook_driver.streams import Streams

_RESTART = "import sys; sys.path.insert(0, sys.argv[1]); from notebook_driver.run import resume; resume(sys.argv[2])"


def run_notebook(command: dict[str, Any]) -> None:
    """Runs the notebook that the command of the host names, and reports the result over the channel."""
    NotebookRun(command).execute()


def resume(state_file: str) -> None:
    """Continues after a restart of Python: a fresh Python in the same process."""
    with open(state_file, encoding="utf-8") as file:
        command = json.load(file)
    os.remove(state_file)
    NotebookRun(command).execute()


class NotebookRun:
    """What the parts of a run share."""

    def __init__(self, command: dict[str, Any]) -> None:
        preloaded = frozenset(sys.modules)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        self._command = command
        self._run_folder: str = command["runFolder"]
        self._spark_attached = False
        self._pid = os.getpid()
        self.output = Output(os.path.join(self._run_folder, "output.log"))
        faulthandler.enable()
        os.environ.update(command["environment"])
        self.channel = Channel(command["socket"], command["run"], command["nonce"])
        self.streams = Streams(self.channel, is_restarted="nextCell" in command)
        self.files = Files(command["workspaceFolder"], command["dbfsFolder"])
        self.facts = RunFacts(
            run_id=command["run"],
            notebook_path=command["notebookPath"],
            cluster_id=command["clusterId"],
            parameters=command["parameters"],
            task_key=command.get("taskKey"),
            databricks=command.get("databricks") or {},
            fabric=command.get("fabric"),
            is_script="script" in command,
        )
        # IPython makes its folder in the home folder of the person who runs this, and would read their settings there.
        os.environ["IPYTHONDIR"] = os.path.join(self._run_folder, "ipython")
        self.shell = create_shell(self.output)
        self.environment: Environment | None = None
        self._platform: Platform | None = None
        self._pip: Pip | None = None
        self._preloaded = preloaded
        self._brings = NotebookEnvironment()

    @property
    def platform(self) -> Platform:
        assert self._platform is not None, "cells run after _prepare"
        return self._platform

    def execute(self) -> None:
        outcome: dict[str, Any]
        try:
            outcome = self._execute_cells()
            if self.facts.is_script:
                self.streams.require_no_failure()  # a script's streams end with it
            else:
                self.streams.wait()
        except StreamFailed as failed:
            outcome = {"state": "failed", "exited": False, "error": {**failed.description, "cellNumber": failed.cell}}
        except BaseException as error:
            outcome = {"state": "failed", "exited": False, "error": describe(error, self._command["platform"])}
        if os.getpid() != self._pid:
            os._exit(0)  # a process that the notebook forked must not report a result
        self.output.position()
        self.channel.send("finished", **outcome)

    def _execute_cells(self) -> dict[str, Any]:
        try:
            cells = self._prepare()
            self.channel.send("cells", cells=[vars(cell) for cell in cells])
            for cell in cells[self._command.get("nextCell", 0) :]:
                self._execute_cell(cell)
        except NotebookExit as ended:
            return {"state": "success", "exited": True, "exitValue": str(ended)}
        return {"state": "success", "exited": False}

    def _prepare(self) -> list[Cell]:
        self._platform = create_platform(self._command["platform"], self.channel, self.files, self.facts)
        if "platformState" in self._command:
            self.platform.restore(self._command["platformState"])
        cells, folder = self._read()
        os.chdir(folder)
        folders = self.platform.folders(cells)
        self._show_folders(folders)
        base = self._command["sitePackages"]
        cluster = cluster_environment(self._command["stateFolder"], self.facts.cluster_id, self._command["libraries"], base)
        below = [*([cluster.packages] if cluster else []), base]
        self.environment = Environment(os.path.join(self._run_folder, "python"), below)
        self.environment.activate()
        if folders and self._command.get("canMount") and self.platform.workers_find_folders:
            worker = os.path.join(self._run_folder, "python", "bin", "spark-worker")
            write_python(worker, self.environment.python, folders)
            os.environ["PYSPARK_PYTHON"] = worker
        sys.path.insert(1, os.getcwd())
        sys.path.extend(self.platform.module_folders(self.facts.notebook_path))
        self._fill_namespace()
        if "nextCell" not in self._command:
            CellRunner(self).set_parameters(cells)
        return cells

    def _read(self) -> tuple[list[Cell], str]:
        """The cells, and the folder in which they run."""
        if self.facts.is_script:
            return read_script(self._command["script"]), self._work_folder()
        path, file = self.files.notebook(self.facts.notebook_path)
        with open(file, encoding="utf-8") as source:
            text = source.read()
        self._brings = read_environment(text) if self.platform.has_environments else NotebookEnvironment()
        return self.platform.read(text, path), os.path.dirname(file)

    def _work_folder(self) -> str:
        folder = os.path.join(self._run_folder, "work")
        os.makedirs(folder, exist_ok=True)
        return folder

    def _show_folders(self, folders: dict[str, str]) -> None:
        """Makes folders visible at absolute paths. They stay when Python restarts, unless Python itself maps them."""
        if not self._command.get("canMount"):
            PathMapping(folders).install()
        elif "nextCell" not in self._command:
            mount_folders(folders, self._run_folder)

    def _fill_namespace(self) -> None:
        assert self.environment is not None
        display = Display(self.output, self.shell, starts_streams=self.platform.displays_streams)
        names = {**self.platform.names(), "display": display, "displayHTML": display.html}
        self.shell.user_ns.update(names)
        # Modules beside the notebook call display() too: platforms make it a builtin.
        builtins.display = display  # type: ignore[attr-defined]
        if self.platform.run_is_a_line:
            self.shell.register_magic_function(self._include_line(), "line", "run")
        for name, magic in self.platform.line_magics.items():
            self.shell.register_magic_function(magic, "line", name)
        self._pip = Pip(self.environment, self._preloaded, self.platform.restart)
        self.shell.register_magic_function(self._pip.__call__, "line", "pip")

    def _include_line(self) -> Callable[[str], None]:
        def include(line: str) -> None:
            CellRunner(self).include(line, self.facts.notebook_path)

        include._ipython_magic_no_var_expand = True  # type: ignore[attr-defined]  # its arguments are JSON in braces
        return include

    def attach_spark(self) -> None:
        """Defines spark, sc and sqlContext; waits for the JVM if it is still starting."""
        if self._spark_attached:
            return
        spark, context = attach(self.channel, self.facts.run_id, self._command["sparkConf"], self.platform.new_session)
        self._spark_attached = True
        if not isinstance(spark, NoSpark):
            self.streams.watch(spark, self.facts.run_id)
        names = self.shell.user_ns
        if not isinstance(spark, NoSpark):
            from pyspark.sql import DataFrame

            names["display"].add_to(DataFrame)  # those of Spark Connect are a subclass
        names["spark"] = names["sqlContext"] = spark
        names["sc"] = context
        names.update(self.platform.spark_names(spark))

    def _execute_cell(self, cell: Cell) -> None:
        offset = self.output.begin()
        self.channel.send("cellStarted", number=cell.number, offset=offset)
        started = time.monotonic()
        self.streams.cell = cell.number
        try:
            if self.facts.is_script:
                self.attach_spark()
                run_script(self._command["script"], cell.source)
            else:
                with time_limit(self.platform.cell_timeout, cell.number):
                    self._set_up_environment(cell)
                    CellRunner(self).execute(cell, self.facts.notebook_path)
            self._require_no_swallowed_exit()
            self._cell_finished(cell, "success", started)
        except NotebookExit:
            self._cell_finished(cell, "success", started)
            raise
        except PythonRestart:
            self._cell_finished(cell, "success", started)
            self._restart(cell.number)
        except BaseException:
            self._cell_finished(cell, "failed", started)
            if self.streams.has_interrupted:
                self.streams.require_no_failure()
            raise
        finally:
            self.streams.cell = None

    def _set_up_environment(self, cell: Cell) -> None:
        """Before the first cell: installs what the notebook's environment names, or says what this compute does not do."""
        if cell.number > 1:
            return
        for note in self.facts.cluster_notes:
            print(note)
        assert self._pip is not None
        set_up_environment(self._brings, self._pip, is_serverless=self.facts.is_serverless, folder=self._run_folder)

    def _require_no_swallowed_exit(self) -> None:
        """Ends the notebook if it called exit and a bare `except:` caught the exception."""
        value = self.platform.exit_value()
        if value is not None:
            raise NotebookExit(value)

    def _cell_finished(self, cell: Cell, state: str, started: float) -> None:
        if os.getpid() != self._pid:
            os._exit(0)
        duration = round((time.monotonic() - started) * 1000)
        self.channel.send("cellFinished", number=cell.number, state=state, durationMs=duration, outputs=self.output.end())

    def _restart(self, done: int) -> None:
        state = {**self._command, "nextCell": done, "platformState": self.platform.state()}
        path = os.path.join(self._run_folder, "restart.json")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(state, file)
        package_parent = os.path.dirname(os.path.dirname(__file__))
        self.channel.close()
        os.execv(self._command["python"], [self._command["python"], "-c", _RESTART, package_parent, path])
