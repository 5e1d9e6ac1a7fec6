"""The folder of one run in a volume: docs/remote-tests.md."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Sequence
from pathlib import Path

from ..platform import ProjectFolder, RemoteError
from ..sentences import could_not, one_line
from .volume import VolumeFiles, in_parallel


class VolumeRunFolder:
    """Implements RunFolder. The project is in it, so that runs share nothing."""

    def __init__(self, files: VolumeFiles, volume: str, run_id: str) -> None:
        self.run_id = run_id
        self.shown = f"{volume}/notebook-ops/{run_id}"
        self._files = files

    @property
    def entry_point(self) -> str:
        return f"{self.shown}/entry_point.py"

    def copy_project(self, project: Path, files: Sequence[str]) -> ProjectFolder:
        start = time.monotonic()
        folder = f"{self.shown}/project"
        contents = {path: source_of(project, path) for path in files}
        for path in sorted({f"{folder}/{path}".rpartition("/")[0] for path in files} | {folder}):
            self._files.make_folder(path)

        def send(path: str) -> str | None:
            try:
                content = contents[path].read_bytes()
            except FileNotFoundError:
                return None  # deleted since it was listed
            except OSError as error:
                raise RemoteError(could_not(f"read {contents[path]}", error.strerror or str(error))) from None
            self._files.write(f"{folder}/{path}", content)
            return hashlib.md5(content, usedforsecurity=False).hexdigest()

        sent = in_parallel(send, files)
        digests = {path: digest for path, digest in zip(files, sent, strict=True) if digest is not None}
        # With them, the entry point runs the tests on the disk of its machine: a volume takes no appends.
        return ProjectFolder("project", folder, digests, len(digests), time.monotonic() - start)

    def write(self, path: str, content: bytes) -> None:
        self._files.write(f"{self.shown}/{path}", content)

    def read(self, path: str, offset: int = 0) -> bytes | None:
        return self._files.read(f"{self.shown}/{path}", offset)

    def exists(self, path: str) -> bool:
        full = f"{self.shown}/{path}"
        return self._files.size(full) is not None or self._files.has_folder(full)

    def list_files(self, path: str) -> dict[str, int]:
        folder = f"{self.shown}/{path}"
        files, _ = self._files.list_below(folder)
        return {name.removeprefix(f"{folder}/"): size for name, size in files.items()}

    def delete(self) -> None:
        self._files.delete(self.shown, first=f"{self.shown}/run.json")

    def release_project(self) -> None:
        pass  # no other run uses it


def source_of(project: Path, path: str) -> Path:
    """The file that a path of the project names, which may be a link to another file of the project."""
    attempted = f'copy "{one_line(path, 200)}" from {project} to the volume'
    if re.search(r"[\x00-\x1f\x7f\\\ud800-\udfff\ufffd]", path):
        problem = "the path has a backslash or a control character, or is not UTF-8"
        raise RemoteError(could_not(attempted, problem, "rename the file or exclude it from Git"))
    source = (project / path).resolve()
    if not source.is_relative_to(project.resolve()):
        raise RemoteError(could_not(attempted, "it is a link to a file outside the project", "exclude it from Git"))
    return source
