"""Keeps the workspace's JVM: its SparkContext, and for each notebook run a Py4J server of its own; or sessions on Spark Connect.

One process, forked from the host when the JVM is up. A notebook's process may vanish at any moment; what it left in the
JVM (streams, jobs, its server) or on the server is ended from here.
"""

from __future__ import annotations

import os
import pathlib
import threading
import time
from typing import Any

from notebook_driver.channel import Channel
from notebook_driver.streams import streams_key

_EXECUTOR_SECONDS = 60
_WATCH_SECONDS = 2


def session_key(run: str) -> str:
    """The JVM property in which a notebook process puts its session, so that the keeper finds it."""
    return f"notebook-ops.session.{run}"


def keep(command: dict[str, Any]) -> None:
    channel = Channel(command["socket"], command["run"], command["nonce"])
    if "connect" in command:
        from notebook_driver.connect_sessions import ConnectSessions

        _serve(channel, ConnectSessions(command["connect"]))
        return
    try:
        context = _JvmContext(command)
    except Exception as error:
        channel.send("failed", error=_reason(error))
        raise
    if command["isCluster"]:
        threading.Thread(target=context.watch, args=(channel,), daemon=True).start()
    _serve(channel, context)
    context.stop()


def _serve(channel: Channel, kept: Any) -> None:
    channel.send("kept")
    while (request := channel.read()) is not None:
        # A stream that takes long to stop must not keep other runs waiting.
        threading.Thread(target=_answer, args=(channel, kept, request), daemon=True).start()


def _answer(channel: Channel, kept: Any, request: dict[str, Any]) -> None:
    try:
        answer = (kept.open if request["do"] == "open" else kept.close)(request["run"])
        channel.send("answer", number=request["number"], value=answer)
    except RuntimeError as error:
        channel.send("answer", number=request["number"], error=str(error))
    except Exception as error:
        channel.send("answer", number=request["number"], error=f"{type(error).__name__}: {error}")


class _JvmContext:
    """The SparkContext of a JVM."""

    def __init__(self, command: dict[str, Any]) -> None:
        os.environ["PYSPARK_GATEWAY_PORT"] = str(command["gateway"]["port"])
        os.environ["PYSPARK_GATEWAY_SECRET"] = command["gateway"]["secret"]
        from pyspark.sql import SparkSession

        self._spark = SparkSession.builder.getOrCreate()
        self._servers: dict[str, Any] = {}
        self._is_cluster: bool = command["isCluster"]
        threading.Thread(target=_warm_delta, args=(self._spark, command["warmUpFolder"]), daemon=True).start()

    def open(self, run: str) -> dict[str, Any] | None:
        """The gateway of a run; None if the SparkContext has stopped."""
        context = self._spark._jsc.sc()
        if self._is_cluster:
            _await_executor(context)
        if context.isStopped():
            return None
        server = self._spark._jvm.org.apache.spark.api.python.Py4JServer(context.conf())
        server.start()
        self._servers[run] = server
        return {"port": server.getListeningPort(), "secret": server.secret()}

    def close(self, run: str) -> bool:
        """Ends what a run left. False if the SparkContext has stopped."""
        server = self._servers.pop(run, None)
        context = self._spark._jsc.sc()
        if not context.isStopped():
            _close(self._spark, server, run)
        return not context.isStopped()

    def watch(self, channel: Channel) -> None:
        """Reports a cluster whose executors are lost while notebooks run, because Spark lets their jobs wait for ever."""
        context = self._spark._jsc.sc()
        alive_at = time.monotonic()
        try:
            while not context.isStopped():
                if not self._servers or _has_executor(context):
                    alive_at = time.monotonic()
                elif time.monotonic() - alive_at > _EXECUTOR_SECONDS:
                    channel.send("lost", why=f"its cluster {context.master()} had no executor for {_EXECUTOR_SECONDS} s")
                    return
                time.sleep(_WATCH_SECONDS)
        except Exception:
            return  # the JVM has ended, which Node sees itself

    def stop(self) -> None:
        self._spark.stop()


def _await_executor(context: Any) -> None:
    """Waits for the first executor: without one, Spark would let each job wait for ever. RuntimeError if none comes."""
    deadline = time.monotonic() + _EXECUTOR_SECONDS
    while not context.isStopped() and not _has_executor(context):
        if time.monotonic() > deadline:
            raise RuntimeError(
                f"Could not use the Spark cluster {context.master()}: it started no executor within {_EXECUTOR_SECONDS} s; "
                "start a worker that has a free core and 1 GB of memory, or end the applications that use them."
            )
        time.sleep(0.1)


def _has_executor(context: Any) -> bool:
    return bool(context.getExecutorMemoryStatus().size() > 1)  # the driver is one of them


def _reason(error: Exception) -> str:
    """The first line of Java's exception, or of Python's."""
    java = getattr(error, "java_exception", None)
    text = str(error if java is None else java.toString()).strip()
    return text.split("\n")[0][:500]


def _close(spark: Any, server: Any, run: str) -> None:
    properties = spark._jvm.java.lang.System.getProperties()
    session = properties.remove(session_key(run))
    started = properties.remove(streams_key(run)) or []
    # A command of the notebook may still run in the JVM, and would go on with its next job.
    spark._jsc.sc().cancelJobGroupAndFutureJobs(run)
    if server is not None:
        server.shutdown()
    while queries := _active(session, started):
        for query in queries:
            query.stop()


def _active(session: Any, started: Any) -> list[Any]:
    """The active queries of a session, and those that the notebook started in other sessions."""
    own = list(session.streams().active()) if session is not None else []
    return own or [query for query in started if query.isActive()]


def _warm_delta(spark: Any, folder: str) -> None:
    """Loads Delta's classes in the background: the first Delta table of a new JVM takes seconds, the second 0.3 s."""
    session = spark.newSession()
    address = pathlib.Path(folder).as_uri()  # without a scheme it would be a folder of dbfs:/
    session.range(1).write.format("delta").mode("overwrite").save(address)
    session.read.format("delta").load(address).count()
