"""Keeps the workspace's JVM: its SparkContext, and for each notebook run a Py4J server of its own.

One process, forked from the host when the JVM is up. A notebook's process may vanish at any moment; what it left in the
JVM (streams, jobs, its server) is ended from here.
"""

from __future__ import annotations

import os
import threading
from typing import Any

from notebook_driver.channel import Channel


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
        run = request["run"]
        try:
            answer = (_open if request["do"] == "open" else _close)(spark, servers, run)
            channel.send("answer", number=request["number"], value=answer)
        except Exception as error:
            channel.send("answer", number=request["number"], error=f"{type(error).__name__}: {error}")
    spark.stop()


def _open(spark: Any, servers: dict[str, Any], run: str) -> dict[str, Any]:
    server = spark._jvm.org.apache.spark.api.python.Py4JServer(spark._jsc.sc().conf())
    server.start()
    servers[run] = server
    return {"port": server.getListeningPort(), "secret": server.secret()}


def _close(spark: Any, servers: dict[str, Any], run: str) -> int:
    """Ends what a run left. Returns the number of streams that were still running."""
    alive = 0
    session = spark._jvm.java.lang.System.getProperties().remove(session_key(run))
    spark._jsc.sc().cancelJobGroup(run)
    if session is not None:
        for query in session.streams().active():
            alive += 1
            query.stop()
    server = servers.pop(run, None)
    if server is not None:
        server.shutdown()
    return alive


def _warm_delta(spark: Any, folder: str) -> None:
    """Loads Delta's classes in the background: the first Delta table of a new JVM takes seconds, the second 0.3 s."""
    session = spark.newSession()
    session.range(1).write.format("delta").mode("overwrite").save(folder)
    session.read.format("delta").load(folder).count()
