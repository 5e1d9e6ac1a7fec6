"""notebookutils.fs: https://learn.microsoft.com/fabric/data-engineering/notebookutils/notebookutils-file-system"""

from __future__ import annotations

import os
import shutil
from typing import Any, NamedTuple

from notebook_driver.notebookutils.names import Group
from notebook_driver.notebookutils.one_lake import OneLake


class FileInfo(NamedTuple):
    """size in bytes, modifyTime in milliseconds since 1970."""

    name: str
    path: str
    size: int
    isDir: bool  # noqa: N815
    isFile: bool  # noqa: N815
    modifyTime: int  # noqa: N815


class MountPointInfo(NamedTuple):
    mountPoint: str  # noqa: N815
    source: str
    scope: str
    localPath: str  # noqa: N815


class FileSystem(Group):
    """Works with files of OneLake and of the driver node."""

    name = "fs"

    def __init__(self, one_lake: OneLake) -> None:
        self._one_lake = one_lake
        self._mounts: dict[str, MountPointInfo] = {}

    def ls(self, dir: str) -> list[FileInfo]:
        """The content of a folder, or the file itself."""
        local = self._existing(dir)
        if os.path.isfile(local):
            return [_info(dir, local)]
        parent = self._full(dir).rstrip("/")
        return [_info(f"{parent}/{name}", os.path.join(local, name)) for name in sorted(os.listdir(local))]

    def mkdirs(self, dir: str) -> bool:
        """Creates a folder and the folders above it."""
        os.makedirs(self._one_lake.local(dir), exist_ok=True)
        return True

    def cp(self, src: str, dest: str, recurse: bool = False) -> bool:
        """Copies a file, or with `recurse` a folder."""
        origin, target = self._existing(src), self._one_lake.local(dest)
        if os.path.isdir(origin):
            if not recurse:
                raise ValueError(f"Could not copy {src}: it is a folder; pass recurse=True.")
            shutil.copytree(origin, target, dirs_exist_ok=True)
        else:
            if dest.endswith("/") or os.path.isdir(target):
                target = os.path.join(target, os.path.basename(origin))
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copyfile(origin, target)
        return True

    def fastcp(self, src: str, dest: str, recurse: bool = True, extraConfigs: dict[str, Any] | None = None) -> bool:  # noqa: N803
        """Copies a file or folder, on the platform by azcopy."""
        return self.cp(src, dest, recurse)

    def mv(self, src: str, dest: str, create_path: bool = False, overwrite: bool = False) -> bool:
        """Moves a file or folder; `create_path` creates the folder above the destination, `overwrite` replaces it."""
        origin, target = self._existing(src), self._one_lake.local(dest)
        if os.path.isdir(target):
            target = os.path.join(target, os.path.basename(origin.rstrip("/")))
        if os.path.exists(target):
            if not overwrite:
                raise FileExistsError(f"Could not move {src} to {dest}: it exists; pass overwrite=True.")
            _remove(target)
        if create_path:
            os.makedirs(os.path.dirname(target), exist_ok=True)
        elif not os.path.isdir(os.path.dirname(target)):
            raise FileNotFoundError(f"Could not move {src} to {dest}: the folder above it does not exist; pass create_path=True.")
        shutil.move(origin, target)
        return True

    def put(self, file: str, content: str, overwrite: bool = False) -> bool:
        """Writes a text file."""
        local = self._one_lake.local(file)
        if os.path.exists(local) and not overwrite:
            raise FileExistsError(f"Could not write {file}: it exists; pass overwrite=True.")
        os.makedirs(os.path.dirname(local), exist_ok=True)
        with open(local, "w", encoding="utf-8", newline="") as target:
            target.write(content)
        return True

    def append(self, file: str, content: str, createFileIfNotExists: bool = False) -> bool:  # noqa: N803
        """Appends text to a file."""
        local = self._one_lake.local(file)
        if not os.path.exists(local) and not createFileIfNotExists:
            raise FileNotFoundError(f"Could not append to {file}: it does not exist; pass createFileIfNotExists=True.")
        os.makedirs(os.path.dirname(local), exist_ok=True)
        with open(local, "a", encoding="utf-8", newline="") as target:
            target.write(content)
        return True

    def head(self, file: str, max_bytes: int = 1024 * 100) -> str:
        """The beginning of a file as text."""
        with open(self._existing(file), "rb") as source:
            return source.read(max_bytes).decode("utf-8", "replace")

    def rm(self, dir: str, recurse: bool = False) -> bool:
        """Removes a file or, with `recurse`, a folder."""
        local = self._existing(dir)
        if os.path.isdir(local) and os.listdir(local) and not recurse:
            raise OSError(f"Could not remove {dir}: the folder is not empty; pass recurse=True.")
        _remove(local)
        return True

    def exists(self, file: str) -> bool:
        """Whether a file or folder exists."""
        try:
            return os.path.exists(self._one_lake.local(file))
        except FileNotFoundError:
            return False

    def mount(self, source: str, mountPoint: str, extraConfigs: dict[str, Any] | None = None) -> bool:  # noqa: N803
        """Makes a folder of OneLake available at the path that getMountPath returns."""
        if mountPoint in self._mounts:
            raise ValueError(f"Could not mount {source}: {mountPoint} is mounted already; unmount it first.")
        self._mounts[mountPoint] = MountPointInfo(mountPoint, source, "job", self._existing(source))
        return True

    def unmount(self, mountPoint: str, extraOptions: dict[str, Any] | None = None) -> bool:  # noqa: N803
        """Removes a mount point."""
        return self._mounts.pop(mountPoint, None) is not None

    def mounts(self, extraOptions: dict[str, Any] | None = None) -> list[MountPointInfo]:  # noqa: N803
        """The mount points of this run."""
        return list(self._mounts.values())

    def refreshMounts(self) -> bool:  # noqa: N802
        """Does nothing: a mount point always shows the folder as it is."""
        return True

    def getMountPath(self, mountPoint: str, scope: str = "") -> str:  # noqa: N802, N803
        """The path of a mount point for Python's open."""
        if mountPoint not in self._mounts:
            known = ", ".join(self._mounts) or "none"
            raise ValueError(f"Could not find the mount point {mountPoint}: it is not mounted; the mount points are: {known}.")
        return self._mounts[mountPoint].localPath

    mountToDriverNode = mount  # noqa: N815
    unmountFromDriverNode = unmount  # noqa: N815

    def _existing(self, path: str) -> str:
        local = self._one_lake.local(path)
        if not os.path.exists(local):
            raise FileNotFoundError(f"java.io.FileNotFoundException: {path} does not exist.")
        return local

    def _full(self, path: str) -> str:
        """The path as the platform shows it: a relative one as its address in OneLake."""
        return path if path.startswith("/") else self._one_lake.absolute(path)


def _info(path: str, local: str) -> FileInfo:
    stat = os.stat(local)
    is_folder = os.path.isdir(local)
    return FileInfo(
        os.path.basename(path.rstrip("/")),
        path,
        0 if is_folder else stat.st_size,
        is_folder,
        not is_folder,
        int(stat.st_mtime * 1000),
    )


def _remove(local: str) -> None:
    if os.path.isdir(local) and not os.path.islink(local):
        shutil.rmtree(local)
    else:
        os.remove(local)
