"""dbutils.fs on dbfs:/ and file:/ paths."""

from __future__ import annotations

import os
import shutil
from typing import NamedTuple

from notebook_driver.dbutils.paths import local_path
from notebook_driver.dbutils.utility import Utility
from notebook_driver.files import Files


class FileInfo(NamedTuple):
    """size in bytes, modificationTime in milliseconds since 1970; a folder's path and name end with /."""

    path: str
    name: str
    size: int
    modificationTime: int  # noqa: N815

    def isDir(self) -> bool:  # noqa: N802
        return self.name.endswith("/")

    def isFile(self) -> bool:  # noqa: N802
        return not self.isDir()


class MountInfo(NamedTuple):
    mountPoint: str  # noqa: N815
    source: str
    encryptionType: str  # noqa: N815


class FileSystem(Utility):
    """Works with files of the workspace's storage."""

    _name = "fs"

    def __init__(self, files: Files) -> None:
        self._files = files

    def ls(self, path: str) -> list[FileInfo]:
        """The content of a folder, or the file itself."""
        local = self._existing(path)
        if os.path.isfile(local):
            return [self._info(_full(path), local)]
        parent = _full(path).rstrip("/")
        return [self._info(f"{parent}/{name}", os.path.join(local, name)) for name in sorted(os.listdir(local))]

    def cp(self, source: str, dest: str, recurse: bool = False) -> bool:
        """Copies a file, or with `recurse` a folder."""
        origin, target = self._existing(source), local_path(self._files, dest)
        if os.path.isdir(origin):
            if not recurse:
                raise ValueError(f"Could not copy {source}: it is a folder; pass recurse=True.")
            shutil.copytree(origin, target, dirs_exist_ok=True)
        else:
            if dest.endswith("/") or os.path.isdir(target):
                target = os.path.join(target, os.path.basename(origin))
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copyfile(origin, target)
        return True

    def mv(self, source: str, dest: str, recurse: bool = False) -> bool:
        """Moves a file, or with `recurse` a folder."""
        self.cp(source, dest, recurse)
        return self.rm(source, recurse)

    def rm(self, dir: str, recurse: bool = False) -> bool:
        """Removes a file or, with `recurse`, a folder; False if it does not exist."""
        local = local_path(self._files, dir)
        if os.path.isdir(local):
            if os.listdir(local) and not recurse:
                raise OSError(f"Could not remove {dir}: the folder is not empty; pass recurse=True.")
            shutil.rmtree(local)
        elif os.path.exists(local):
            os.remove(local)
        else:
            return False
        return True

    def mkdirs(self, dir: str) -> bool:
        """Creates a folder and the folders above it."""
        os.makedirs(local_path(self._files, dir), exist_ok=True)
        return True

    def put(self, file: str, contents: str, overwrite: bool = False) -> bool:
        """Writes a text file."""
        local = local_path(self._files, file)
        if os.path.exists(local) and not overwrite:
            raise FileExistsError(f"Could not write {file}: it exists; pass overwrite=True.")
        os.makedirs(os.path.dirname(local), exist_ok=True)
        with open(local, "w", encoding="utf-8", newline="") as target:
            target.write(contents)
        print(f"Wrote {len(contents.encode())} bytes.")
        return True

    def head(self, file: str, max_bytes: int = 65536, maxBytes: int | None = None) -> str:  # noqa: N803 (Scala's name)
        """The beginning of a file as text."""
        with open(self._existing(file), "rb") as source:
            return source.read(max_bytes if maxBytes is None else maxBytes).decode("utf-8", "replace")

    def mounts(self) -> list[MountInfo]:
        """The mount points: that of dbfs:/ alone."""
        return [MountInfo("/", "DatabricksRoot", "")]

    def refreshMounts(self) -> bool:  # noqa: N802
        """Has no effect: there are no mounts."""
        return True

    def _existing(self, path: str) -> str:
        local = local_path(self._files, path)
        if not os.path.exists(local):
            raise FileNotFoundError(f"java.io.FileNotFoundException: {path} does not exist.")
        return local

    @staticmethod
    def _info(path: str, local: str) -> FileInfo:
        stat = os.stat(local)
        folder = "/" if os.path.isdir(local) else ""
        name = os.path.basename(path.rstrip("/")) + folder
        size = 0 if folder else stat.st_size
        return FileInfo(path.rstrip("/") + folder, name, size, int(stat.st_mtime * 1000))


def _full(path: str) -> str:
    return path if path.split("/")[0].endswith(":") else f"dbfs:{path}"
