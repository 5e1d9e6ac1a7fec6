"""A cell's exception as the result shows it: name, message, and a trace of the notebook's own and of library frames."""

from __future__ import annotations

import os
import re
import traceback

from notebook_driver.dbutils.java_error import JavaError
from notebook_driver.ipython import IPython
from notebook_driver.not_here.explain import explain
from notebook_driver.stream_failure import readable, root_cause

_OWN = (os.path.dirname(__file__), os.path.dirname(IPython.__file__))
_LIBRARIES = re.compile(r"/site-packages/(pyspark|py4j)/")
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_MESSAGE_LENGTH = 20_000
_TRACE_LENGTH = 200_000


class CellFailure(Exception):
    """An error of the driver or the platform, whose one sentence needs no traceback."""

    def __reduce__(self) -> tuple[type[Exception], tuple[str]]:
        return Exception, (str(self),)  # another process cannot import the driver


def describe(error: BaseException, platform: str) -> dict[str, str]:
    """``{name, message, trace}`` without terminal colours, each bounded in length.

    The message of an error that is due to the local workspace says so, and the trace has what Spark or Python said.
    """
    summary = traceback.TracebackException.from_exception(error)
    _trim(summary, set())
    name = type(error).__name__
    if name == "StreamingQueryException":
        return _describe_stream(error, summary)
    not_here = explain(error, platform)
    message = not_here or _message(error)
    return {
        "name": "Error" if not_here or isinstance(error, CellFailure) else name,
        "message": _ANSI.sub("", message)[:_MESSAGE_LENGTH],
        "trace": _ANSI.sub("", "".join(summary.format()))[-_TRACE_LENGTH:],
    }


def _message(error: BaseException) -> str:
    if isinstance(error, JavaError):
        return error.sentence
    return "".join(traceback.format_exception_only(type(error), error)) if isinstance(error, SyntaxError) else str(error)


def _describe_stream(error: BaseException, summary: traceback.TracebackException) -> dict[str, str]:
    """A query's exception that a cell got from awaitTermination, without Spark's plan and Java's frames."""
    origin = getattr(error, "_origin", None)  # the JVM's exception, if PySpark has it
    root = getattr(error, "root_cause", "") if origin is None else root_cause(origin)
    message, cause = readable(str(error), root)
    frames = [frame for frame in summary.stack if not _LIBRARIES.search(frame.filename)]
    own = "".join(["Traceback (most recent call last):\n", *traceback.StackSummary.from_list(frames).format()])
    if any(line in own for line in cause.splitlines() if line.startswith("  File ")):
        cause = ""  # PySpark has added the frames of the notebook's function
    return {
        "name": type(error).__name__,
        "message": message[:_MESSAGE_LENGTH],
        "trace": f"{cause}\n\n{own}{type(error).__name__}: {message}".strip()[-_TRACE_LENGTH:],
    }


def _trim(summary: traceback.TracebackException | None, seen: set[int]) -> None:
    """Removes the frames of the driver and of IPython, also from the causes."""
    if summary is None or id(summary) in seen:
        return
    seen.add(id(summary))
    summary.stack = traceback.StackSummary.from_list([frame for frame in summary.stack if not frame.filename.startswith(_OWN)])
    _trim(summary.__cause__, seen)
    _trim(summary.__context__, seen)
