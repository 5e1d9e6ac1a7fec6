"""Tells pytest and its plugins here what happens on the remote side, as if the tests ran here."""

from __future__ import annotations

import builtins
import re
import warnings
from collections.abc import Iterable
from typing import Any

import pytest

from .events import Event
from .reports import ReportReader

Location = tuple[str, "int | None", str]


class Reporter:
    """Fires the hooks of pytest's own loop for the tests of a session, in the order of the remote side."""

    def __init__(self, session: pytest.Session) -> None:
        self._session = session
        self._config = session.config
        self._reader = ReportReader(session.config)
        # A node id can be collected twice, with --keep-duplicates.
        self._waiting: dict[str, list[pytest.Item]] = {}
        for item in session.items:
            self._waiting.setdefault(item.nodeid, []).append(item)
        self._items = {item.nodeid: item for item in session.items}
        # Of each test that has begun, whether it has not ended.
        self._begun: dict[str, bool] = {}
        self._is_deaf = False

    @property
    def has_results(self) -> bool:
        return bool(self._begun)

    @property
    def must_stop(self) -> bool:
        """Whether pytest would not begin another test here."""
        return bool(self._session.shouldfail or self._session.shouldstop)

    def take(self, event: Event) -> None:
        """Tells what an event says. After the test in which pytest would stop here, nothing is told any more."""
        name = event["event"]
        if name == "started" and self.must_stop:
            self._is_deaf = True
        if self._is_deaf:
            return
        if name == "session":
            self._reader.remote_root = event["rootdir"]
        elif name == "started":
            self._start(event["nodeid"])
        elif name == "report":
            self._report(event)
        elif name == "ended":
            self._end(event["nodeid"])
        elif name == "warning" and event.get("when") == "runtest":  # others were given here, too
            self._warn(event)

    def missing(self) -> list[str]:
        """The node ids of tests without any result, and those of tests that began and have no end."""
        begun = [nodeid for nodeid, is_open in self._begun.items() if is_open]
        return [*begun, *(nodeid for nodeid, items in self._waiting.items() for _ in items)]

    def report_missing(self, nodeid: str, text: str, sections: Iterable[tuple[str, str]] = ()) -> None:
        """Reports an error for a test of ``missing``."""
        self._report_setup(nodeid, pytest.TestReport(nodeid, self._location(nodeid), {}, "failed", text, "setup", sections))

    def report_skipped(self, nodeid: str, event: Event) -> None:
        """Reports that a test of ``missing`` was skipped, as its file was on the remote side."""
        place = self._reader.skip_place(event)
        self._report_setup(nodeid, pytest.TestReport(nodeid, self._location(nodeid), {}, "skipped", place, "setup"))

    def _report_setup(self, nodeid: str, report: pytest.TestReport) -> None:
        if not self._begun.get(nodeid):
            self._start(nodeid)
        hook = self._hook(nodeid)
        hook.pytest_runtest_logreport(report=report)
        # Plugins wait for the end of a test.
        hook.pytest_runtest_logreport(report=pytest.TestReport(nodeid, report.location, {}, "passed", None, "teardown"))
        self._end(nodeid)

    def _start(self, nodeid: str) -> None:
        waiting = self._waiting.get(nodeid)
        if waiting:
            waiting.pop(0)
        self._begun[nodeid] = True
        self._hook(nodeid).pytest_runtest_logstart(nodeid=nodeid, location=self._location(nodeid))

    def _end(self, nodeid: str) -> None:
        self._begun[nodeid] = False
        self._hook(nodeid).pytest_runtest_logfinish(nodeid=nodeid, location=self._location(nodeid))

    def _report(self, event: Event) -> None:
        report = self._reader.read(event)
        self._let_pytest_fail(report)
        self._hook(report.nodeid).pytest_runtest_logreport(report=report)

    def _let_pytest_fail(self, report: pytest.TestReport) -> None:
        """Takes back that a test failed because of its subtests: pytest 9 fails it where it shows the report.

        It knows by the number of failed subtests, which is counted where they run: _pytest/subtests.py.
        """
        found = re.fullmatch(r"contains (\d+) failed subtests?", report.longrepr) if isinstance(report.longrepr, str) else None
        if found is None or report.when != "call":
            return
        try:
            from _pytest.subtests import failed_subtests_key
        except ImportError:  # before pytest 9
            return
        counts: Any = self._config.stash[failed_subtests_key]
        counts[getattr(report, "id", report.nodeid)] = int(found.group(1))  # the key is an object since pytest 9.1
        report.outcome, report.longrepr = "passed", None

    def _warn(self, event: Event) -> None:
        category = getattr(builtins, event["category"], None) or getattr(pytest, event["category"], None)
        if not (isinstance(category, type) and issubclass(category, Warning)):
            category = type(event["category"], (Warning,), {})
        message: warnings.WarningMessage = warnings.WarningMessage(
            message=category(event["message"]),
            category=category,
            filename=self._reader.here(str(event.get("file") or "")),
            lineno=int(event.get("line") or 0),
        )
        location = event.get("location")
        self._config.hook.pytest_warning_recorded.call_historic(
            kwargs={
                "warning_message": message,
                "when": "runtest",
                "nodeid": str(event.get("nodeid") or ""),
                "location": tuple(location) if isinstance(location, list) else None,
            }
        )

    def _hook(self, nodeid: str) -> Any:
        """The hooks of the conftest.py files above a test; those of the session if the test is not known here."""
        item = self._items.get(nodeid)
        return self._session.ihook if item is None else item.ihook

    def _location(self, nodeid: str) -> Location:
        item = self._items.get(nodeid)
        if item is not None:
            return item.location
        path, _, test = nodeid.partition("::")
        return path, None, test.replace("::", ".") or path
