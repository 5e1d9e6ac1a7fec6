"""``dbutils`` as notebooks know it: https://docs.databricks.com/dev-tools/databricks-utils"""

from __future__ import annotations

from typing import Any

from notebook_driver.channel import Channel
from notebook_driver.dbutils.credentials import Credentials
from notebook_driver.dbutils.data import Data
from notebook_driver.dbutils.fs import FileSystem
from notebook_driver.dbutils.jobs import Jobs
from notebook_driver.dbutils.library import Library
from notebook_driver.dbutils.notebook import Notebook
from notebook_driver.dbutils.secrets import Secrets
from notebook_driver.dbutils.widgets import Widgets
from notebook_driver.files import Files
from notebook_driver.not_here.commands import command_not_here
from notebook_driver.run_facts import RunFacts

_GROUPS = ("credentials", "data", "fs", "jobs", "library", "notebook", "secrets", "widgets")


class DBUtils:
    """``dbutils``."""

    def __init__(self, channel: Channel, files: Files, facts: RunFacts) -> None:
        self.widgets = Widgets(facts.parameters)
        self.notebook = Notebook(channel, facts)
        self.fs = FileSystem(files)
        self.secrets = Secrets(channel)
        self.jobs = Jobs(channel)
        self.library = Library()
        self.credentials = Credentials()
        self.data = Data()
        self.entry_point = self.notebook.entry_point

    def help(self, name: str = "") -> None:
        """Prints the commands of one utility, or of all."""
        for group in [name] if name in _GROUPS else _GROUPS:
            print(f"dbutils.{group}: ", end="")
            getattr(self, group).help()

    def __getattr__(self, name: str) -> Any:
        not_here = command_not_here(f"dbutils.{name}")
        if not_here is not None:
            raise NotImplementedError(not_here.about(f"dbutils.{name}", "databricks"))
        raise AttributeError(f"Could not use dbutils.{name}: there is no such utility; use one of {', '.join(_GROUPS)}.")
