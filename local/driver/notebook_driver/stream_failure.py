"""A streaming query's exception as the result shows it: Spark's sentence, and the frames of the notebook's own functions."""

from __future__ import annotations

import re
from typing import Any

_NAME = "StreamingQueryException"
# Spark's description of the query and its plan, which follows the message.
_DEBUG = re.compile(r"\n=== Streaming Query ===.*", re.DOTALL)
_JAVA = re.compile(r"^\s*(at [\w.$/<>]+\(.*\)|\.\.\. \d+ more|Driver stacktrace:.*|JVM stacktrace:.*)$")
_STAGE = re.compile(r"Job aborted due to stage failure: .*? \(TID \d+\) \(.*?\): (?:[\w.$]+(?:Exception|Error): )?", re.DOTALL)
_TRACEBACK = "Traceback (most recent call last):"
_LIBRARY_FRAME = re.compile(r'  File "[^"]*/(?:pyspark|py4j)/[^"]*".*')
_CODE = re.compile(r" {4,}")
_SQL_STATES = re.compile(r"\s*(?:SQLSTATE: \w+\s*)+$")


class StreamFailed(BaseException):
    """Ends the run: a query of the notebook has failed. ``cell`` is the cell that started it."""

    def __init__(self, description: dict[str, str], cell: int) -> None:
        super().__init__(description["message"])
        self.description = description
        self.cell = cell


def describe_stream(label: str, query: Any) -> dict[str, str]:
    """``{name, message, trace}`` of a query that has failed; ``query`` is the JVM's object."""
    error = query.exception().get()
    return _describe(label, *readable(error.getMessage(), root_cause(error)))


def describe_connect_stream(label: str, text: str, cause: str) -> dict[str, str]:
    """The same of a query on a server, whose exception is text."""
    message, trace = readable(text, cause)
    return _describe(label, message if "Query [" in message else f"Query {label} terminated with exception: {message}", trace)


def _describe(label: str, message: str, trace: str) -> dict[str, str]:
    named = message.replace("] Query [", f"] Query {label} [", 1)
    return {"name": _NAME, "message": named, "trace": f"{trace}\n{_NAME}: {named}".strip()}


def root_cause(error: Any) -> str:
    """The message of the exception of the JVM that began it. Spark's own message may say only that a task has failed."""
    while (cause := error.getCause()) is not None:
        error = cause
    return error.getMessage() or error.getClass().getName()


def readable(text: str, cause: str = "") -> tuple[str, str]:
    """The message of a query's exception without Spark's plan and Java's frames, and the Python traceback in it, or ""."""
    message, trace = _readable(text)
    why, cause_trace = _readable(cause)
    first = why.split("\n")[0]
    return (message if first in message else f"{message}; caused by: {why}"), trace or cause_trace


def _readable(text: str) -> tuple[str, str]:
    lines = [line for line in _DEBUG.sub("", text).splitlines() if not _JAVA.match(line)]
    text = _STAGE.sub("", "\n".join(lines)).strip()
    before, separator, traceback = text.partition(_TRACEBACK)
    if not separator:
        return text, ""
    entries = _without_library_frames(traceback.strip("\n").splitlines())
    # The exception is the first line that is not indented: chained exceptions come before the last traceback.
    start = max((number for number, line in enumerate(entries) if line == _TRACEBACK), default=-1) + 1
    end = next((number for number in range(start, len(entries)) if entries[number][:1].strip()), len(entries))
    cause = _SQL_STATES.sub("", "\n".join(entries[end:]))
    heading = before.split("terminated with exception:")[0]
    prefix = f"{heading}terminated with exception: " if heading != before else ""
    return f"{prefix}{cause}", "\n".join([_TRACEBACK, *entries[:end], cause])


def _without_library_frames(lines: list[str]) -> list[str]:
    kept: list[str] = []
    skipping = False
    for line in lines:
        if _LIBRARY_FRAME.match(line):
            skipping = True
        elif not (skipping and _CODE.match(line)):
            skipping = False
            kept.append(line)
    return kept
