"""Runs the tests of one run folder on the remote side: the file of the Spark job that runs them.

Its argument is the folder of the run; docs/remote-tests.md says what is in it and what each side may rely on. It needs only
the standard library and pytest, since nothing is installed when it starts, and is one file, since a Spark job has one.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import importlib
import json
import os
import re
import shutil
import site
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NoReturn, TextIO

SCHEMA = "notebook-ops/remote-tests/1"
# A mount of OneLake uploads the whole file at each fsync, so that one for each line would upload a long file thousands of times.
SYNC_EVERY_SECONDS = 1.0
# The second argument, for a store that cannot append to a file.
WHOLE_FILES = "--whole-files"
# A long file is copied less often, so that copies take a small part of the time.
PAUSE_PER_COPY = 20.0
# A mount can miss a file for a moment, so that only several misses in a row mean that the run was cancelled.
WATCH_EVERY_SECONDS = 5.0
MISSES_OF_A_DELETED_RUN = 3
LAST_OUTPUT_LINES = 20
# Each file of a mount is a request or more, which takes much longer than its bytes.
COPIES_AT_ONCE = 16
# A mount can give an old answer for a moment.
COPY_ATTEMPTS = 3
COPY_AGAIN_AFTER_SECONDS = 1.0


class EntryError(Exception):
    """What kept the tests from running. ``phase`` says how far the run came."""

    def __init__(self, phase: str, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.phase = phase
        self.exit_code = exit_code


@dataclass
class Run:
    """What run.json asks for."""

    folder: Path
    project: Path
    requirements: list[dict[str, Any]]
    install: str
    arguments: list[str]
    environment: dict[str, str]
    # The folder of the requirements files, in which the project is, too, if they name files of it.
    requirements_folder: Path
    # A file of the project that gets the environment, too.
    environment_file: str | None = None
    # The MD5 digests of the project's files, if other runs may change its folder.
    digests: dict[str, str] | None = None

    @property
    def results(self) -> Path:
        return self.folder / "results"


class DurableFile:
    """A text file whose lines survive the end of the process at once, and the end of the machine after a second."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8", errors="backslashreplace")
        self._lock = threading.Lock()
        self._synced_at = 0.0
        self._pause = SYNC_EVERY_SECONDS
        self._is_dirty = False

    def write(self, text: str) -> None:
        with self._lock:
            self._file.write(text)
            self._file.flush()
            self._is_dirty = True
        self.sync_if_due()

    def sync_if_due(self) -> None:
        if time.monotonic() - self._synced_at >= self._pause:
            self.sync()

    def sync(self) -> None:
        with self._lock:
            if self._is_dirty:
                self._save()
                self._is_dirty = False
                self._synced_at = time.monotonic()

    def _save(self) -> None:
        os.fsync(self._file.fileno())


class CopiedFile(DurableFile):
    """A file on a store that takes whole files only: its lines are on this machine until the file is copied."""

    def __init__(self, path: Path, folder: Path) -> None:
        super().__init__(folder / path.name)
        self._source = folder / path.name
        self._target = path
        self._is_dirty = True  # the file exists from the beginning on, as any other does

    def _save(self) -> None:
        started_at = time.monotonic()
        shutil.copyfile(self._source, self._target)
        self._pause = max(SYNC_EVERY_SECONDS, PAUSE_PER_COPY * (time.monotonic() - started_at))


