"""What every utility of dbutils has: help(), and one sentence for a command that it lacks."""

from __future__ import annotations

import difflib
import inspect
from typing import Any, ClassVar


def _parameters(command: Any) -> str:
    """In parentheses, each with its default; "" for what is not called."""
    if not inspect.isroutine(command):
        return ""
    plain = [
        parameter.replace(annotation=inspect.Parameter.empty) for parameter in inspect.signature(command).parameters.values()
    ]
    return str(inspect.Signature(plain))


class Utility:
    """``_not_here`` names the commands of the platform that cannot work here: the end of a sentence for each."""

    _not_here: ClassVar[dict[str, str]] = {}

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
        title = f"dbutils.{type(self).__name__.lower()}.{name}"
        if name in self._not_here:
            raise NotImplementedError(f"Could not use {title}: {self._not_here[name]}.")
        near = difflib.get_close_matches(name, [entry for entry in dir(self) if not entry.startswith("_")], 1)
        hint = f'did you mean "{near[0]}"?' if near else "see its help()."
        raise AttributeError(f"Could not use {title}: there is no such command; {hint}")
