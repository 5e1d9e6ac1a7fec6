"""notebookutils.session, mssparkutils.env, and the groups that the local workspace does not have."""

from __future__ import annotations

import os
from typing import Any

from notebook_driver.control_flow import NotebookExit, PythonRestart
from notebook_driver.notebookutils.names import Group
from notebook_driver.notebookutils.runtime import Runtime


class Session(Group):
    """Ends the session, or restarts its Python."""

    name = "session"

    def stop(self, detach: bool = True) -> None:
        """Ends the session, and with it the run: the cells that follow do not run."""
        raise NotebookExit("")

    def restartPython(self) -> None:  # noqa: N802
        """Restarts the notebook's Python: its variables are gone, its temporary views and settings stay."""
        raise PythonRestart()


class Environment(Group):
    """What mssparkutils.env tells of the run."""

    name = "env"

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def getWorkspaceName(self) -> str:  # noqa: N802
        """The name of the workspace."""
        return str(self._runtime.context["currentWorkspaceName"])

    def getJobId(self) -> str:  # noqa: N802
        """The id of the job instance."""
        return str(self._runtime.context["activityId"])

    def getClusterId(self) -> str:  # noqa: N802
        """The id of the Spark cluster."""
        return str(self._runtime.context["clusterId"])

    def getPoolName(self) -> str:  # noqa: N802
        """The name of the pool."""
        return str(self._runtime.context["poolName"])

    def getUserId(self) -> str:  # noqa: N802
        """The id of the user."""
        return str(self._runtime.context["userId"])

    def getUserName(self) -> str:  # noqa: N802
        """The name of the user."""
        return str(self._runtime.context["userName"])

    def getEnv(self, name: str) -> str | None:  # noqa: N802
        """An environment variable."""
        return os.environ.get(name)


class NotHere(Group):
    """A group that the local workspace does not have: any use fails with one sentence."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise NotImplementedError(
            f"Could not use notebookutils.{self.name}.{name}: the local workspace does not have notebookutils.{self.name}; "
            "run the notebook on Fabric, or skip this call here."
        )

    def help(self, method_name: str = "") -> None:
        """Says that the group is not here."""
        print(f"The local workspace does not have notebookutils.{self.name}.")
