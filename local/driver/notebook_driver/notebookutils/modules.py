"""``notebookutils`` and ``mssparkutils`` as modules, so that notebooks, and modules beside them, can import them."""

from __future__ import annotations

import sys
import types
from typing import Any

from notebook_driver.notebookutils.names import Group, unknown


class UtilityModule(types.ModuleType):
    """A module whose attributes are the groups of utilities, or the methods of one."""

    def __init__(self, name: str, members: dict[str, Any]) -> None:
        super().__init__(name)
        self.__path__: list[str] = []  # a package, so that ``import notebookutils.fs`` works
        self.__dict__.update(members)
        self._members = members

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise unknown(self.__name__, name, self._members)

    def help(self, name: str = "") -> None:
        """Prints what the groups do."""
        groups = {key: value for key, value in self._members.items() if isinstance(value, Group) and name in ("", key)}
        for group in groups.values():
            group.help()


def install(groups: dict[str, Group], others: dict[str, Any]) -> tuple[UtilityModule, UtilityModule]:
    """``(notebookutils, mssparkutils)``, which are importable after this call.

    ``others`` are modules and values beside the groups.
    """
    former = UtilityModule("mssparkutils", {**groups, **others})
    utilities = UtilityModule("notebookutils", {**groups, **others, "mssparkutils": former})
    for name, module in (("notebookutils", utilities), ("mssparkutils", former), ("notebookutils.mssparkutils", former)):
        sys.modules[name] = module
        for key, member in {**groups, **others}.items():
            if isinstance(member, (Group, types.ModuleType)):
                sys.modules[f"{name}.{key}"] = member  # type: ignore[assignment]  # an import takes any object
    return utilities, former
