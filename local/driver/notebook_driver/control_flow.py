"""How a notebook ends itself or its Python.

Both are BaseExceptions, so that a notebook's `except Exception` lets them through.
"""

from __future__ import annotations


class NotebookExit(BaseException):
    """Ends the notebook with the value that the exception carries."""


class PythonRestart(BaseException):
    """Ends the cell, and with it this Python: the next cell runs in a fresh one."""
