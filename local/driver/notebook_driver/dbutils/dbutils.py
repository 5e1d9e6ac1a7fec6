"""``dbutils`` as notebooks know it: https://docs.databricks.com/dev-tools/databricks-utils"""

from __future__ import annotations

from notebook_driver.channel import Channel
from notebook_driver.dbutils.fs import FileSystem
from notebook_driver.dbutils.jobs import Jobs
from notebook_driver.dbutils.library import Library
from notebook_driver.dbutils.notebook import Notebook
from notebook_driver.dbutils.secrets import Secrets
from notebook_driver.dbutils.widgets import Widgets
from notebook_driver.files import Files
from notebook_driver.run_facts import RunFacts

_GROUPS = ("fs", "jobs", "library", "notebook", "secrets", "widgets")


class DBUtils:
    def __init__(self, channel: Channel, files: Files, facts: RunFacts) -> None:
        self.widgets = Widgets(facts.parameters)
        self.notebook = Notebook(channel, facts)
        self.fs = FileSystem(files)
        self.secrets = Secrets(channel)
        self.jobs = Jobs(channel)
        self.library = Library()

    def help(self, name: str = "") -> None:
        groups = [name] if name in _GROUPS else _GROUPS
        for group in groups:
            utility = getattr(self, group)
            print(f"dbutils.{group}: {type(utility).__doc__}")
            for method in (entry for entry in dir(utility) if not entry.startswith("_")):
                print(f"  {method}: {(getattr(utility, method).__doc__ or '').splitlines()[0:1]}")
