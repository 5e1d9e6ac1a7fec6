"""What a platform must offer, so that tests can run on it: storage for the folder of a run, and jobs that run its entry point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Protocol


class RemoteError(Exception):
    """Something that kept the tests from running, or their results from being read, as a sentence for the developer."""


class JobState(Enum):
    """What a platform says of a job. Only ``SUCCEEDED`` is a success: an unknown state of the platform is ``FAILED``."""

    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def has_ended(self) -> bool:
        return self not in (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True)
class JobStatus:
    """A job at one moment."""

    state: JobState
    # What the platform says about a job that waits or has failed; empty if it says nothing.
    message: str = ""
    # How long the platform asks callers to wait before they look again, in seconds.
    look_again_after: float = 1.0


@dataclass(frozen=True)
class Job:
    """A started job."""

    id: str
    # The page of the job in the platform's portal.
    url: str


@dataclass(frozen=True)
class ProjectFolder:
    """A copy of the project in the platform's storage."""

    # As the entry point finds it: relative to the folder of the run, such as ``project`` or ``../../shop``.
    path: str
    # Where a person finds it, such as ``Files/shop``.
    shown: str
    # If other runs may change the folder meanwhile: the MD5 digests of its files in hexadecimal, by their slash-separated paths.
    # The entry point runs the tests on a copy of exactly these files. None if the folder is this run's own.
    digests: dict[str, str] | None = None
    changed_files: int = 0
    seconds: float = 0.0


class RunFolder(Protocol):
    """The folder of one run in the platform's storage: docs/remote-tests.md. Paths are slash-separated and relative to it."""

    # Where a person finds it, such as ``Files/notebook-ops/3f…``.
    shown: str

    def copy_project(self, project: Path, files: Sequence[str]) -> ProjectFolder:
        """Makes the copy of the project equal to ``files``: sends what differs, and deletes what is gone.

        ``files`` are slash-separated paths below ``project``.
        """
        ...

    def write(self, path: str, content: bytes) -> None: ...

    def read(self, path: str, offset: int = 0) -> bytes | None:
        """What a file has from ``offset`` on; None if there is no such file."""
        ...

    def exists(self, path: str) -> bool:
        """Whether there is a file or folder of that path."""
        ...

    def list_files(self, path: str) -> dict[str, int]:
        """The sizes in bytes of all files below a folder, by their paths relative to it; empty if there is no such folder."""
        ...

    def delete(self) -> None:
        """Deletes the folder, which also ends a job that runs its tests or begins to do so later."""
        ...

    def release_project(self) -> None:
        """Lets other runs change the shared copy of the project, of which the job has taken its own. May be called again."""
        ...


class Platform(Protocol):
    """Fabric, or another platform that runs Python with Spark.

    Its methods, and those of its folders, ask again themselves what may succeed then, three times, and raise RemoteError
    otherwise.
    """

    # Such as ``Microsoft Fabric``.
    name: str

    def run_folder(self, run_id: str) -> RunFolder:
        """The folder of a run; nothing is created before something is written."""
        ...

    def start(self, folder: RunFolder) -> Job:
        """Starts a job that runs the folder's entry point. Waits while the platform has no capacity, and says so."""
        ...

    def status(self, job: Job) -> JobStatus: ...

    def cancel(self, job: Job) -> None:
        """Asks the platform to cancel the job; no error if it has ended."""
        ...

    def driver_log(self, job: Job) -> str:
        """The end of what the process of a failed job printed; empty if the platform has none."""
        ...


@dataclass(frozen=True)
class Requirements:
    """A requirements file for the folder of the run."""

    name: str
    content: str
    # The list is complete and pinned, so that pip does not look for more.
    exact: bool


@dataclass(frozen=True)
class Dependencies:
    """What the remote side installs before the tests run."""

    # In the order in which they are installed.
    files: list[Requirements] = field(default_factory=list)
    # ``alone``, ``withDependencies`` or ``none``: docs/remote-tests.md.
    install: str = "none"
    # The file that they come from; None if there is none.
    source: str | None = None
    # Sentences for the developer, such as that nothing pins the versions.
    notes: list[str] = field(default_factory=list)
