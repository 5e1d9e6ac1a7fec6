"""One run of tests on a platform: prepares its folder, starts its job, follows it, and removes what it leaves."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .environment_file import remote_file
from .events import EventReader, Finished, Recording, ResultsError
from .judge import EndedRun, JobEnd
from .junit import events_of, read_junit
from .platform import Dependencies, Job, JobState, JobStatus, Platform, ProjectFolder, RemoteError, RunFolder
from .reporter import Reporter
from .run_files import EVENTS, FINISHED, JUNIT, LOG, PROJECT_COPIED, download_results, write_run
from .sentences import clause, one_line

Say = Callable[[str], None]

LOOK_EVERY_SECONDS = 1.0
SHOW_EVERY_SECONDS = 30.0
# A file may reach the store a moment after the job has ended.
LATE_FILES_SECONDS = 5.0
# If pytest stops here, it stops there by the same rule, such as --maxfail. If it does not, a plugin stopped it only here.
STOP_SECONDS = 15.0
# More than a project usually has: pytest takes a common folder of the arguments for the rootdir if none has an ini file.
MANY_FILES = 3_000
_LONGEST_LOG = 16_000


class RemoteRun:
    """A run. ``job`` is None until it is started."""

    def __init__(self, platform: Platform, reporter: Reporter, say: Say, *, timeout_minutes: float) -> None:
        self.id = uuid.uuid4().hex
        self.job: Job | None = None
        # What the process printed, if a run failed before its tests.
        self.log = ""
        self._platform = platform
        self._reporter = reporter
        self._say = say
        self._timeout_minutes = timeout_minutes
        self._folder: RunFolder = platform.run_folder(self.id)
        self._is_released = False
        self._events = EventReader(lambda offset: self._folder.read(EVENTS, offset))
        self._recording = Recording()
        self._problems: list[str] = []

    def start(
        self,
        rootdir: Path,
        files: list[str],
        *,
        dependencies: Dependencies,
        arguments: list[str],
        environment: dict[str, str],
    ) -> None:
        """Copies the project and starts the job. Raises RemoteError."""
        self._say("Remote execution: copying the project...")
        if len(files) > MANY_FILES:
            advice = "if that is not the project, put a pytest.ini into the project's folder, which makes it the rootdir"
            self._say(f"  The rootdir {rootdir} has {len(files)} files; {advice}.")
        project = self._folder.copy_project(rootdir, files)
        self._say(f"  Copied to {project.shown} ({_changed(project)}, {project.seconds:.1f}s)")
        write_run(
            self._folder,
            self.id,
            project,
            dependencies=dependencies,
            arguments=arguments,
            environment=environment,
            environment_file=remote_file(rootdir),
        )
        self._say(f"Remote execution: starting the job on {self._platform.name}...")
        self.job = self._platform.start(self._folder)
        self._say(f"  Job URL: {self.job.url}")

    def follow(self) -> EndedRun:
        """Reports results as they come, until the run has ended. What cannot be read ends the run, too."""
        assert self.job is not None
        try:
            job_end, reason = self._wait(self.job)
        except RemoteError as error:
            job_end, reason = JobEnd.FAILED, str(error)
            self.cancel()
        return self._collect(job_end, reason)

    def remove(self) -> None:
        """Deletes the folder of the run, which also ends a job that has not begun. A failure is told, and changes no result."""
        for step in (self._release, self._folder.delete):
            try:
                step()
            except RemoteError as error:
                self._say(str(error))

    def cancel(self) -> None:
        """Cancels the job, if there is one. A failure is told, since the folder is deleted next, which ends the job, too."""
        if self.job is None:
            return
        try:
            self._platform.cancel(self.job)
        except RemoteError as error:
            self._say(str(error))

    def download(self, rootdir: Path) -> None:
        """Brings what the tests left here. A failure is told, and changes no result."""
        try:
            target = download_results(self._folder, rootdir)
        except (RemoteError, OSError) as error:
            self._say(f"Could not download the artifacts of the tests: {clause(str(error))}.")
        else:
            if target is not None:
                self._say(f"The output and artifacts of the tests are in {target.relative_to(rootdir)}.")

    def _wait(self, job: Job) -> tuple[JobEnd, str]:
        """How the job ended, and why, as the end of a sentence."""
        started = shown = time.monotonic()
        next_status, status = 0.0, JobStatus(JobState.WAITING)
        stop_at: float | None = None
        while True:
            now = time.monotonic()
            self._read_events()
            # The dependencies are installed after that, which may take minutes.
            if not self._is_released and self._folder.exists(PROJECT_COPIED):
                self._release()
            if self._folder.exists(FINISHED):
                self._say_end("Completed", now - started)
                return JobEnd.SUCCEEDED, ""
            if now >= next_status:
                status = self._platform.status(job)
                next_status = time.monotonic() + status.look_again_after
                if status.state.has_ended:
                    self._say_end(status.state.value.capitalize(), now - started)
                    return self._await_late_files(status)
            if now - started >= self._timeout_minutes * 60:
                self.cancel()
                minutes = f"{self._timeout_minutes:g} minute{'' if self._timeout_minutes == 1 else 's'}"
                advice = "raise --remote-timeout if the tests need more time"
                return JobEnd.TIMED_OUT, f"the run did not end within {minutes} and was cancelled; {advice}"
            if self._reporter.must_stop:
                stop_at = stop_at or now + STOP_SECONDS
                if now >= stop_at:
                    self.cancel()
                    return JobEnd.CANCELED, "pytest stopped here"
            if now - shown >= SHOW_EVERY_SECONDS and not self._reporter.has_results:
                shown = now
                self._say_state(status, now - started)
            time.sleep(LOOK_EVERY_SECONDS)

    def _await_late_files(self, status: JobStatus) -> tuple[JobEnd, str]:
        deadline = time.monotonic() + LATE_FILES_SECONDS
        while time.monotonic() < deadline and not self._folder.exists(FINISHED):
            time.sleep(min(LOOK_EVERY_SECONDS, 0.5))
        if status.state is JobState.SUCCEEDED or self._folder.exists(FINISHED):
            return JobEnd.SUCCEEDED, ""
        reason = status.message or f"{self._platform.name} gives no reason"
        if status.state is JobState.CANCELED:
            return JobEnd.CANCELED, f"the job was cancelled on {self._platform.name}: {clause(reason)}"
        return JobEnd.FAILED, one_line(reason, 600)

    def _collect(self, job_end: JobEnd, reason: str) -> EndedRun:
        """Reads what the run left, and reports what is in it and was not reported yet."""
        end = EndedRun(job_end, self._recording, reason=reason, problems=self._problems)
        with self._noting_problems(ResultsError, RemoteError):
            self._read_events()
            finished = self._folder.read(FINISHED)
            end.finished = None if finished is None else Finished.read(finished)
        end.has_events = self._events.has_begun
        with self._noting_problems(ResultsError, RemoteError):
            junit = self._folder.read(JUNIT)
            end.junit = None if junit is None else read_junit(junit)
        if end.junit is not None and not end.has_events:
            for event in events_of(end.junit, self._reporter.missing()):
                self._recording.take(event)
                self._reporter.take(event)
        if end.finished is None or end.finished.phase != "tests" or end.finished.exit_code > 1:
            self._read_log(end)
        return end

    def _read_log(self, end: EndedRun) -> None:
        """Reads what explains a failure that no test has: the output of pip and pytest, or what the platform kept of the job."""
        with suppress(RemoteError):
            content = self._folder.read(LOG)
            self.log = (content or b"").decode("utf-8", "replace")[-_LONGEST_LOG:]
        if not self.log.strip() and self.job is not None and end.job is JobEnd.FAILED:
            with suppress(RemoteError):
                self.log = self._platform.driver_log(self.job)[-_LONGEST_LOG:]
            last = one_line(self.log.rstrip().rpartition("\n")[2], 600)
            # The platform has no more than a general sentence; a traceback ends with the error.
            if last and "Traceback (most recent call last)" in self.log:
                end.reason = last

    def _read_events(self) -> None:
        with self._noting_problems(ResultsError):
            self._events.read_on()
            for event in self._events.new_events():
                self._recording.take(event)
                self._reporter.take(event)

    @contextmanager
    def _noting_problems(self, *kinds: type[Exception]) -> Iterator[None]:
        try:
            yield
        except kinds as error:
            if str(error) not in self._problems:
                self._problems.append(str(error))

    def _release(self) -> None:
        if not self._is_released:
            self._folder.release_project()
            self._is_released = True

    def _say_state(self, status: JobStatus, seconds: float) -> None:
        message = f": {one_line(status.message)}" if status.message else "..."
        self._say(f"  [{clock(seconds)}] {status.state.value.capitalize()}{message}")

    def _say_end(self, word: str, seconds: float) -> None:
        if not self._reporter.has_results:
            self._say(f"  [{clock(seconds)}] {word}")


def clock(seconds: float) -> str:
    """Such as 1:30."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _changed(project: ProjectFolder) -> str:
    return f"{project.changed_files} file{'' if project.changed_files == 1 else 's'} changed"
