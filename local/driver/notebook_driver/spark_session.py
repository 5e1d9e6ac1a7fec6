"""A notebook process's Spark session: in the workspace's JVM, on Spark Connect, or none."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable
from typing import Any

from notebook_driver.channel import Channel
from notebook_driver.keeper import session_key


class _WithoutInterrupt(logging.Filter):
    """Drops what Py4J logs about a call that was interrupted: three tracebacks, although the call raises KeyboardInterrupt."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not record.getMessage().startswith(
            ("KeyboardInterrupt while sending command", "Exception occurred while shutting down")
        )


class NoSpark:
    """The ``spark`` of a workspace without Spark: any use fails with one sentence."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(
            f"Could not use spark.{name}: this workspace was started with spark.master 'none'; "
            "set spark.master to local[*], spark://… or sc://… in its configuration."
        )


def attach(channel: Channel, run: str, conf: dict[str, str], new_session: Callable[[Any, Any], Any]) -> tuple[Any, Any]:
    """``(spark, sc)`` of this run; waits until the workspace's Spark is up. Any use of the ``sc`` of Spark Connect fails.

    ``new_session`` makes the run's session; its arguments are the JVM and the JVM's default session.
    """
    where = channel.ask("spark")
    if where["kind"] == "none":
        return NoSpark(), NoSpark()
    # They print each error of an analysis as a page of JSON, although the exception says the same.
    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
        logging.getLogger(name).disabled = True
    for name in (None, "py4j.clientserver"):
        logging.getLogger(name).addFilter(_WithoutInterrupt())
    if where["kind"] == "connect":
        from notebook_driver.connect import NoContext, connect

        session = connect(where["url"], where["shown"], where["session"])
        _apply(session, conf)
        return session, NoContext()
    session, context = _attach_to_jvm(where, run, new_session)
    _apply(session, conf)
    return session, context


def _attach_to_jvm(where: dict[str, Any], run: str, new_session: Callable[[Any, Any], Any]) -> tuple[Any, Any]:
    os.environ["PYSPARK_GATEWAY_PORT"] = str(where["port"])
    os.environ["PYSPARK_GATEWAY_SECRET"] = where["secret"]
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    gateway = launch_gateway()
    for name in ("PYSPARK_GATEWAY_PORT", "PYSPARK_GATEWAY_SECRET"):
        del os.environ[name]
    jvm = gateway.jvm
    # A Python that restarted finds its session again, with its temporary views.
    properties = jvm.java.lang.System.getProperties()
    jsession = properties.get(session_key(run))
    if jsession is None:
        jsession = new_session(jvm, jvm.org.apache.spark.sql.classic.SparkSession.getDefaultSession().get())
        properties.put(session_key(run), jsession)
    jsc = jvm.org.apache.spark.api.java.JavaSparkContext(jsession.sparkContext())
    context = SparkContext(gateway=gateway, jsc=jsc, conf=SparkConf(loadDefaults=False, _jconf=jsc.getConf()))
    # PySpark's own handler would cancel the jobs of all notebooks; those of this run are cancelled by their group.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sessions = jvm.org.apache.spark.sql.classic.SparkSession

    def enter_run() -> None:
        sessions.setActiveSession(jsession)
        jsc.setJobGroup(run, f"notebook run {run}", True)

    enter_run()
    _in_each_thread(gateway, enter_run)
    context.environment["PYTHONPATH"] = os.getcwd()
    # The JVM belongs to the workspace: a notebook that stops its session must not end those of others.
    context.stop = session_stop = lambda: print("Spark goes on: the cluster is shared.")
    session = SparkSession(context, jsession)
    session.stop = session_stop
    return session, context


def _in_each_thread(gateway: Any, enter: Callable[[], None]) -> None:
    """Calls ``enter`` in the JVM's thread of each thread that the notebook starts.

    Without it such a thread uses the workspace's session, in which Delta does not find a table that the notebook creates, and its
    jobs outlive the run.
    """
    client = gateway._gateway_client
    connect = client._create_new_connection

    def connect_and_enter() -> Any:
        connection = connect()
        enter()
        client.deque.remove(connection)  # the call in ``enter`` gave it back, as will the call for which it was made
        return connection

    client._create_new_connection = connect_and_enter


def _apply(session: Any, conf: dict[str, str]) -> None:
    """Sets a cluster's spark_conf in the session. Settings that only a starting JVM reads are skipped."""
    for key, value in conf.items():
        try:
            session.conf.set(key, value)
        except Exception as error:
            if "CANNOT_MODIFY" not in str(error) and "Cannot modify" not in str(error):
                raise
