"""What the developer is told about a remote run, among what pytest prints."""

from __future__ import annotations

from typing import Any

import pytest

from .reporter import Reporter

_late_lines = pytest.StashKey[list[str]]()


class Speaker:
    """Prints lines at once until the first result, and later ones at the end, so that they do not tear pytest's dots apart."""

    def __init__(self, config: pytest.Config, reporter: Reporter) -> None:
        self._terminal: Any = config.pluginmanager.get_plugin("terminalreporter")
        self._is_quiet = config.get_verbosity() < 0
        self._reporter = reporter
        self._late: list[str] = config.stash.setdefault(_late_lines, [])

    def say(self, line: str) -> None:
        if self._terminal is None or self._is_quiet:
            return
        if self._reporter.has_results:
            self._late.append(line)
            return
        self._terminal.ensure_newline()
        self._terminal.write_line(line)
        self._terminal.flush()


def late_lines(config: pytest.Config) -> list[str]:
    """What is left to print at the end of the session."""
    return config.stash.get(_late_lines, [])
