"""A Spark job: a Python file that runs as ``__main__``, as spark-submit runs it."""

from __future__ import annotations

import os
import sys
import types
from typing import Any

from notebook_driver.notebook_source import Cell


class ScriptFailed(Exception):
    """The script ended with an exit code that is not 0."""


def read_script(script: dict[str, Any]) -> list[Cell]:
    """The file as the only cell of the run. ``script`` is that of the request: ``{file, arguments}``."""
    with open(script["file"], encoding="utf-8") as source:
        return [Cell(1, "script", source.read())]


def run_script(script: dict[str, Any], source: str) -> None:
    """Runs it in this process. Whatever it raises is the failure; the exit codes 0 and None are none."""
    file = script["file"]
    module = types.ModuleType("__main__")
    module.__file__ = file
    sys.modules["__main__"] = module
    sys.argv = [file, *script["arguments"]]
    sys.path.insert(0, os.path.dirname(file))
    try:
        exec(compile(source, file, "exec"), module.__dict__)
    except SystemExit as ended:
        if ended.code not in (None, 0):
            printed = ended.code if isinstance(ended.code, str) else f"exit code {ended.code}"
            raise ScriptFailed(f"The script ended by sys.exit with {printed}.") from None