class Tee:
    """A standard stream whose text goes to log.txt, too, and which takes any text. Everything else is that of the stream."""

    def __init__(self, stream: TextIO, log: DurableFile) -> None:
        self._stream = stream
        self._log = log

    def write(self, text: str) -> int:
        self._log.write(text)
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        # Half of a surrogate pair cannot be encoded. What a test prints must not end the run.
        self._stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class Recorder:
    """A pytest plugin that writes events.jsonl line by line."""

    def __init__(self, file: DurableFile) -> None:
        self._file = file
        self._config: Any = None
        self._is_collected = False

    def event(self, name: str, **values: Any) -> None:
        # Other plugins and fixtures may put any object into a report.
        self._file.write(json.dumps({"event": name, **values}, default=str) + "\n")

    def pytest_addoption(self, parser: Any) -> None:
        # Settings of pytest-fabric-spark, which need not be installed here. pytest warns of unknown settings in an ini file.
        for name in ("remote_requires", "remote_timeout"):
            parser.addini(name, "Of the side that starts a remote run.", default=None)

    def pytest_configure(self, config: Any) -> None:
        import pytest

        self._config = config
        python = ".".join(map(str, sys.version_info[:3]))
        self.event("session", schema=SCHEMA, pytest=pytest.__version__, python=python, rootdir=str(config.rootpath))
        if config.pluginmanager.hasplugin("xdist"):
            config.pluginmanager.register(XdistRecorder(self), "notebook-ops-xdist")

    def pytest_collectreport(self, report: Any) -> None:
        if not report.passed:
            self._report("collectReport", report)

    def pytest_collection_finish(self, session: Any) -> None:
        # With pytest-xdist, the workers collect, and the session here has no items.
        if session.items or not _has_workers(session.config):
            self.collected([item.nodeid for item in session.items])

    def collected(self, nodeids: list[str]) -> None:
        if not self._is_collected:
            self._is_collected = True
            self.event("collected", nodeids=nodeids)
            self._file.sync()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.event("started", nodeid=nodeid)

    def pytest_runtest_logreport(self, report: Any) -> None:
        self._report("report", report)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self.event("ended", nodeid=nodeid)

    def pytest_warning_recorded(self, warning_message: Any, when: str, nodeid: str, location: Any) -> None:
        self.event(
            "warning",
            when=when,
            nodeid=nodeid,
            category=warning_message.category.__name__,
            message=str(warning_message.message),
            file=warning_message.filename,
            line=warning_message.lineno,
            location=location,
        )

    def pytest_keyboard_interrupt(self, excinfo: Any) -> None:
        import pytest

        value = excinfo.value
        if isinstance(value, pytest.exit.Exception):
            self.event("interrupted", by="exit", reason=str(value.msg), exitCode=value.returncode)
        else:
            by = "session" if isinstance(value, pytest.Session.Interrupted) else "keyboard"
            self.event("interrupted", by=by, reason=str(value) or "KeyboardInterrupt", exitCode=None)

    def pytest_internalerror(self, excrepr: Any) -> None:
        self.event("internalError", text=str(excrepr))

    def pytest_sessionfinish(self, session: Any, exitstatus: int) -> None:
        stopped = session.shouldfail or session.shouldstop
        self.event("finished", exitCode=int(exitstatus), stopped=str(stopped) if stopped else None)
        self._file.sync()

    def _report(self, event: str, report: Any) -> None:
        """A report as pytest itself passes it between processes, with what it would print of it."""
        data = self._config.hook.pytest_report_to_serializable(config=self._config, report=report)
        values: dict[str, Any] = {"report": data}
        if not report.passed or hasattr(report, "wasxfail"):
            values.update(text=report.longreprtext, message=_message_of(report))
        if hasattr(report.longrepr, "toterminal") and isinstance(data["longrepr"], str):
            values["isPrinted"] = True
        self.event(event, **values)


class XdistRecorder:
    """Records what the workers of pytest-xdist have collected. Its hook exists only if that plugin is loaded."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self._recorder.collected(list(ids))


def _has_workers(config: Any) -> bool:
    return bool(config.getoption("numprocesses", None) or config.getoption("tx", None))


def _message_of(report: Any) -> str:
    """Why a test did not pass, in a line: its exception, or the reason of a skip."""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        return str(crash.message)
    if isinstance(report.longrepr, tuple):  # a skip: file, line, reason
        return str(report.longrepr[2])
    lines = [line for line in report.longreprtext.splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""


def main(arguments: list[str]) -> int:
    """Runs the tests; returns pytest's exit code, or 1 if they could not run."""
    if len(arguments) != 1 and arguments[1:] != [WHOLE_FILES]:
        return _refuse("its arguments are not one run folder", "start it with the path of a run folder")
    folder = Path(arguments[0])
    if not (folder / "run.json").is_file():
        advice = (
            "nothing needs to be done if the run was cancelled; else check that the job uses the lakehouse or volume of the run"
        )
        return _refuse(f"there is no run.json in {folder}", advice)
    if not claim(folder):
        return _refuse(f"{folder} was claimed by another job, or deleted", "look for the other job of this run, if there is one")
    return run_claimed(folder, can_append=len(arguments) == 1)


