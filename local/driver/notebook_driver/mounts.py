"""Folders of this machine at absolute paths of a run, such as /lakehouse/default, which exist for the run's processes alone.

The paths need not exist on the machine and are not created there: the run gets a mount namespace whose root is a new folder with
bind mounts of everything that is in /, and of the additional folders. Linux without restrictions for user namespaces is needed
(https://man7.org/linux/man-pages/man7/user_namespaces.7.html), or root. Elsewhere ``path_mapping`` takes its place.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import tempfile
import traceback

_CLONE_NEWNS = 0x00020000
_CLONE_NEWUSER = 0x10000000
_MS_BIND, _MS_REC, _MS_SLAVE = 1 << 12, 1 << 14, 1 << 19
_MNT_DETACH = 2

_PYTHON = """#!/bin/sh
exec '{python}' -S -c 'import os, sys
package_parent, folders, scratch, python = {arguments}
sys.path.insert(0, package_parent)
from notebook_driver.mounts import mount_folders
mount_folders(folders, scratch)
os.execv(python, [python, *sys.argv[1:]])' "$@"
"""


def can_mount() -> bool:
    """Whether ``mount_folders`` works here.

    A child process tries it, because a failed attempt can leave a process without its user id.
    """
    if sys.platform != "linux":
        return False
    with tempfile.TemporaryDirectory(prefix="nbo-mount-") as folder:
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                mount_folders({"/notebook-ops-probe/a": folder}, folder)
                status = 0 if os.path.isdir("/notebook-ops-probe/a") and os.path.isdir("/usr") else 1
            except OSError:
                pass
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)
        _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status) == 0


def mount_folders(folders: dict[str, str], scratch: str) -> None:
    """Makes each folder visible at its absolute path for this process and those that it starts.

    ``scratch`` is a folder in which an empty one for the new root is created. The process must have one thread. OSError if the
    system does not allow it.
    """
    working = os.getcwd()
    root = os.path.join(scratch, "root")
    os.makedirs(root, exist_ok=True)
    system = ctypes.CDLL(None, use_errno=True)
    _own_namespace(system)
    _mount(system, "none", "/", None, _MS_REC | _MS_SLAVE)
    _mount(system, "tmpfs", root, "tmpfs", 0, "mode=755,size=1m")
    tops = {path.split("/")[1] for path in folders}
    for entry in os.scandir("/"):
        target = os.path.join(root, entry.name)
        if entry.is_symlink():
            os.symlink(os.readlink(entry.path), target)
        elif entry.is_dir() and entry.name not in tops:
            os.mkdir(target)
            _mount(system, entry.path, target, None, _MS_BIND | _MS_REC)
        elif entry.is_file():
            open(target, "w").close()
            _mount(system, entry.path, target, None, _MS_BIND)
    for path, folder in folders.items():
        target = root + path
        os.makedirs(target, exist_ok=True)
        _mount(system, folder, target, None, _MS_BIND | _MS_REC)
    os.chdir(root)
    # Both arguments the same folder: the old root lies over the new one until it is unmounted (man 2 pivot_root).
    _check(system.pivot_root(b".", b"."), "pivot_root")
    _check(system.umount2(b".", _MNT_DETACH), "umount")
    os.chdir(working)


def write_python(file: str, python: str, folders: dict[str, str]) -> None:
    """Writes a program that is ``python``, but finds the folders:

    for processes that others start, such as Spark's Python workers.
    """
    arguments = json.dumps([os.path.dirname(os.path.dirname(__file__)), folders, os.path.dirname(file), python])
    with open(file, "w", encoding="utf-8") as target:
        target.write(_PYTHON.format(python=os.path.realpath(sys.executable), arguments=arguments))
    os.chmod(file, 0o755)


def _own_namespace(system: ctypes.CDLL) -> None:
    """As root without a user namespace, in which root could not read other users' files."""
    if os.geteuid() == 0 and system.unshare(_CLONE_NEWNS) == 0:
        return
    uid, gid = os.geteuid(), os.getegid()
    _check(system.unshare(_CLONE_NEWUSER | _CLONE_NEWNS), "unshare")
    for file, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{file}", "w") as target:
            target.write(text)


def _mount(system: ctypes.CDLL, source: str, target: str, kind: str | None, flags: int, data: str = "") -> None:
    arguments = [source.encode(), target.encode(), kind.encode() if kind else None, ctypes.c_ulong(flags), data.encode()]
    _check(system.mount(*arguments), f"mount {target}")


def _check(result: int, what: str) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
