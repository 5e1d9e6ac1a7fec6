"""Keeps the workspace's JVM: its SparkContext, and for each notebook run a Py4J server of its own.

One process, forked from the host when the JVM is up. A notebook's process may vanish at any moment; what it left in the
JVM (streams, jobs, its server) is ended from here.
"""

from __future__ import annotations

import os
import threading
from typing import Any

from notebook_driver.channel import Channel
from notebook_driver.streams import streams_key


def session_key(run: str) -> str:
    """The JVM property in which a notebook process puts its session, so that the keeper finds it."""
    return f"notebook-ops.session.{run}"


def keep(command: dict[str, Any]) -> None:
    os.environ["PYSPARK_GATEWAY_PORT"] = str(command["gateway"]["port"])
    os.environ["PYSPARK_GATEWAY_SECRET"] = command["gateway"]["secret"]
    from pyspark.sql import SparkSession

    channel = Channel(command["socket"], command["run"], command["nonce"])
    spark = SparkSession.builder.getOrCreate()
    servers: dict[str, Any] = {}
    threading.Thread(target=_warm_delta, args=(spark, command["warmUpFolder"]), daemon=True).start()
    channel.send("kept")
    while (request := channel.read()) is not None:
        # A stream that takes long to stop must not keep other runs waiting.
        threading.Thread(target=_answer, args=(channel, spark, servers, request), daemon=True).start()
    spark.stop()


def _answer(channel: Channel, spark: Any, servers: dict[str, Any], request: dict[str, Any]) -> None:
    try:
        answer = (_open if request["do"] == "open" else _close)(spark, servers, request["run"])
        channel.send("answer", number=request["number"], value=answer)
    except Exception as error:
        channel.send("answer", number=request["number"], error=f"{type(error).__name__}: {error}")


def _open(spark: Any, servers: dict[str, Any], run: str) -> dict[str, Any]:
    server = spark._jvm.org.apache.spark.api.python.Py4JServer(spark._jsc.sc().conf())
    server.start()
    servers[run] = server
    return {"port": server.getListeningPort(), "secret": server.secret()}


def _close(spark: Any, servers: dict[str, Any], run: str) -> int:
    """Ends what a run left. Returns the number of streams that were still running. The run's Python process has ended."""
    properties = spark._jvm.java.lang.System.getProperties()
    session = properties.remove(session_key(run))
    started = properties.remove(streams_key(run)) or []
    # A command of the notebook may still run in the JVM, and would go on with its next job.
    spark._jsc.sc().cancelJobGroupAndFutureJobs(run)
    server = servers.pop(run, None)
    if server is not None:
        server.shutdown()
    alive = 0
    while queries := _active(session, started):
        for query in queries:
            alive += 1
            query.stop()
    return alive


def _active(session: Any, started: Any) -> list[Any]:
    """The active queries of a session, and those that the notebook started in other sessions."""
    own = list(session.streams().active()) if session is not None else []
    return own or [query for query in started if query.isActive()]


def _warm_delta(spark: Any, folder: str) -> None:
    """Loads Delta's classes in the background: the first Delta table of a new JVM takes seconds, the second 0.3 s."""
    session = spark.newSession()
    session.range(1).write.format("delta").mode("overwrite").save(folder)
    session.read.format("delta").load(folder).count()
