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
from collections.abc import Callable
from typing import Any

from notebook_driver.channel import Channel
from notebook_driver.stream_failure import StreamFailed
from notebook_driver.stream_queries import ConnectQuery, JvmQuery

_POLL_SECONDS = 0.2
_SERVER_POLL_SECONDS = 1.0
# How long a cell has for what it does itself about a query that failed, such as a restart of the query, before the run fails.
_GRACE_SECONDS = 2.0


def streams_key(run: str) -> str:
    """The JVM property with the list of a run's queries, in which the keeper finds them."""
    return f"notebook-ops.streams.{run}"


class Streams:
    """Watches the queries of one run. ``cell`` is the number of the cell that runs, None if none does."""

    def __init__(self, channel: Channel, *, is_restarted: bool) -> None:
        self.cell: int | None = None
        self.has_interrupted = False
        self._channel = channel
        self._is_restarted = is_restarted
        self._poll_seconds = _POLL_SECONDS
        self._queries: list[JvmQuery | ConnectQuery] = []
        self._lock = threading.Lock()
        self._started_in = 0

    def watch(self, spark: Any, run: str) -> None:
        """Registers each query that PySpark starts in this process."""
        if type(spark).__module__ == "pyspark.sql.connect.session":
            self._watch_server(spark)
        else:
            self._watch_jvm(spark, run)

    def _watch_jvm(self, spark: Any, run: str) -> None:
        from pyspark.sql.streaming.readwriter import DataStreamWriter

        properties = spark._jvm.java.lang.System.getProperties()
        started = properties.get(streams_key(run))
        if started is None:
            started = spark._jvm.java.util.concurrent.CopyOnWriteArrayList()
            properties.put(streams_key(run), started)
        for query in started:  # of the Python before a restart
            self._add(JvmQuery, query)
        wrap = DataStreamWriter._sq

        def register(writer: Any, query: Any) -> Any:
            started.add(query)
            self._add(JvmQuery, query)
            return wrap(writer, query)

        DataStreamWriter._sq = register  # type: ignore[method-assign]

    def _watch_server(self, spark: Any) -> None:
        """The server knows the queries of the session, and stops them when the session is released."""
        from pyspark.sql.connect.streaming.readwriter import DataStreamWriter

        self._poll_seconds = _SERVER_POLL_SECONDS
        if self._is_restarted:
            for query in spark.streams.active:
                self._add(ConnectQuery, query)
        start = DataStreamWriter._start_internal

        def register(writer: Any, *arguments: Any, **options: Any) -> Any:
            query = start(writer, *arguments, **options)
            self._add(ConnectQuery, query)
            return query

        DataStreamWriter._start_internal = register  # type: ignore[method-assign]

    def wait(self) -> None:
        """Returns when no query is active. Raises StreamFailed as soon as one has failed."""
        while True:
            self.require_no_failure()
            if not any(query.is_active for query in self._queries):
                self._report()
                self.require_no_failure()
                return
            time.sleep(self._poll_seconds)

    def require_no_failure(self) -> None:
        """Raises StreamFailed if a query has failed and was not started again."""
        failed = self._failed()
        if failed is not None:
            self._report()
            raise StreamFailed(failed.failure(), failed.cell)

    def _add(self, kind: Callable[[Any, int], JvmQuery | ConnectQuery], query: Any) -> None:
        if self.cell is not None:
            self._started_in = self.cell
        with self._lock:
            self._queries.append(kind(query, self._started_in))
            if len(self._queries) == 1:
                threading.Thread(target=self._monitor, daemon=True).start()

    def _failed(self) -> JvmQuery | ConnectQuery | None:
        restarted: set[str] = set()
        for query in reversed(list(self._queries)):
            if query.id not in restarted and query.has_failed:
                return query
            restarted.add(query.id)
        return None

    def _monitor(self) -> None:
        failed_at: float | None = None
        while True:
            time.sleep(self._poll_seconds)
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
