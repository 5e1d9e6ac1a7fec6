"""Makes a folder of OneLake equal to the files of a project."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from .ask import stoppable
from .storage import Entry, LakehouseFiles
from .upload import send_file, source_of

T = TypeVar("T")
R = TypeVar("R")
_AT_ONCE = 16


@dataclass(frozen=True)
class Synced:
    """What a sync did."""

    # The MD5 digests in hexadecimal of all files that OneLake has now, by their paths.
    digests: dict[str, str]
    changed_files: int


def sync(files: LakehouseFiles, project: Path, paths: Sequence[str], target: str, remote: Iterable[Entry]) -> Synced:
    """Sends what differs by size or digest, and deletes what is gone.

    :param remote: what the folder has now and may lose; what is not in it stays
    """
    wanted = list(paths)
    sources = {path: source_of(project, path) for path in wanted}
    in_the_way, gone = plan(wanted, remote)
    in_parallel(lambda path: files.delete(f"{target}/{path}"), in_the_way)
    entries = {entry.path: entry for entry in remote if not entry.is_folder}
    sent = in_parallel(lambda path: send_file(files, sources[path], f"{target}/{path}", entries.get(path)), wanted)
    digests = {path: each.md5 for path, each in zip(wanted, sent, strict=True) if each is not None}
    vanished = [path for path in wanted if path not in digests and path in entries]
    # At the end, so that a sync which fails half-way takes nothing away.
    in_parallel(lambda path: files.delete(f"{target}/{path}"), [*gone, *vanished])
    removed = len(in_the_way) + len(gone) + len(vanished)
    return Synced(digests, sum(each is not None and each.is_new for each in sent) + removed)


def plan(paths: Iterable[str], remote: Iterable[Entry]) -> tuple[list[str], list[str]]:
    """What must be deleted before files are sent, since a file is where a folder is needed or the reverse; and what is gone.

    A folder stands for all that is below it.
    """
    wanted = set(paths)
    folders = {folder for path in wanted for folder in _above(path)}
    in_the_way, gone = set(), set()
    for entry in remote:
        path = entry.path
        blocking = [each for each in ([path] if entry.is_folder else []) + _above(path) if each in wanted]
        if blocking:
            in_the_way.add(blocking[-1])
        elif not entry.is_folder and path in folders:
            in_the_way.add(path)
        elif path not in (folders if entry.is_folder else wanted):
            gone.add(next(each for each in [*reversed(_above(path)), path] if each not in folders))
    return sorted(in_the_way), sorted(gone)


def _above(path: str) -> list[str]:
    """The folders above a path, the nearest first."""
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(len(parts) - 1, 0, -1)]


def in_parallel(work: Callable[[T], R], items: Sequence[T]) -> list[R]:
    """The results of ``work`` in the order of the items. After a failure, or Ctrl-C, no further work begins."""
    stopped = threading.Event()

    def begin() -> None:
        stoppable.stopped = stopped

    with ThreadPoolExecutor(max(1, min(_AT_ONCE, len(items))), initializer=begin) as pool:
        futures = [pool.submit(work, item) for item in items]
        try:
            return [future.result() for future in futures]
        except BaseException:
            stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
