"""dbutils.library."""

from __future__ import annotations

from typing import ClassVar

from notebook_driver.control_flow import PythonRestart
from notebook_driver.dbutils.utility import Utility

# https://docs.databricks.com/archive/dev-tools/dbutils-library.html
_REMOVED = "Databricks Runtime 11 removed it; install packages by %pip install"


class Library(Utility):
    """Restarts Python, so that what %pip upgraded can be imported."""

    _not_here: ClassVar[dict[str, str]] = {name: _REMOVED for name in ("install", "installPyPI", "list", "updateCondaEnv")}

    def restartPython(self) -> None:  # noqa: N802
        """Restarts the notebook's Python: its variables are gone, its widgets and temporary views stay."""
        raise PythonRestart()
