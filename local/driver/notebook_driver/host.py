"""The host: a process that has imported once what notebooks need and forks a process for each notebook run.

Commands arrive as JSON lines on stdin, events leave on file descriptor 3; both are closed in the forked processes. It stays
free of threads and of connections to the JVM, because neither survives a fork.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import selectors
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

from notebook_driver.mounts import can_mount

EVENTS = 3
KEEPER = "keeper"
PR_SET_CHILD_SUBREAPER = 36


class Host:
    def __init__(self) -> None:
        self._runs: dict[int, str] = {}
        self._can_mount: bool | None = None
        self._selector = selectors.DefaultSelector()
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)

    def serve(self) -> None:
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        self._selector.register(0, selectors.EVENT_READ)
        self._selector.register(self._wake_read, selectors.EVENT_READ)
        pending = b""
        self._send(event="ready", pid=os.getpid())
        while True:
            for key, _ in self._selector.select():
                if key.fd == self._wake_read:
                    os.read(self._wake_read, 4096)
                    self._reap()
                    continue
                chunk = os.read(0, 65536)
                if not chunk:
                    self._kill_all()
                    return
                *lines, pending = (pending + chunk).split(b"\n")
                for line in lines:
                    self._obey(json.loads(line))

    def _obey(self, command: dict[str, Any]) -> None:
        if command["command"] == "signal":
            self._signal(command["run"], command["signal"])
            return
        body = _keeper if command["command"] == "keeper" else _notebook
        if body is _notebook:
            if self._can_mount is None:
                self._can_mount = can_mount()
            command["canMount"] = self._can_mount
        pid = self._fork(body, command)
        self._runs[pid] = command["run"]
        self._send(event="started", run=command["run"], pid=pid)

    def _fork(self, body: Callable[[dict[str, Any]], None], command: dict[str, Any]) -> int:
        pid = os.fork()
        if pid:
            return pid
        status = 1
        try:
            os.setsid()  # a group of its own, so that what it starts can be killed with it
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._selector.close()
            for descriptor in (self._wake_read, self._wake_write, EVENTS):
                os.close(descriptor)
            null = os.open(os.devnull, os.O_RDONLY)
            os.dup2(null, 0)
            os.close(null)
            body(command)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _reap(self) -> None:
        while self._runs:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            run = self._runs.pop(pid, None)
            if run is None:
                continue
            _kill_group(pid)
            self._kill_strays()
            self._send(event="exit", run=run, status=os.waitstatus_to_exitcode(status))

    def _signal(self, run: str, name: str) -> None:
        for pid, known in self._runs.items():
            if known != run:
                continue
            if name == "SIGKILL":
                _kill_group(pid)
            else:
                os.kill(pid, getattr(signal, name))

    def _kill_strays(self) -> None:
        """Kills adopted processes, which left their notebook's group, once no notebook runs that may need them."""
        if all(run.startswith(KEEPER) for run in self._runs.values()):
            for pid in _children() - set(self._runs):
                _kill_group(pid)

    def _kill_all(self) -> None:
        for pid in set(self._runs) | _children():
            _kill_group(pid)

    def _send(self, **event: Any) -> None:
        os.write(EVENTS, json.dumps(event).encode() + b"\n")


def _children() -> set[int]:
    """The children of this process, with adopted ones; empty on macOS, which does not list them."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as file:
            return {int(pid) for pid in file.read().split()}
    except OSError:
        return set()


def _adopt_orphans() -> None:
    """Makes Linux give orphaned descendants to this process instead of to init."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        # It is not a group leader yet, or it has ended.
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _keeper(command: dict[str, Any]) -> None:
    from notebook_driver.keeper import keep

    keep(command)


def _notebook(command: dict[str, Any]) -> None:
    from notebook_driver.run import run_notebook

    run_notebook(command)


def _import_once(with_spark: bool) -> None:
    """Imports what every notebook needs, before the first fork. Without Spark, few need its client and pandas, which are slow.

    What is imported stays, so no collection looks at it: not while it is imported, and not in the processes of the notebooks,
    which would copy the pages that they share with this one (https://docs.python.org/3/library/gc.html#gc.freeze).
    """
    gc.disable()
    import notebook_driver.run  # noqa: F401

    if with_spark:
        import pandas  # noqa: F401
        import pyarrow  # noqa: F401
        import pyspark.sql.functions  # noqa: F401
    gc.freeze()
    gc.enable()


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C at a terminal reaches the whole group, but the Node side decides
    _adopt_orphans()
    _import_once(with_spark="--without-spark" not in sys.argv)
    Host().serve()
    os._exit(0)  # there is nothing to clean up, and to take the imported modules apart takes as long as a fifth of the imports
