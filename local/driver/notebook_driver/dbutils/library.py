"""dbutils.library."""

from __future__ import annotations


class PythonRestart(BaseException):
    """Ends the cell, and with it this Python: the next cell runs in a fresh one."""


class Library:
    """Restarts Python, so that what %pip upgraded can be imported."""

    def restartPython(self) -> None:  # noqa: N802
        """Restarts the notebook's Python: its variables are gone, its widgets and temporary views stay."""
        raise PythonRestart()
