"""Reports of the remote side as reports of this one: its paths, the headings of captured output, and what JSON cannot say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from _pytest._code.code import TerminalRepr
from _pytest._io import TerminalWriter
from _pytest.pathlib import bestrelpath

from .events import Event

_CAPTURED = re.compile(r"(Captured \w+)(?: call)?((?: setup| teardown)?)$")


class PrintedRepr(TerminalRepr):
    """What an object printed that had no other form, such as that of a doctest. pytest takes a mere text for a message."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text

    def toterminal(self, tw: TerminalWriter) -> None:
        tw.line(self._text)


class ReportReader:
    """Makes reports of events. ``remote_root`` is rootdir on the remote side, once it is known."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._directory = config.invocation_params.dir
        self.remote_root: str | None = None

    def read(self, event: Event) -> pytest.TestReport:
        """The report of an event. A kind that is not known here becomes that of a test with the text that pytest printed."""
        data: dict[str, Any] = dict(event["report"])
        data["sections"] = [(remote_heading(str(each[0])), str(each[1])) for each in _pairs(data.get("sections"))]
        data["user_properties"] = [(str(each[0]), each[1]) for each in _pairs(data.get("user_properties"))]
        location = data.get("location")
        if not isinstance(location, list) or len(location) != 3:
            location = [data["nodeid"].partition("::")[0], None, data["nodeid"]]
        data["location"] = tuple(location)
        data["keywords"] = {self._keyword(str(each)): 1 for each in data.get("keywords") or {}}
        data.setdefault("when", "call")
        try:
            self._localize(data)
            report = self._config.hook.pytest_report_from_serializable(config=self._config, data=data)
        except Exception:  # another version of pytest or of a plugin runs there
            report = None
        if isinstance(report, pytest.TestReport):
            if event.get("isPrinted") and isinstance(report.longrepr, str):
                report.longrepr = PrintedRepr(report.longrepr)
            _keep_context(report, event["report"])
            return report
        known = ("nodeid", "location", "keywords", "outcome", "when", "sections", "user_properties", "wasxfail")
        duration, text = event["report"].get("duration"), event.get("text") or event.get("message")
        return pytest.TestReport(
            **{key: data[key] for key in known if key in data},
            longrepr=self.skip_place(event) if data["outcome"] == "skipped" else PrintedRepr(str(text)) if text else None,
            duration=duration if isinstance(duration, (int, float)) else 0.0,
        )

    def skip_place(self, event: Event) -> tuple[str, int, str]:
        """File, line and reason of a report of what was skipped."""
        longrepr = event["report"].get("longrepr")
        if isinstance(longrepr, list) and len(longrepr) == 3:
            return self.here(str(longrepr[0])), int(longrepr[1] or 0), str(longrepr[2])
        return event["report"]["nodeid"], 0, str(event.get("message") or "Skipped")

    def _localize(self, data: dict[str, Any]) -> None:
        """Replaces paths of the remote side by those here, in place."""
        longrepr = data.get("longrepr")
        if isinstance(longrepr, list) and len(longrepr) == 3:  # a skip: file, line, reason
            data["longrepr"] = (self.here(str(longrepr[0])), longrepr[1], longrepr[2])
        elif isinstance(longrepr, str):
            data["longrepr"] = self._text(longrepr)
        elif isinstance(longrepr, dict):
            for entry in _entries(longrepr):
                if entry.get("type") == "ReprEntryNative":
                    entry["data"]["lines"] = [self._text(str(line)) for line in entry["data"]["lines"]]
            # Reading a traceback changes it, and the last one of a chain is in `reprtraceback`, too.
            for place in _locations(longrepr):
                place["path"] = self.here(place["path"])

    def _keyword(self, keyword: str) -> str:
        """The name of rootdir is a keyword of each test."""
        if self.remote_root and keyword == self.remote_root.rpartition("/")[2]:
            return self._config.rootpath.name
        return keyword

    def _text(self, text: str) -> str:
        """Text with the places of a traceback here: those of Python (`File "…"`), and those of pytest at the start of a line."""
        if not self.remote_root:
            return text
        return re.sub(
            rf'(?m)(^(?:file )?|File "){re.escape(self.remote_root)}/',
            lambda found: f"{found.group(1)}{self._config.rootpath}/",
            text,
        )

    def here(self, path: str) -> str:
        """An absolute path in rootdir stays one; a relative one is relative to where pytest was called, as in each traceback."""
        root = self._config.rootpath
        if self.remote_root and path.startswith(f"{self.remote_root}/"):
            return str(root / path[len(self.remote_root) + 1 :])
        if not Path(path).is_absolute() and self._directory != root and (root / path).exists():
            return bestrelpath(self._directory, root / path)
        return path


def remote_heading(heading: str) -> str:
    """``Captured stdout (remote)`` for the call, ``Captured stdout setup (remote)`` for other phases."""
    found = _CAPTURED.match(heading)
    return f"{found.group(1)}{found.group(2)} (remote)" if found else f"{heading} (remote)"


def _keep_context(report: pytest.TestReport, data: dict[str, Any]) -> None:
    """Takes back that pytest 9 quotes the values of a subtest again when it reads them: SubtestContext in _pytest/subtests.py."""
    context, given = getattr(report, "context", None), data.get("_subtest.context")
    if context is not None and isinstance(given, dict) and isinstance(given.get("kwargs"), dict):
        with suppress(AttributeError):
            object.__setattr__(context, "kwargs", given["kwargs"])


def _pairs(value: object) -> list[Any]:
    return [each for each in value if isinstance(each, (list, tuple)) and len(each) == 2] if isinstance(value, list) else []


def _tracebacks(longrepr: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """The tracebacks in a serialized exception, with the place of each: _report_to_json in _pytest/reports.py."""
    yield longrepr.get("reprtraceback") or {}, longrepr.get("reprcrash")
    for each in longrepr.get("chain") or []:
        yield each[0] or {}, each[1]


def _entries(longrepr: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for traceback, _ in _tracebacks(longrepr):
        yield from traceback.get("reprentries") or []


def _locations(longrepr: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """ReprFileLocation in _pytest/_code/code.py."""
    places = [crash for _, crash in _tracebacks(longrepr)]
    places += [(entry.get("data") or {}).get("reprfileloc") for entry in _entries(longrepr)]
    yield from (place for place in places if isinstance(place, dict) and isinstance(place.get("path"), str))
