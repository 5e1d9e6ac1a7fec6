"""Where the workspace's files are on this machine."""

from __future__ import annotations

import os
import posixpath


class Files:
    """``workspace`` mirrors the workspace's objects, ``dbfs`` is dbfs:/ (and /Volumes)."""

    def __init__(self, workspace: str, dbfs: str) -> None:
        self.workspace = workspace
        self.dbfs = dbfs

    def notebook(self, path: str, relative_to: str = "/") -> tuple[str, str]:
        """The workspace path and the file of a notebook, for ./relative, ../ and absolute paths, quoted or not."""
        path = path.strip().strip("\"'")
        absolute = posixpath.normpath(posixpath.join(posixpath.dirname(relative_to), path))
        if absolute.startswith("/Workspace/"):
            absolute = absolute.removeprefix("/Workspace")
        file = os.path.join(self.workspace, absolute.lstrip("/"))
        for extension in ("", ".py", ".ipynb", ".sql"):
            if os.path.isfile(file + extension):
                return absolute, file + extension
        raise FileNotFoundError(f"Could not find the notebook {absolute}: it does not exist in the workspace; check its path.")
