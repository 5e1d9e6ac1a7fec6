"""A platform without a cloud: runs are folders on this machine, and jobs are processes. Tests change what it does."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from pytest_fabric_spark.platform import Job, JobState, JobStatus, ProjectFolder, RemoteError, RunFolder


class DirectoryRun:
    """The folder of a run."""

    def __init__(self, path: Path, platform: DirectoryPlatform) -> None:
        self.path = path
        self.shown = path.name
        self._platform = platform

    def copy_project(self, project: Path, files: Sequence[str]) -> ProjectFolder:
        for name in files:
            target = self.path / "project" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(project / name, target)
        return ProjectFolder("project", "project", changed_files=len(files))

    def write(self, path: str, content: bytes) -> None:
        self._platform.note(f"write {path}")
        (self.path / path).parent.mkdir(parents=True, exist_ok=True)
        (self.path / path).write_bytes(content)

    def read(self, path: str, offset: int = 0) -> bytes | None:
        self._platform.note(f"read {path}")
        try:
            return self._platform.change(path, (self.path / path).read_bytes())[offset:]
        except FileNotFoundError:
            return None

    def exists(self, path: str) -> bool:
        return (self.path / path).exists()

    def list_files(self, path: str) -> dict[str, int]:
        self._platform.note(f"list {path}")
        folder = self.path / path
        return {each.relative_to(folder).as_posix(): each.stat().st_size for each in folder.rglob("*") if each.is_file()}

    def delete(self) -> None:
        self._platform.note("delete")
        shutil.rmtree(self.path, ignore_errors=True)

    def release_project(self) -> None:
        self._platform.note("release")


class DirectoryPlatform:
    """Runs entry points as processes. As a plugin, it is the platform of `--remote`."""

    name = "This Machine"

    def __init__(self, root: Path) -> None:
        self.root = root
        # What was asked, in its order.
        self.asked: list[str] = []
        # Python code that runs in the job's process before its entry point, and may replace it.
        self.before = ""
        # Raises errors by what is asked.
        self.on_ask: Callable[[str], None] = lambda asked: None
        # Changes the content of a file that is read.
        self.change: Callable[[str, bytes], bytes] = lambda path, content: content
        self.process: subprocess.Popen[str] | None = None
        self.environment: dict[str, str] = {}

    @pytest.hookimpl
    def pytest_remote_platform(self) -> DirectoryPlatform:
        return self

    def note(self, asked: str) -> None:
        self.asked.append(asked)
        self.on_ask(asked)

    @property
    def runs(self) -> list[Path]:
        """The folders of runs that exist."""
        return sorted(self.root.iterdir()) if self.root.exists() else []

    def run_folder(self, run_id: str) -> DirectoryRun:
        return DirectoryRun(self.root / run_id, self)

    def start(self, folder: RunFolder) -> Job:
        self.note("start")
        assert isinstance(folder, DirectoryRun)
        code = f"import sys; sys.argv = ['entry_point.py', {str(folder.path)!r}]\n{self.before}\n"
        code += f"import runpy; runpy.run_path({str(folder.path / 'entry_point.py')!r}, run_name='__main__')"
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "FABRIC_TEST_", "COV_"))}
        self.process = subprocess.Popen(
            [sys.executable, "-c", code],
            env={**kept, "PIP_NO_INDEX": "1", **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        return Job("1", "https://example.com/jobs/1")

    def status(self, job: Job) -> JobStatus:
        self.note("status")
        assert self.process
        code = self.process.poll()
        if code is None:
            return JobStatus(JobState.RUNNING, look_again_after=0.0)
        if code == -signal.SIGKILL:
            return JobStatus(JobState.CANCELED)
        return JobStatus(JobState.FAILED, f"the process ended with exit code {code}") if code else JobStatus(JobState.SUCCEEDED)

    def cancel(self, job: Job) -> None:
        self.note("cancel")
        assert self.process
        self.process.kill()

    def driver_log(self, job: Job) -> str:
        self.note("driver log")
        assert self.process and self.process.stdout
        return self.process.stdout.read()


__all__ = ["DirectoryPlatform", "DirectoryRun", "RemoteError"]
