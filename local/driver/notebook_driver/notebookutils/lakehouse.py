"""notebookutils.lakehouse: https://learn.microsoft.com/fabric/data-engineering/notebookutils/notebookutils-lakehouse"""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass, field
from typing import Any

from notebook_driver.channel import Channel
from notebook_driver.notebookutils.names import Group
from notebook_driver.notebookutils.one_lake import OneLake, root_address
from notebook_driver.run_facts import RunFacts


@dataclass
class Artifact:
    """An item of a workspace."""

    id: str
    displayName: str  # noqa: N815
    description: str
    workspaceId: str  # noqa: N815
    type: str = "Lakehouse"
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass
class Table:
    """A table of a lakehouse."""

    name: str
    location: str
    type: str = "Managed"
    format: str = "delta"


class Lakehouse(Group):
    """Finds lakehouses and their tables."""

    name = "lakehouse"

    def __init__(self, channel: Channel, facts: RunFacts, one_lake: OneLake) -> None:
        self._channel = channel
        self._facts = facts
        self._one_lake = one_lake

    def list(self, workspaceId: str = "", maxResults: int = 1000) -> list[Artifact]:  # noqa: N803
        """The lakehouses of a workspace."""
        assert self._facts.fabric is not None
        found = self._channel.ask("lakehouses", workspace=workspaceId or self._facts.fabric["workspace"]["id"])
        return [
            Artifact(
                entry["id"], entry["name"], entry.get("description", ""), entry["workspaceId"], properties=_properties(entry)
            )
            for entry in found[:maxResults]
        ]

    def get(self, name: str = "", workspaceId: str = "") -> Artifact:  # noqa: N803
        """A lakehouse by its name or id; without a name the default lakehouse."""
        default = self._one_lake.lakehouse
        if not name:
            if default is None:
                raise ValueError("Could not get the default lakehouse: the run has none; attach one, or pass a name.")
            return Artifact(default["id"], default["name"], "", default["workspaceId"], properties=_properties(default))
        known = self.list(workspaceId)
        for artifact in known:
            if name in (artifact.displayName, artifact.id):
                return artifact
        names = [artifact.displayName for artifact in known]
        near = difflib.get_close_matches(name, names, n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"it has {', '.join(names) or 'none'}."
        raise ValueError(f"Could not get the lakehouse {name}: the workspace does not have it; {hint}")

    def getWithProperties(self, name: str, workspaceId: str = "") -> Artifact:  # noqa: N802, N803
        """A lakehouse with the addresses of its Files and Tables."""
        return self.get(name, workspaceId)

    def listTables(self, lakehouse: str = "", workspaceId: str = "", maxResults: int = 1000) -> list[Table]:  # noqa: N802, N803
        """The Delta tables of a lakehouse."""
        artifact = self.get(lakehouse, workspaceId)
        folder = self._one_lake.item_folder(artifact.workspaceId, artifact.id)
        tables = os.path.join(folder or "", "Tables")
        if folder is None or not os.path.isdir(tables):
            return []
        names = sorted(name for name in os.listdir(tables) if os.path.isdir(os.path.join(tables, name, "_delta_log")))
        return [Table(name, f"{artifact.properties['oneLakeTablesPath']}/{name}") for name in names[:maxResults]]

    def create(self, *_: Any, **__: Any) -> None:
        """Creates a lakehouse; not in the local workspace."""
        raise _not_here("create")

    def update(self, *_: Any, **__: Any) -> None:
        """Renames a lakehouse; not in the local workspace."""
        raise _not_here("update")

    def delete(self, *_: Any, **__: Any) -> None:
        """Deletes a lakehouse; not in the local workspace."""
        raise _not_here("delete")

    def getDefinition(self, *_: Any, **__: Any) -> None:  # noqa: N802
        """Gets a lakehouse's definition; not in the local workspace."""
        raise _not_here("getDefinition")

    def updateDefinition(self, *_: Any, **__: Any) -> None:  # noqa: N802
        """Updates a lakehouse's definition; not in the local workspace."""
        raise _not_here("updateDefinition")

    def loadTable(self, *_: Any, **__: Any) -> None:  # noqa: N802
        """Loads a file into a table; not in the local workspace."""
        raise NotImplementedError(
            "Could not call notebookutils.lakehouse.loadTable: the local workspace does not have it; read the file by "
            "spark.read and "
            "write it by saveAsTable."
        )


def _properties(lakehouse: dict[str, Any]) -> dict[str, Any]:
    root = root_address(lakehouse)
    return {"abfsPath": root, "oneLakeFilesPath": f"{root}/Files", "oneLakeTablesPath": f"{root}/Tables"}


def _not_here(method: str) -> NotImplementedError:
    return NotImplementedError(
        f"Could not call notebookutils.lakehouse.{method}: a notebook of the local workspace cannot change items; use the "
        f"REST API of Fabric."
    )
