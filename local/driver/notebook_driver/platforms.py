"""The platforms whose notebooks the driver executes: the utilities that a notebook finds, and what its own magics do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from notebook_driver.channel import Channel
from notebook_driver.dbutils.platform import Databricks
from notebook_driver.failure import CellFailure
from notebook_driver.files import Files
from notebook_driver.notebook_source import Cell
from notebook_driver.notebookutils.platform import Fabric
from notebook_driver.run_facts import RunFacts


class Platform(Protocol):
    """What differs between platforms. One object for each run."""

    # How a notebook restarts its Python, as its author writes it.
    restart: str
    # The names of its utilities, which need no Spark.
    utilities: frozenset[str]
    # Its own magics by name. Each takes the text after the magic; what it returns is displayed, unless it is None.
    magics: Mapping[str, Callable[[str], Any]]
    # Its magics for a line of a Python cell, by name. Each takes the rest of the line.
    line_magics: Mapping[str, Callable[[str], Any]]
    # Whether a notebook brings an environment along, which serverless compute installs.
    has_environments: bool
    # Whether %run is a line of a Python cell, beside other lines, and not a cell of its own.
    run_is_a_line: bool
    # Whether display() starts the query of a streaming DataFrame.
    displays_streams: bool
    # Whether Spark's Python workers, which the JVM starts, find the folders, too.
    workers_find_folders: bool
    # How long a cell may take; None if there is no limit.
    cell_timeout: float | None

    def read(self, text: str, name: str) -> list[Cell]:
        """The cells of a notebook in one of the platform's forms, numbered from 1. NotANotebook if it has none of them."""

    def folders(self, cells: list[Cell]) -> dict[str, str]:
        """The folders that a run finds at absolute paths which this machine does not have, by that path."""

    def module_folders(self, notebook_path: str) -> list[str]:
        """Folders of modules that the notebook finds, besides its own."""

    def parameters(self) -> dict[str, Any]:
        """The variables that replace those of the parameters cell; none if the platform passes parameters in another way."""

    def run_target(self, source: str) -> tuple[str, dict[str, Any]]:
        """The notebook and the arguments that the text after %run names."""

    def locate(self, name: str, relative_to: str) -> tuple[str, str]:
        """The workspace path and the file of the notebook that %run names in the notebook ``relative_to``."""

    def new_session(self, jvm: Any, default: Any) -> Any:
        """The JVM's session for this run; ``default`` is the one that the workspace's Spark started with."""

    def names(self) -> dict[str, Any]:
        """What a notebook finds defined when it starts."""

    def spark_names(self, spark: Any) -> dict[str, Any]:
        """What a notebook finds defined besides ``spark`` when Spark is there."""

    def run_sql(self, spark: Any, source: str) -> Any:
        """Runs a SQL cell; the DataFrame of its last statement, or None if that has no result."""

    def included(self, arguments: dict[str, Any]) -> AbstractContextManager[None]:
        """Surrounds the cells of a notebook that %run includes with these arguments."""

    def exit_value(self) -> str | None:
        """The value with which the notebook ended itself; None if it has not."""

    def state(self) -> Any:
        """What stays when Python restarts, as JSON can hold it."""

    def restore(self, state: Any) -> None:
        """Takes over what ``state`` returned before the restart."""


_PLATFORMS: dict[str, Callable[[Channel, Files, RunFacts], Platform]] = {
    "databricks": Databricks,
    "fabric": Fabric,
}


def create_platform(name: str, channel: Channel, files: Files, facts: RunFacts) -> Platform:
    """The platform of a run. CellFailure if the driver has no utilities for it."""
    create = _PLATFORMS.get(name)
    if create is None:
        raise CellFailure(
            f"Could not run {facts.notebook_path}: the driver has no utilities for the platform {name!r}; "
            f"it has those of {', '.join(sorted(_PLATFORMS))}."
        )
    return create(channel, files, facts)
