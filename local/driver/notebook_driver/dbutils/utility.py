"""What every utility of dbutils has: help(), and one sentence for a command that it lacks."""

from __future__ import annotations

import difflib
import inspect
from typing import Any

from notebook_driver.not_here.commands import command_not_here


def _parameters(command: Any) -> str:
    """In parentheses, each with its default; "" for what is not called."""
    if not inspect.isroutine(command):
        return ""
    plain = [
        parameter.replace(annotation=inspect.Parameter.empty) for parameter in inspect.signature(command).parameters.values()
    ]
    return str(inspect.Signature(plain))


class Utility:
    """A group of commands. Those of the platform that cannot work here are in not_here/commands.py."""

    _name = ""  # that of the class if it is empty

    def help(self, command: str = "") -> None:
        """Prints the commands, or what one of them does."""
        names = [command] if hasattr(self, command) else [name for name in dir(self) if not name.startswith("_")]
        print((type(self).__doc__ or "").strip())
        for name in names:
            found = getattr(self, name)
            first, *_ = (inspect.getdoc(found) or "").splitlines() or [""]
            print(f"  {name}{_parameters(found)}: {first}")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        title = f"dbutils.{self._name or type(self).__name__.lower()}.{name}"
        not_here = command_not_here(title)
        if not_here is not None:
            raise NotImplementedError(not_here.about(title, "databricks"))
        near = difflib.get_close_matches(name, [entry for entry in dir(self) if not entry.startswith("_")], 1)
        hint = f'did you mean "{near[0]}"?' if near else "see its help()."
        raise AttributeError(f"Could not use {title}: there is no such command; {hint}")