def claim(folder: Path) -> bool:
    """Takes the run for this job; False if another job has it, or if it was deleted meanwhile.

    The claim is a folder: a mount of a store may create a file only when it is closed, so that two jobs could open a new one.
    """
    try:
        (folder / "claim").mkdir()
    except (FileExistsError, FileNotFoundError):
        return False
    if (folder / "run.json").is_file():
        return True
    # The store made the folder of the run again for the claim.
    shutil.rmtree(folder, ignore_errors=True)
    return False


def _refuse(problem: str, advice: str) -> int:
    print(f"Could not run the tests: {problem}; {advice}.", file=sys.stderr)
    return 1


def run_claimed(folder: Path, *, can_append: bool = True) -> int:
    """Runs the tests of a claimed folder and writes finished.json, whatever became of them."""
    results = folder / "results"
    results.mkdir(exist_ok=True)
    written = Path(tempfile.mkdtemp(prefix="remote-results-"))
    paths = [results / "log.txt", results / "events.jsonl"]
    log, events = (DurableFile(path) if can_append else CopiedFile(path, written) for path in paths)
    streams = sys.stdout, sys.stderr
    errors = os.dup(2)  # pytest captures the other one while a test runs
    local = Path(tempfile.mkdtemp(prefix="remote-tests-"))
    threading.Thread(target=_watch, args=([folder, local, written], [log, events], errors), daemon=True).start()
    sys.stdout, sys.stderr = Tee(streams[0], log), Tee(streams[1], log)
    started_on = _now()
    end: dict[str, Any]
    try:
        exit_code = run_tests(read_run(folder), events, local)
        end = {"phase": "tests", "exitCode": exit_code}
    except EntryError as error:
        exit_code = error.exit_code
        end = {"phase": error.phase, "exitCode": exit_code, "message": str(error)}
        print(error, file=sys.stderr)
    except BaseException as error:
        exit_code = 1
        message = f"Could not run the tests: the entry point failed with {type(error).__name__}: {error}."
        end = {"phase": "entryPoint", "exitCode": exit_code, "message": message}
        print(message, file=sys.stderr)
    finally:
        sys.stdout, sys.stderr = streams
        os.chdir(tempfile.gettempdir())
        shutil.rmtree(local, ignore_errors=True)
    log.sync()
    events.sync()
    _write_json(results / "finished.json", {"schema": SCHEMA, **end, "startedOn": started_on, "finishedOn": _now()})
    shutil.rmtree(written, ignore_errors=True)
    return exit_code


