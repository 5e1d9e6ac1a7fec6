"""OneLake's paths, which are folders of this machine."""

from __future__ import annotations

import os
import posixpath
import re
from typing import Any
from urllib.parse import unquote

from notebook_driver.channel import Channel

MOUNT = "/lakehouse/default"
_ABFSS = re.compile(r"abfss?://([^@/'\"`\n]+)@([^/'\"`\n]+)/([^/'\"`\n]+)")


class OneLake:
    """The paths of one run. ``lakehouse`` is its default lakehouse ``{id, name, workspaceId, workspaceName}``, or None."""

    def __init__(self, channel: Channel, lakehouse: dict[str, Any] | None) -> None:
        self._channel = channel
        self._folders: dict[tuple[str, str], str | None] = {}
        self.lakehouse = lakehouse

    def item_folder(self, workspace: str, item: str) -> str | None:
        """The folder with an item's Files and Tables. ``item`` is an id or ``Sales.Lakehouse``. None if there is no such item."""
        key = (workspace, item)
        if self._folders.get(key) is None:
            self._folders[key] = self._channel.ask("oneLakeFolder", workspace=workspace, item=item)
        return self._folders[key]

    @property
    def default_folder(self) -> str | None:
        """The folder of the default lakehouse; None without one. FileNotFoundError if OneLake does not have it."""
        if self.lakehouse is None:
            return None
        folder = self.item_folder(self.lakehouse["workspaceId"], self.lakehouse["id"])
        if folder is None:
            raise FileNotFoundError(
                f"Could not attach the lakehouse {self.lakehouse['name']}: OneLake has no item {self.lakehouse['id']} in the "
                f"workspace "
                f"{self.lakehouse['workspaceId']}; check the run's default lakehouse."
            )
        return folder

    def mentioned(self, text: str) -> list[tuple[str, str, str]]:
        """``(workspace, item, folder)`` of each item that abfss:// addresses in a text name; the item as the text writes it."""
        found = []
        for workspace, _, item in set(_ABFSS.findall(text)):
            folder = self.item_folder(unquote(workspace), unquote(item))
            if folder is not None:
                found.append((unquote(workspace), item, folder))
        return found

    def absolute(self, path: str) -> str:
        """A path for Spark as an abfss:// address: Files/…, Tables/… and /lakehouse/default/…; any other path unchanged."""
        plain = "/" + path.removeprefix("file:").lstrip("/") if path.startswith("file:") else path
        if plain == MOUNT or plain.startswith(f"{MOUNT}/"):
            return self._address(plain.removeprefix(MOUNT).lstrip("/"))
        if not plain.startswith("/") and ":" not in plain.split("/")[0]:
            return self._address(plain)
        return path

    def local(self, path: str) -> str:
        """The file of this machine for a path as notebookutils.fs takes it."""
        if path.startswith(("abfss://", "abfs://")):
            matched = _ABFSS.match(path)
            if matched is None:
                raise ValueError(
                    f"Could not find {path}: it is not an address of OneLake; write abfss://<workspace>@onelake.dfs.fabric.microsoft.com/<item>/…"
                )
            folder = self.item_folder(unquote(matched.group(1)), unquote(matched.group(3)))
            if folder is None:
                raise FileNotFoundError(
                    f"Could not find {path}: OneLake has no item {unquote(matched.group(3))} in the workspace "
                    f"{unquote(matched.group(1))}; "
                    "check the names (an item's name ends with its type, such as Sales.Lakehouse)."
                )
            return _below(folder, path[matched.end() :])
        if path.startswith("file:"):
            path = posixpath.normpath("/" + path.removeprefix("file:").lstrip("/"))
        elif ":" in path.split("/")[0]:
            raise ValueError(f"Could not find {path}: there is no file system for it here; use Files/…, abfss:// or file:/.")
        elif not path.startswith("/"):
            return _below(self._required(path), path)
        if path == MOUNT or path.startswith(f"{MOUNT}/"):
            return _below(self._required(path), path.removeprefix(MOUNT))
        return path

    def _required(self, path: str) -> str:
        folder = self.default_folder
        if folder is None:
            raise FileNotFoundError(
                f"Could not find {path}: the run has no default lakehouse; attach one, or use an abfss:// path."
            )
        return folder

    def _address(self, path: str) -> str:
        self._required(path)
        assert self.lakehouse is not None
        return f"{root_address(self.lakehouse)}/{path}"


def root_address(lakehouse: dict[str, Any]) -> str:
    """A lakehouse's address in OneLake, with ids, as Spark knows it."""
    return f"abfss://{lakehouse['workspaceId']}@onelake.dfs.fabric.microsoft.com/{lakehouse['id']}"


def _below(folder: str, path: str) -> str:
    """A path below an item's folder; .. does not leave the folder."""
    inside = posixpath.normpath("/" + path.lstrip("/")).lstrip("/")
    return os.path.join(folder, inside) if inside else folder
