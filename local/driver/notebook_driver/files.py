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
        """A notebook's workspace path and its file, for ./relative, ../ and absolute paths; quotes are taken off."""
        path = path.strip().strip("\"'")
        absolute = posixpath.normpath(posixpath.join(posixpath.dirname(relative_to), path))
        if absolute.startswith("/Workspace/"):
            absolute = absolute.removeprefix("/Workspace")
        file = os.path.join(self.workspace, absolute.lstrip("/"))
        for ending in ("", ".py", ".ipynb", ".sql"):
            if os.path.isfile(file + ending):
                return absolute, file + ending
        raise FileNotFoundError(f"Notebook {absolute} does not exist in the workspace.")

    def local(self, path: str) -> str:
        """The file for a path as dbutils.fs takes it: dbfs:/a, /a (the same), file:/a, file:/Workspace/a."""
        if path.startswith("file:"):
            return self.mapped(posixpath.normpath("/" + path.removeprefix("file:").lstrip("/")))
        if path.startswith("/Workspace/"):
            return self.mapped(path)
        plain = path.removeprefix("dbfs:")
        if ":" in plain.split("/")[0]:
            raise ValueError(f"dbutils.fs has no file system for {path}: dbfs:/ and file:/ paths work on this machine.")
        return os.path.join(self.dbfs, posixpath.normpath("/" + plain.lstrip("/")).lstrip("/"))

    def mapped(self, path: str) -> str:
        """An absolute path of a driver node's disk, where /dbfs and /Workspace are mounts."""
        for mount, folder in (("/dbfs", self.dbfs), ("/Workspace", self.workspace)):
            if path == mount or path.startswith(f"{mount}/"):
                return folder + path.removeprefix(mount)
        return path