def read_run(folder: Path) -> Run:
    """Reads run.json."""

    def unusable(problem: str) -> EntryError:
        advice = "start the run with a version of the task or plugin that belongs to this entry point"
        return EntryError("run", f"Could not read run.json: {problem}; {advice}.")

    try:
        data = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except ValueError as error:
        raise unusable(f"it is not valid JSON ({error})") from error
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise unusable(f"its schema is not {SCHEMA}")
    try:
        digests, environment_file = data.get("projectDigests"), data.get("environmentFile")
        named = [*(each["file"] for each in data["requirements"]), *filter(None, (digests, environment_file))]
        outside = next((name for name in named if not _is_below(name)), None)
        if outside is not None:
            raise unusable(f"{outside} is not the path of a file below a folder")
        run = Run(
            folder=folder,
            project=_project_folder(folder, data["project"], is_shared=digests is not None),
            requirements=[{"file": each["file"], "exact": bool(each["exact"])} for each in data["requirements"]],
            install=data["install"],
            arguments=[str(each) for each in data["pytestArguments"]],
            environment={str(name): str(value) for name, value in data["environment"].items()},
            requirements_folder=folder,
            environment_file=environment_file,
            digests=None if digests is None else _read_digests(folder / digests),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise unusable(f"a field is missing or has the wrong type ({type(error).__name__}: {error})") from error
    except (OSError, ValueError) as error:
        raise unusable(str(error)) from error
    if run.install not in ("alone", "withDependencies", "none"):
        raise unusable(f"install is {run.install!r}")
    if not run.project.is_dir():
        raise unusable(f"there is no folder {data['project']}")
    return run


def _project_folder(folder: Path, place: str, *, is_shared: bool) -> Path:
    """Where run.json says that the project is: below the folder of the run, or elsewhere in ``Files``, two folders above it."""
    if _is_below(place):
        return folder / place
    elsewhere = place.removeprefix("../../")
    if elsewhere == place or not _is_below(elsewhere):
        raise ValueError(f"the project {place} is neither in the folder of the run nor elsewhere in Files")
    if not is_shared:
        raise ValueError(f"the project {place} is not in the folder of the run, but there are no projectDigests")
    return Path(os.path.abspath(folder)).parents[1] / elsewhere


def _read_digests(file: Path) -> dict[str, str]:
    try:
        digests = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{file.name} cannot be read ({error})") from error
    if not isinstance(digests, dict):
        raise ValueError(f"{file.name} does not map paths to digests")
    for path, digest in digests.items():
        if not _is_below(path) or not isinstance(digest, str) or not re.fullmatch("[0-9a-f]{32}", digest):
            raise ValueError(f"{file.name} has {path!r}: {digest!r}, which is not a path below a folder with an MD5 digest")
    return digests


def _is_below(path: str) -> bool:
    """Whether a slash-separated path cannot leave the folder that it is relative to, on any system."""
    return not re.search(r"^[A-Za-z]:|[\\\0]", path) and not {"", ".", ".."} & set(path.split("/"))


def take_project(run: Run, local: Path) -> Run:
    """The run with a copy of the project that no other run can change: exactly the files that the starting side has sent."""
    if run.digests is None:
        return run
    started_at = time.monotonic()
    project = local / "project"
    project.mkdir()
    with ThreadPoolExecutor(COPIES_AT_ONCE) as pool:
        copies = {path: pool.submit(_copy, run.project / path, project / path, digest) for path, digest in run.digests.items()}
        changed = [path for path, copy in copies.items() if not copy.result()]
    if changed:
        is_one = len(changed) == 1
        what = "is not the file that was sent" if is_one else f"and {len(changed) - 1} more are not the files that were sent"
        cause = f"another run of the project changed {'it' if is_one else 'them'} meanwhile"
        advice = "run the tests again, or set FABRIC_TEST_PROJECT_FOLDER to a folder of your own"
        raise EntryError("project", f"Could not copy the project: {changed[0]} {what}; {cause}: {advice}.")
    # Paths in them begin at the folder that they are in.
    for requirements in run.requirements:
        (local / requirements["file"]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(run.requirements_folder / requirements["file"], local / requirements["file"])
    (run.results / "project.copied").touch()
    print(f"Copied {len(run.digests)} files of the project in {time.monotonic() - started_at:.1f} s.")
    return dataclasses.replace(run, project=project, requirements_folder=local)


def _copy(source: Path, target: Path, digest: str) -> bool:
    """Copies a file; whether the copy is what was sent."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for attempt in range(COPY_ATTEMPTS):
        if attempt:
            time.sleep(COPY_AGAIN_AFTER_SECONDS)
        found = hashlib.md5(usedforsecurity=False)
        with contextlib.suppress(FileNotFoundError), source.open("rb") as original, target.open("wb") as copy:
            while block := original.read(1024 * 1024):
                found.update(block)
                copy.write(block)
            if found.hexdigest() == digest:
                return True
    return False


def environment_text(values: dict[str, str]) -> str:
    """A .env file that PyPI's python-dotenv reads as these values: https://pypi.org/project/python-dotenv/, "File format"."""
    lines = []
    for name, value in values.items():
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        # It looks for references to variables in all quotes, and has no escape for them but a reference with a default value.
        lines.append(f"{name}='{escaped.replace('${', '${:-$}{')}'\n")
    return "".join(lines)


def run_tests(run: Run, events: DurableFile, local: Path) -> int:
    """Installs what the tests need, and runs pytest in this process, so that the tests use the Spark session of the job."""
    run = take_project(run, local)
    if run.environment_file is not None:
        (run.project / run.environment_file).write_text(environment_text(run.environment), encoding="utf-8")
    os.environ.update(run.environment)
    os.environ["FABRIC_TEST_SPARK_EXEC_MODE"] = "remote"
    artifacts = run.results / "artifacts"
    artifacts.mkdir(exist_ok=True)
    os.environ["FABRIC_TEST_ARTIFACTS"] = str(artifacts)
    os.chdir(run.project)
    install(run)
    # The folder of this file has folders whose names tests may import: `project`, `results`.
    sys.path[:] = [path for path in sys.path if Path(path or ".").resolve() != run.folder.resolve()]
    if run.install == "none":
        sys.path.insert(0, str(run.project))  # as `python -m pytest` does
    sys.dont_write_bytecode = True  # the project is on a mount, where each file is a request
    try:
        import pytest
    except ImportError as error:
        advice = "add pytest to the dependencies that the lock file of the project has"
        raise EntryError("pytest", f"Could not import pytest: {error}; {advice}.") from error
    _let_junit_take_any_text()
    options = [f"--junitxml={run.results / 'results.xml'}", "-o", f"cache_dir={local / 'cache'}"]
    return int(pytest.main([*run.arguments, *options], plugins=[Recorder(events)]))


def _let_junit_take_any_text() -> None:
    """Makes pytest escape what UTF-8 cannot encode in results.xml: it does so in texts, but not in the names of properties."""
    with contextlib.suppress(ImportError):
        junitxml: Any = importlib.import_module("_pytest.junitxml")
        junitxml.open = functools.partial(open, errors="backslashreplace")


def install(run: Run) -> None:
    """Installs the requirements in their order, and then the project."""
    for requirements in run.requirements:
        # The list of a lock file is complete. pip would refuse what its resolver cannot repeat, such as a dependency from Git.
        alone = ["--no-deps"] if requirements["exact"] else []
        _pip("dependencies", [*alone, "--requirement", str(run.requirements_folder / requirements["file"])])
    if run.install == "alone":
        _pip("project", ["--no-deps", "--editable", "."])
    elif run.install == "withDependencies":
        _pip("dependencies", ["--editable", ".", "pytest"])
    _see_installed()


def _pip(phase: str, arguments: list[str]) -> None:
    command = [sys.executable, "-m", "pip", "--no-input", "--disable-pip-version-check", "install", *arguments]
    print(f"$ pip install {' '.join(arguments)}", flush=True)
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="backslashreplace"
    )
    assert process.stdout
    last: list[str] = []
    for line in process.stdout:
        print(line, end="", flush=True)
        last = [*last, line.strip()][-LAST_OUTPUT_LINES:]
    code = process.wait()
    if code:
        what = "the project" if phase == "project" else "the dependencies"
        reason = next((line for line in reversed(last) if line.startswith("ERROR: ")), last[-1] if last else "it printed nothing")
        message = f"Could not install {what}: pip ended with exit code {code}: {reason.removeprefix('ERROR: ').rstrip('.')}"
        raise EntryError(phase, f"{message}; its output is in the log.", code)


def _see_installed() -> None:
    """Makes what pip has installed importable in this process, including editable projects, which .pth files name."""
    script = "import json, site, sysconfig; print(json.dumps([sysconfig.get_path('purelib'), sysconfig.get_path('platlib'), "
    script += "site.getusersitepackages()]))"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False).stdout
    for folder in dict.fromkeys(json.loads(found or "[]")):
        if os.path.isdir(folder):
            site.addsitedir(folder)
    importlib.invalidate_caches()


