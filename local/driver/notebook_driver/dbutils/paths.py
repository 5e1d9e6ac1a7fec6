"""Paths as dbutils.fs takes them."""

from __future__ import annotations

import os
import posixpath

from notebook_driver.files import Files


def local_path(files: Files, path: str) -> str:
    """The file of this machine for dbfs:/a, /a (the same), file:/a and file:/Workspace/a."""
    if path.startswith("file:"):
        return _mapped(files, posixpath.normpath("/" + path.removeprefix("file:").lstrip("/")))
    if path.startswith("/Workspace/"):
        return _mapped(files, path)
    plain = path.removeprefix("dbfs:")
    if ":" in plain.split("/")[0]:
        raise OSError(f'No FileSystem for scheme "{plain.split(":")[0]}": {path}')  # as Hadoop says it
    return os.path.join(files.dbfs, posixpath.normpath("/" + plain.lstrip("/")).lstrip("/"))


def _mapped(files: Files, path: str) -> str:
    """An absolute path of a driver node's disk, on which /dbfs and /Workspace are mounts."""
    for mount, folder in (("/dbfs", files.dbfs), ("/Workspace", files.workspace)):
        if path == mount or path.startswith(f"{mount}/"):
            return folder + path.removeprefix(mount)
    return path
