"""Finds workspaces and items by their names or ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from ..platform import RemoteError
from ..sentences import could_not, did_you_mean, one_line
from ..settings import is_id
from .ask import ask
from .connection import Connection
from .errors import RequestError

_WORDS = {"Lakehouse": "lakehouse", "Environment": "environment", "SparkJobDefinition": "Spark job definition"}


@dataclass(frozen=True)
class Workspace:
    id: str
    name: str


@dataclass(frozen=True)
class Item:
    """An item of a workspace, by the ids that its addresses have."""

    workspace_id: str
    id: str
    name: str

    @property
    def reference(self) -> dict[str, str]:
        """As requests refer to it."""
        return {"referenceType": "ById", "workspaceId": self.workspace_id, "itemId": self.id}


def find_workspace(fabric: Connection, name: str) -> Workspace:
    attempted = f'find the Fabric workspace "{name}"'
    advice = "ask for the role Contributor in it (Manage access)"
    if is_id(name):
        try:
            found = ask(attempted, lambda: fabric.core.workspaces.get_workspace(name.lower()))
        except RequestError as error:
            if error.kind != "notFound":
                raise
            raise RemoteError(could_not(attempted, "there is none with that id, or you have no role in it", advice)) from None
        return Workspace(checked_id(found.id, attempted), str(found.display_name))
    everything = ask(attempted, lambda: [(each.id, each.display_name) for each in fabric.core.workspaces.list_workspaces()])
    found_id, found_name = _only_one(attempted, name, everything, f"{_count(everything, 'workspace')} you have a role in", advice)
    return Workspace(found_id, found_name)


def find_item(fabric: Connection, workspace: Workspace, kind: str, name: str) -> Item:
    """An item of a kind such as ``Lakehouse``."""
    attempted = f'find the {_WORDS[kind]} "{name}" in the Fabric workspace "{one_line(workspace.name)}"'
    if is_id(name):
        try:
            item = ask(attempted, lambda: fabric.core.items.get_item(workspace.id, name.lower()))
        except RequestError as error:
            if error.kind != "notFound":
                raise
            raise RemoteError(could_not(attempted, "it has no item with that id", "check the id")) from None
        if item.type != kind:
            raise RemoteError(could_not(attempted, f"the item with that id is a {one_line(str(item.type))}", "check the id"))
        return Item(workspace.id, checked_id(item.id, attempted), str(item.display_name))
    everything = list_items(fabric, workspace, kind, attempted)
    where = f"{_count(everything, _WORDS[kind])} in the workspace"
    found_id, found_name = _only_one(attempted, name, everything, where, "check the name and the workspace")
    return Item(workspace.id, found_id, found_name)


def find_lakehouse(fabric: Connection, workspace: Workspace, name: str) -> Item:
    """A lakehouse; ``workspace/lakehouse`` is one of another workspace."""
    other, slash, own = name.rpartition("/")
    return find_item(fabric, find_workspace(fabric, other.strip()) if slash else workspace, "Lakehouse", own.strip())


def list_items(fabric: Connection, workspace: Workspace, kind: str, attempted: str) -> list[tuple[str, str]]:
    """Ids and names."""
    return ask(
        attempted, lambda: [(each.id, each.display_name) for each in fabric.core.items.list_items(workspace.id, type=kind)]
    )


def checked_id(value: Any, attempted: str) -> str:
    """An id from an answer, which becomes a part of addresses."""
    if isinstance(value, str) and is_id(value):
        return value.lower()
    raise RequestError("badAnswer", attempted, f'the answer has no valid id ("{one_line(str(value), 60)}")')


def _only_one(attempted: str, name: str, everything: Sequence[tuple[str, str]], where: str, advice: str) -> tuple[str, str]:
    """Names are compared by case, as Fabric does; a single one that differs only in its case is taken, too."""
    found = [each for each in everything if each[1] == name] or [
        each for each in everything if str(each[1]).lower() == name.lower()
    ]
    if len(found) == 1:
        return checked_id(found[0][0], attempted), found[0][1]
    if found:
        _several(attempted, [each[0] for each in found])
    known = [one_line(str(each[1]), 100) for each in everything]
    raise RemoteError(could_not(attempted, f"it is not among the {where}", did_you_mean(name, known, advice)))


def _several(attempted: str, ids: list[str]) -> NoReturn:
    came_back = f"there are {len(ids)} of that name ({', '.join(one_line(str(each), 40) for each in ids)})"
    raise RemoteError(could_not(attempted, came_back, "give the id instead of the name"))


def _count(everything: Sequence[object], word: str) -> str:
    return f"{len(everything)} {word}{'' if len(everything) == 1 else 's'}"