def _watch(folders: list[Path], files: list[DurableFile], errors: int) -> None:
    """Syncs what was written last, and ends the process once the run's folder is deleted: nobody waits for this run any more.

    The folder of the run is the first one. The others are deleted with it.
    """
    misses, looked_at = 0, time.monotonic()
    while True:
        time.sleep(SYNC_EVERY_SECONDS)
        for file in files:
            _try_sync(file)
        if time.monotonic() - looked_at < WATCH_EVERY_SECONDS:
            continue
        looked_at = time.monotonic()
        misses = misses + 1 if _is_gone(folders[0] / "run.json") else 0
        if misses >= MISSES_OF_A_DELETED_RUN:
            _end_deleted_run(folders, errors)


def _try_sync(file: DurableFile) -> None:
    with contextlib.suppress(OSError):  # the next write reports it
        file.sync_if_due()


def _is_gone(path: Path) -> bool:
    try:
        os.stat(path)
    except FileNotFoundError:
        return True
    except OSError:
        return False  # the mount has a problem, which says nothing about the run
    return False


def _end_deleted_run(folders: list[Path], errors: int) -> NoReturn:
    # A store creates the folders of a file again that is written after they were deleted.
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    os.write(errors, b"The folder of the run was deleted, so the run was cancelled.\n")
    os._exit(1)


def _write_json(path: Path, value: object) -> None:
    """Writes a file that is either complete or absent."""
    part = path.with_name(f"{path.name}.part")
    with open(part, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def _now() -> str:
    return datetime.now(timezone.utc).isoformat()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
