"""The streaming queries that a notebook started.

A job run on the platform watches them: it does not complete while a query is active, and a query that fails ends the run and its
other queries (https://learn.microsoft.com/azure/databricks/structured-streaming/query-recovery). dbutils.notebook.exit does not
end a run with active queries either (https://learn.microsoft.com/azure/databricks/notebooks/notebook-workflows).
"""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

from notebook_driver.channel import Channel
from notebook_driver.stream_failure import StreamFailed, describe_stream
from notebook_driver.stream_progress import StreamProgress

_POLL_SECONDS = 0.2
# How long a cell has for what it does itself about a query that failed, such as a restart of the query, before the run fails.
_GRACE_SECONDS = 2.0


def streams_key(run: str) -> str:
    """The JVM property with the list of a run's queries, in which the keeper finds them."""
    return f"notebook-ops.streams.{run}"


class Streams:
    """Watches the queries of one run. ``cell`` is the number of the cell that runs, None if none does."""

    def __init__(self, channel: Channel) -> None:
        self.cell: int | None = None
        self.has_interrupted = False
        self._channel = channel
        self._queries: list[_Query] = []
        self._lock = threading.Lock()
        self._started_in = 0

    def watch(self, spark: Any, run: str) -> None:
        """Registers each query that PySpark starts in this process."""
        from pyspark.sql.streaming.readwriter import DataStreamWriter

        properties = spark._jvm.java.lang.System.getProperties()
        started = properties.get(streams_key(run))
        if started is None:
            started = spark._jvm.java.util.concurrent.CopyOnWriteArrayList()
            properties.put(streams_key(run), started)
        for query in started:  # of the Python before a restart
            self._add(query)
        wrap = DataStreamWriter._sq

        def register(writer: Any, query: Any) -> Any:
            started.add(query)
            self._add(query)
            return wrap(writer, query)

        DataStreamWriter._sq = register  # type: ignore[method-assign]

    def wait(self) -> None:
        """Returns when no query is active. Raises StreamFailed as soon as one has failed."""
        while True:
            self.require_no_failure()
            if not any(query.is_active for query in self._queries):
                self._report()
                self.require_no_failure()
                return
            time.sleep(_POLL_SECONDS)

    def require_no_failure(self) -> None:
        """Raises StreamFailed if a query has failed and was not started again."""
        failed = self._failed()
        if failed is not None:
            self._report()
            raise StreamFailed(describe_stream(failed.label, failed.java), failed.cell)

    def _add(self, query: Any) -> None:
        if self.cell is not None:
            self._started_in = self.cell
        with self._lock:
            self._queries.append(_Query(query, self._started_in))
            if len(self._queries) == 1:
                threading.Thread(target=self._monitor, daemon=True).start()

    def _failed(self) -> _Query | None:
        restarted: set[str] = set()
        for query in reversed(list(self._queries)):
            if query.id not in restarted and query.has_failed:
                return query
            restarted.add(query.id)
        return None

    def _monitor(self) -> None:
        failed_at: float | None = None
        while True:
            time.sleep(_POLL_SECONDS)
            try:
                self._report()
                failed = self._failed()
            except Exception:
                return  # Spark has gone
            if failed is None:
                failed_at = None
                continue
            failed_at = failed_at or time.monotonic()
            if self.cell is not None and time.monotonic() - failed_at > _GRACE_SECONDS:
                self.has_interrupted = True
                os.kill(os.getpid(), signal.SIGINT)
                return

    def _report(self) -> None:
        with self._lock:
            for query in self._queries:
                for line in query.progress():
                    self._channel.send("streamProgress", cell=query.cell, text=line)


class _Query:
    def __init__(self, java: Any, cell: int) -> None:
        self.java = java
        self.cell = cell
        self.id = java.id().toString()
        self.label = java.name() or self.id[:8]
        self._progress = StreamProgress(self.label)
        self._has_ended = False

    @property
    def is_active(self) -> bool:
        return bool(self.java.isActive())

    @property
    def has_failed(self) -> bool:
        return bool(self.java.exception().isDefined())

    def progress(self) -> list[str]:
        """The lines about the batches since the last call."""
        if self._has_ended:
            return []
        ended = not self.is_active  # read first, so that the last batches are seen after the end
        last = self.java.lastProgress()
        if last is None:
            batches = []
        elif self._progress.has_gap(last.batchId()):
            batches = list(self.java.recentProgress())
        else:
            batches = [last]
        self._has_ended = ended
        return self._progress.lines([batch.json() for batch in batches], ended=ended)
