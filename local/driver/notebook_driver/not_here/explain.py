"""The sentence for an error of a notebook that is due to the local workspace.

It replaces what Spark or Python raises in the result of the run. The notebook itself gets the original exception, so that its own
``except`` works as on the platform, and the trace shows it.
"""

from __future__ import annotations

import re

from notebook_driver.not_here.commands import commands
from notebook_driver.not_here.entry import PLATFORMS, NotHere
from notebook_driver.not_here.functions import functions
from notebook_driver.not_here.modules import modules
from notebook_driver.not_here.names import names
from notebook_driver.not_here.sources import sources
from notebook_driver.not_here.statements import statements

# Spark shows the statement that it could not parse below such a line.
_STATEMENT = re.compile(r"^== SQL\b.*==\n(.*)", re.MULTILINE | re.DOTALL)
# What Spark's parser says of a statement that it does not know.
_UNKNOWN_STATEMENT = re.compile(r"\[(?:PARSE_SYNTAX_ERROR|INVALID_STATEMENT_OR_CLAUSE|INVALID_SET_SYNTAX)|REFRESH statements")
_COMMENTS = re.compile(r"^(?:\s+|--[^\n]*\n|/\*.*?\*/)+", re.DOTALL)
_LENGTH = 20_000

entries: tuple[NotHere, ...] = (*statements, *functions, *names, *sources, *modules, *commands)


def explain(error: BaseException, platform: str) -> str | None:
    """The sentence for an error that is due to the local workspace; None for any other."""
    found = find(error, platform)
    return found[0].sentence(found[1], platform) if found else None


def find(error: BaseException, platform: str) -> tuple[NotHere, re.Match[str]] | None:
    """The first entry that recognizes the error, and what it found."""
    message = str(error)[:_LENGTH]
    text = f"{type(error).__name__}: {message}"
    shown = _STATEMENT.search(message) if _UNKNOWN_STATEMENT.search(message) else None
    statement = _COMMENTS.sub("", shown.group(1)) if shown else None
    for entry in entries:
        if platform not in entry.platforms:
            continue
        if not entry.is_statement:
            found = re.search(entry.error, text)
        elif statement is not None:
            found = re.match(entry.error, statement, re.IGNORECASE | re.DOTALL)
        else:
            continue
        if found:
            return entry, found
    return None


def table() -> str:
    """The table of docs/run-locally.md."""
    rows = ["| a notebook uses | why it fails, and what to do | on |", "|---|---|---|"]
    for entry in entries:
        platforms = (
            "both" if len(entry.platforms) == len(PLATFORMS) else ", ".join(PLATFORMS[name] for name in sorted(entry.platforms))
        )
        reason = entry.because.replace(" ({0})", "").replace("{platform}", "the platform")
        advice = entry.advice.replace("{platform}", "the platform").replace("{package}", "…")
        rows.append(f"| {entry.construct} | {reason}; {advice} | {platforms} |")
    return "\n".join(rows)
