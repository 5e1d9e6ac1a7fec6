"""Files in a volume of Unity Catalog, by the Files API: https://docs.databricks.com/api/azure/workspace/files"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from databricks.sdk.errors import BadRequest, NotFound
from databricks.sdk.service.files import FilesAPI

from ..sentences import one_line
from .ask import ask

T = TypeVar("T")

_AT_ONCE = 8
_DELETE_ATTEMPTS = 4
_DELETE_AGAIN_AFTER_SECONDS = 1.0


class VolumeFiles:
    """Reads, writes and deletes files by their absolute paths."""

    def __init__(self, files: FilesAPI) -> None:
        self._files = files
        self._folders: set[str] = set()

    def write(self, path: str, content: bytes) -> None:
        self.make_folder(path.rpartition("/")[0])
        ask(f"write {one_line(path)}", lambda: self._files.upload(path, io.BytesIO(content), overwrite=True))

    def make_folder(self, path: str) -> None:
        """Makes a folder and those above it. An upload does not make them."""
        if path not in self._folders:
            ask(f"make the folder {one_line(path)}", lambda: self._files.create_directory(path))
            self._folders.add(path)

    def size(self, path: str) -> int | None:
        """In bytes; None if there is no such file."""
        found = ask(f"read {one_line(path)}", lambda: _if_found(lambda: self._files.get_metadata(path)))
        return None if found is None else found.content_length or 0

    def has_folder(self, path: str) -> bool:
        def look() -> bool:
            self._files.get_directory_metadata(path)
            return True

        return bool(ask(f"look for {one_line(path)}", lambda: _if_found(look)))

    def read(self, path: str, offset: int) -> bytes | None:
        # The SDK reads whole files, so that nothing is read before the file has grown.
        size = self.size(path)
        if size is None or size <= offset:
            return None if size is None else b""
        content = ask(f"read {one_line(path)}", lambda: _if_found(lambda: self._download(path)))
        return None if content is None else content[offset:]

    def _download(self, path: str) -> bytes:
        contents = self._files.download(path).contents
        assert contents is not None
        with contents:
            return contents.read()

    def list_below(self, folder: str) -> tuple[dict[str, int], list[str]]:
        """The sizes of all files below a folder, and all folders below it, by their absolute paths."""
        files: dict[str, int] = {}
        folders: list[str] = []
        waiting = [folder]
        while waiting:
            path = waiting.pop()
            listed = ask(f"list {one_line(path)}", partial(_if_found, partial(self._entries, path)))
            for name, is_folder, size in listed or []:
                if not name.startswith(f"{path}/"):
                    continue
                if is_folder:
                    folders.append(name)
                    waiting.append(name)
                else:
                    files[name] = size
        return files, folders

    def _entries(self, folder: str) -> list[tuple[str, bool, int]]:
        listed = self._files.list_directory_contents(folder)
        return [(str(each.path), bool(each.is_directory), each.file_size or 0) for each in listed]

    def delete(self, folder: str, *, first: str) -> None:
        """Deletes a folder with all that is in it.

        :param first: path of the file that is deleted before all others
        """
        self._delete_file(first)
        for attempt in range(_DELETE_ATTEMPTS):
            files, folders = self.list_below(folder)
            in_parallel(self._delete_file, files)
            try:
                # The longest path first: only empty folders can be deleted.
                for path in [*sorted(folders, key=len, reverse=True), folder]:
                    ask(f"delete {one_line(path)}", partial(self._delete_folder, path))
            except _NotEmpty:
                # A job that is ending writes its last files.
                if attempt + 1 < _DELETE_ATTEMPTS:
                    time.sleep(_DELETE_AGAIN_AFTER_SECONDS)
                    continue
                ask(f"delete {one_line(folder)}", lambda: self._files.delete_directory(folder))
            self._folders.clear()
            return

    def _delete_file(self, path: str) -> None:
        ask(f"delete {one_line(path)}", lambda: _if_found(lambda: self._files.delete(path)))

    def _delete_folder(self, path: str) -> None:
        try:
            self._files.delete_directory(path)
        except NotFound:
            pass
        except BadRequest as error:
            # https://docs.databricks.com/api/azure/workspace/files/deletedirectory: a directory that is not empty gets 400
            raise _NotEmpty from error


class _NotEmpty(Exception):
    """A folder has files or folders that were not there when it was listed."""


def in_parallel(work: Callable[[str], T], paths: Iterable[str]) -> list[T]:
    """The results in the order of the paths. After a failure, or Ctrl-C, no further work begins."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        try:
            return list(pool.map(work, paths))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _if_found(work: Callable[[], T]) -> T | None:
    try:
        return work()
    except NotFound:
        return None
