"""A streaming query of a notebook, in the workspace's JVM or on a server of Spark Connect."""

from __future__ import annotations

import json
from typing import Any

from notebook_driver.stream_failure import describe_connect_stream, describe_stream
from notebook_driver.stream_progress import StreamProgress


class _Query:
    """What both have in common. ``cell`` is the cell that started it."""

    def __init__(self, cell: int, query_id: str, name: str | None) -> None:
        self.cell = cell
        self.id = query_id
        self.label = name or query_id[:8]
        self._progress = StreamProgress(self.label)
        self._has_ended = False

    @property
    def is_active(self) -> bool:
        raise NotImplementedError

    def _batches(self) -> list[str]:
        """The progress of the batches since the last call, as JSON."""
        raise NotImplementedError

    def progress(self) -> list[str]:
        """The lines about the batches since the last call."""
        if self._has_ended:
            return []
        ended = not self.is_active  # read first, so that the last batches are seen after the end
        batches = self._batches()
        self._has_ended = ended
        return self._progress.lines(batches, ended=ended)


class JvmQuery(_Query):
    """``java`` is the JVM's StreamingQuery."""

    def __init__(self, java: Any, cell: int) -> None:
        super().__init__(cell, java.id().toString(), java.name())
        self._java = java

    @property
    def is_active(self) -> bool:
        return bool(self._java.isActive())

    @property
    def has_failed(self) -> bool:
        return bool(self._java.exception().isDefined())

    def failure(self) -> dict[str, str]:
        return describe_stream(self.label, self._java)

    def _batches(self) -> list[str]:
        last = self._java.lastProgress()
        if last is None:
            return []
        recent = list(self._java.recentProgress()) if self._progress.has_gap(last.batchId()) else [last]
        return [batch.json() for batch in recent]


class ConnectQuery(_Query):
    """``query`` is PySpark's StreamingQuery. Each question is a call of the server, which is asked no more once it has ended."""

    def __init__(self, query: Any, cell: int) -> None:
        super().__init__(cell, query.id, query.name)
        self._query = query
        self._exception: Any = None
        self._was_active = True

    @property
    def is_active(self) -> bool:
        if self._was_active and not self._query.isActive:
            self._exception = self._query.exception()
            self._was_active = False
        return self._was_active

    @property
    def has_failed(self) -> bool:
        return not self.is_active and self._exception is not None

    def failure(self) -> dict[str, str]:
        return describe_connect_stream(self.label, str(self._exception), self._root_cause())

    def _root_cause(self) -> str:
        try:
            self._query.awaitTermination(1)  # it has ended: this raises the exception with more of it than ``exception`` returns
        except Exception as error:
            return str(getattr(error, "root_cause", ""))
        return ""

    def _batches(self) -> list[str]:
        # PySpark's own JSON of a server's progress lacks the number of rows.
        return [
            json.dumps({"batchId": batch.batchId, "numInputRows": batch.numInputRows, "durationMs": batch.durationMs})
            for batch in self._query.recentProgress
        ]
