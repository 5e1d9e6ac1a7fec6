"""events.jsonl and finished.json of a run, as docs/remote-tests.md describes them."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .sentences import could_not, one_line

SCHEMA = "notebook-ops/remote-tests/1"
Event = dict[str, Any]

_ADVICE = "check that no test writes to the results folder of the run"
# The fields that each event has, and their types.
_FIELDS: dict[str, dict[str, type]] = {
    "session": {"schema": str, "rootdir": str},
    "collectReport": {"report": dict},
    "collected": {"nodeids": list},
    "started": {"nodeid": str},
    "report": {"report": dict},
    "ended": {"nodeid": str},
    "warning": {"message": str, "category": str},
    "interrupted": {"by": str, "reason": str},
    "internalError": {"text": str},
    "finished": {"exitCode": int},
}


class ResultsError(Exception):
    """Results of a run that cannot be understood, as a sentence."""


class EventReader:
    """Reads events.jsonl while it grows. A last line without an end waits for the rest of it."""

    def __init__(self, read: Callable[[int], bytes | None]) -> None:
        self._read = read
        self._offset = 0
        self._held = b""
        self._lines: deque[bytes] = deque()
        self._number = 0
        self._is_broken = False

    @property
    def has_begun(self) -> bool:
        return self._offset > 0

    def read_on(self) -> None:
        """Reads what was written since the last call."""
        content = self._read(self._offset) or b""
        self._offset += len(content)
        *lines, self._held = (self._held + content).split(b"\n")
        self._lines.extend(lines)

    def new_events(self) -> Iterator[Event]:
        """The events that were read. Raises ResultsError for a line that is not an event, after which there are no more."""
        while self._lines and not self._is_broken:
            line = self._lines.popleft()
            self._number += 1
            if line.strip():
                self._is_broken = True
                event = _event(line, self._number)
                self._is_broken = False
                yield event


def _event(line: bytes, number: int) -> Event:
    def unreadable(problem: str) -> ResultsError:
        return ResultsError(could_not(f"read events.jsonl of the run, line {number}", problem, _ADVICE))

    try:
        event = json.loads(line)
    except ValueError:
        raise unreadable("it is not valid JSON") from None
    if not isinstance(event, dict):
        raise unreadable("it is not an object")
    name = event.get("event")
    fields = _FIELDS.get(name) if isinstance(name, str) else None
    if fields is None:
        raise unreadable(f"its event {one_line(str(name), 60)} is not known")
    for key, kind in fields.items():
        if not isinstance(event.get(key), kind):
            raise unreadable(f"its {key} is missing or has the wrong type")
    if name == "session" and event["schema"] != SCHEMA:
        raise unreadable(f"its schema is not {SCHEMA}")
    report = event.get("report")
    if report is not None and not (isinstance(report.get("nodeid"), str) and isinstance(report.get("outcome"), str)):
        raise unreadable("its report has no nodeid or outcome")
    return event


@dataclass
class Recording:
    """What the events of a run say so far, apart from the reports themselves."""

    rootdir: str | None = None
    collected: list[str] | None = None
    # The reports of files that could not be collected, or were skipped, with their messages.
    collect_reports: list[Event] = field(default_factory=list)
    # Of each test: when, outcome, is it a subtest. Of a test that a plugin ran again, only the last attempt.
    reports: dict[str, list[tuple[str, str, bool]]] = field(default_factory=dict)
    last_started: str | None = None
    interrupted: Event | None = None
    internal_error: str | None = None
    finished: Event | None = None

    def take(self, event: Event) -> None:
        name = event["event"]
        if name == "session":
            self.rootdir = event["rootdir"]
        elif name == "collected":
            self.collected = [str(each) for each in event["nodeids"]]
        elif name == "collectReport":
            self.collect_reports.append(event)
        elif name == "started":
            self.last_started = event["nodeid"]
        elif name == "report":
            self._take_report(event["report"])
        elif name == "interrupted":
            self.interrupted = event
        elif name == "internalError" and self.internal_error is None:
            self.internal_error = event["text"]
        elif name == "finished":
            self.finished = event

    def _take_report(self, report: dict[str, Any]) -> None:
        when, outcome = str(report.get("when")), report["outcome"]
        reports = self.reports.setdefault(report["nodeid"], [])
        # pytest-rerunfailures reports `rerun` in place of a failure, and then all phases again.
        begins_again = when == "setup" and any(each == "setup" for each, _, _ in reports)
        if outcome == "rerun" or begins_again:
            reports.clear()
        if outcome != "rerun":
            # SubtestReport of pytest 9 names itself SubTestReport here, as that of pytest-subtests does.
            reports.append((when, outcome, report.get("_report_type") == "SubTestReport"))

    @property
    def has_begun(self) -> bool:
        return self.collected is not None or bool(self.reports)

    @property
    def stopped(self) -> str | None:
        """Why pytest itself did not run all tests."""
        stopped = self.finished.get("stopped") if self.finished else None
        return str(stopped) if stopped else None

    def outcomes(self) -> dict[str, str]:
        """The worst outcome of each test that has a report."""
        order = {"passed": 0, "skipped": 1}
        return {
            nodeid: max((outcome for _, outcome, _ in reports), key=lambda outcome: order.get(outcome, 2))
            for nodeid, reports in self.reports.items()
            if reports
        }

    @property
    def is_whole(self) -> bool:
        """Whether each test that began has run to its end."""
        return all(any(when == "teardown" for when, _, _ in reports) for reports in self.reports.values())


@dataclass(frozen=True)
class Finished:
    """finished.json: how the entry point ended."""

    phase: str
    exit_code: int
    message: str | None

    @classmethod
    def read(cls, content: bytes) -> Finished:
        """Raises ResultsError if it is not a finished.json of this format."""

        def unreadable(problem: str) -> ResultsError:
            return ResultsError(could_not("read finished.json of the run", problem, _ADVICE))

        try:
            value = json.loads(content)
        except ValueError:
            raise unreadable("it is not valid JSON") from None
        if not isinstance(value, dict) or value.get("schema") != SCHEMA:
            raise unreadable(f"its schema is not {SCHEMA}")
        phase, code, message = value.get("phase"), value.get("exitCode"), value.get("message")
        if not isinstance(phase, str) or not phase or not isinstance(code, int):
            raise unreadable("it has no phase or exitCode")
        return cls(phase, code, message if isinstance(message, str) and message else None)
