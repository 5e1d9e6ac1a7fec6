"""dbutils.library."""

from __future__ import annotations

from notebook_driver.control_flow import PythonRestart
from notebook_driver.dbutils.utility import Utility


class Library(Utility):
    """Restarts Python, so that what %pip upgraded can be imported."""

    def restartPython(self) -> None:  # noqa: N802
        """Restarts the notebook's Python: its variables are gone, its widgets and temporary views stay."""
        raise PythonRestart()
