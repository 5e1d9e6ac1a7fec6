"""Takes the place of ``mounts`` where the system allows none (macOS, containers without user namespaces).

The functions of Python that take paths look for /lakehouse/default/… in the folder on this machine. Other processes, and
libraries that open files without Python (pyarrow), do not see these paths: for them there is the environment variable of the
folder (local/driver/README.md).
"""

from __future__ import annotations

import builtins
import functools
import io
import os
from collections.abc import Callable
from typing import Any

from notebook_driver.ipython import IPython

# Functions of os by the number of paths that their first arguments are.
_ONE_PATH = (
    "open",
    "stat",
    "lstat",
    "listdir",
    "scandir",
    "mkdir",
    "rmdir",
    "remove",
    "unlink",
    "access",
    "chmod",
    "utime",
    "chdir",
    "readlink",
    "statvfs",
    "truncate",
)
_TWO_PATHS = ("rename", "replace", "link", "symlink")


class PathMapping:
    """Maps paths below absolute ones that do not exist on this machine: ``{"/lakehouse/default": folder}``."""

    def __init__(self, folders: dict[str, str]) -> None:
        self._folders = dict(folders)

    def resolve(self, path: Any) -> Any:
        """The path on this machine; anything else unchanged."""
        text = os.fspath(path) if isinstance(path, os.PathLike) else path
        if not isinstance(text, str) or not text.startswith("/"):
            return path
        for mount, folder in self._folders.items():
            if text == mount or text.startswith(f"{mount}/"):
                return folder + text.removeprefix(mount)
        return path

    def install(self) -> None:
        """Applies it to this process, until it ends."""
        opened = self._mapped(io.open, 1)
        builtins.open = io.open = opened  # type: ignore[assignment]
        # A notebook's open is IPython's, which has taken Python's when it was imported.
        IPython.core.interactiveshell.io_open = opened
        for names, count in ((_ONE_PATH, 1), (_TWO_PATHS, 2)):
            for name in names:
                original = getattr(os, name)
                mapped = self._mapped(original, count)
                for abilities in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks, os.supports_effective_ids):
                    if original in abilities:
                        abilities.add(mapped)
                setattr(os, name, mapped)

    def _mapped(self, function: Callable[..., Any], count: int) -> Callable[..., Any]:
        @functools.wraps(function)
        def mapped(*arguments: Any, **options: Any) -> Any:
            resolved = [self.resolve(argument) for argument in arguments[:count]]
            return function(*resolved, *arguments[count:], **options)

        return mapped
