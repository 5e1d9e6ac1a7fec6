"""The folder of one run in a lakehouse, and the copy of the project that it uses: docs/remote-tests.md."""

from __future__ import annotations

import posixpath
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ..platform import ProjectFolder
from .azcopy import AzCopy
from .project_lock import ProjectLock
from .storage import Entry, LakehouseFiles
from .sync import Synced, sync

_RUNS = "Files/notebook-ops"
# Tells the copy of a project from a folder with files of others, which a sync would delete.
_MARKER = ".notebook-ops-project"
_MARKER_TEXT = b"This folder is a copy of a project, made by pytest-fabric-spark. Other files in it are deleted.\n"


class OneLakeRunFolder:
    """Implements RunFolder."""

    def __init__(
        self, files: LakehouseFiles, run_id: str, project_folder: str, say: Callable[[str], None], azcopy: AzCopy | None = None
    ) -> None:
        self.shown = f"{_RUNS}/{run_id}"
        self._files = files
        self._project_folder = project_folder
        self._say = say
        self._azcopy = azcopy
        self._lock = ProjectLock(files, f"{project_folder}.notebook-ops-lock", run_id)

    @property
    def mounted_path(self) -> str:
        """As a Spark job sees it, whose default lakehouse is that of the folder."""
        return f"/lakehouse/default/{self.shown}"

    @property
    def entry_point(self) -> str:
        """The address by which Spark finds the entry point."""
        return self._files.abfss(f"{self.shown}/entry_point.py")

    def copy_project(self, project: Path, files: Sequence[str]) -> ProjectFolder:
        start = time.monotonic()
        shared = self._copy_to_shared_folder(project, files)
        if shared is not None:
            path = posixpath.relpath(self._project_folder, self.shown)
            digests, changed_files = shared
            return ProjectFolder(path, self._project_folder, digests, changed_files, time.monotonic() - start)
        folder = f"{self.shown}/project"
        self._files.make_folder(folder)
        sent = self._sync(project, files, folder, ())
        return ProjectFolder("project", folder, None, sent.changed_files, time.monotonic() - start)

    def _copy_to_shared_folder(self, project: Path, files: Sequence[str]) -> tuple[dict[str, str], int] | None:
        """Digests and the number of changed files; None if the folder cannot be used now, which is said."""
        folder = self._project_folder
        holder = self._lock.take()
        if holder is not None:
            self._say(f"Another run ({holder}) is using {folder}, so this run copies the whole project.")
            return None
        try:
            entries = self._files.list(folder)
            if not any(entry.path == _MARKER for entry in entries):
                if any(not entry.is_folder for entry in entries):
                    self._say(
                        f"{folder} has files that are not from pytest-fabric-spark, so this run copies the whole project; "
                        "set FABRIC_TEST_PROJECT_FOLDER to another folder to send only what has changed."
                    )
                    self._lock.release()
                    return None
                self._files.write(f"{folder}/{_MARKER}", _MARKER_TEXT)
            entries = [entry for entry in entries if entry.path != _MARKER]
            synced = self._sync(project, files, folder, entries)
        except BaseException:
            self._lock.release()
            raise
        return synced.digests, synced.changed_files

    def _sync(self, project: Path, files: Sequence[str], folder: str, remote: Sequence[Entry]) -> Synced:
        if self._azcopy is not None:
            return self._azcopy.sync(self._files, project, files, folder, keep=_MARKER)
        return sync(self._files, project, files, folder, remote)

    def write(self, path: str, content: bytes) -> None:
        self._files.write(f"{self.shown}/{path}", content)

    def read(self, path: str, offset: int = 0) -> bytes | None:
        return self._files.read(f"{self.shown}/{path}", offset)

    def exists(self, path: str) -> bool:
        return self._files.properties(f"{self.shown}/{path}") is not None

    def list_files(self, path: str) -> dict[str, int]:
        return {entry.path: entry.size for entry in self._files.list(f"{self.shown}/{path}") if not entry.is_folder}

    def delete(self) -> None:
        self._files.delete(self.shown)

    def release_project(self) -> None:
        self._lock.release()
