"""The nearest name for one that NotebookUtils does not have."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def unknown(owner: str, name: str, known: Iterable[str]) -> AttributeError:
    """The exception for ``owner.name``, with the nearest known name."""
    names = sorted(known)
    lowered = {entry.lower(): entry for entry in names}
    near = difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=0.5)
    hint = f'did you mean "{lowered[near[0]]}"?' if near else f"it has {', '.join(names)}."
    return AttributeError(f"Could not use {owner}.{name}: NotebookUtils does not have it; {hint}")


class Group:
    """A group of utilities, such as ``notebookutils.fs``. Its public methods are what a notebook may call."""

    name = ""

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(name)
        raise unknown(f"notebookutils.{self.name}", name, self._methods())

    def _methods(self) -> list[str]:
        members = {*dir(type(self)), *vars(self)}
        return sorted(entry for entry in members if not entry.startswith("_") and entry != "name")

    def help(self, method_name: str = "") -> None:
        """Prints what the methods do."""
        chosen = [method_name] if method_name else self._methods()
        print(f"notebookutils.{self.name}: {(type(self).__doc__ or '').splitlines()[0]}")
        for method in chosen:
            text = (getattr(self, method).__doc__ or "").strip()
            print(f"  {method}: {text.splitlines()[0] if text else ''}")
