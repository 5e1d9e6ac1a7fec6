"""A notebook's session on a server of Spark Connect.

https://spark.apache.org/docs/latest/spark-connect-overview.html says what such a session lacks; local/driver/README.md lists it.
"""

from __future__ import annotations

import functools
import os
import pwd
import time
import warnings
from typing import Any, NoReturn

import grpc
from pyspark.sql import SparkSession as ClassicSession
from pyspark.sql.connect.client import DefaultChannelBuilder, SparkConnectClient, core
from pyspark.sql.connect.client.retries import DefaultPolicy, RetryPolicyState
from pyspark.sql.connect.session import SparkSession

from notebook_driver import connect_parameters
from notebook_driver.failure import CellFailure

# PySpark tries for ten minutes to reach a server that has ended.
_PATIENCE_SECONDS = 10
_FIRST_PATIENCE_SECONDS = 5
_LAST_PATIENCE_SECONDS = 1
# So that a call ends whose server's machine has vanished. A server refuses to be asked more often than every five minutes.
_CHANNEL_OPTIONS = [("grpc.keepalive_time_ms", 360_000), ("grpc.keepalive_timeout_ms", 20_000)]
# What the JVM of a workspace starts with, as far as a session can set it (local/driver/spark-conf.ts says why).
_CONF = {
    "spark.sql.sources.default": "delta",
    "spark.sql.session.timeZone": "Etc/UTC",
    "spark.sql.legacy.parameterSubstitution.constantsOnly": "true",
    # Without this the message of an error is Java's stack trace.
    "spark.sql.connect.serverStacktrace.enabled": "false",
}


class ServerLost(CellFailure):
    """The server does not answer."""


class NoContext:
    """The ``sc`` of a notebook on Spark Connect: any use fails with one sentence."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise RuntimeError(
            f"Could not use sc.{name}: Spark Connect has no SparkContext and no RDDs; use DataFrames, or set spark.master to "
            "local[*] or spark://… in the workspace's configuration."
        )


class _Patience(DefaultPolicy):
    """PySpark's policy, with a limit to the time that a call is tried again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(max_backoff=2000)
        self.seconds = seconds

    def to_state(self) -> RetryPolicyState:
        return _PatienceState(self)


class _PatienceState(RetryPolicyState):
    def __init__(self, policy: _Patience) -> None:
        super().__init__(policy)
        self._started: float | None = None

    def next_attempt(self, exception: BaseException | None = None) -> int | None:
        now = time.monotonic()
        self._started = self._started or now
        if now - self._started > self.policy.seconds:  # type: ignore[attr-defined]
            return None
        return super().next_attempt(exception)


def create_client(url: str, session: str) -> SparkConnectClient:
    """A client of a session that only ends it, and gives up soon if the server does not answer."""
    client = SparkConnectClient(_channel(url, session), user_id=_user())
    client.set_retry_policies([_Patience(_LAST_PATIENCE_SECONDS)])
    return client


def connect(url: str, shown: str, session_id: str) -> Any:
    """The notebook's session, which a Python that restarted finds again by its id. ``shown`` is the address without secrets."""
    warnings.filterwarnings("ignore", message=r"\[RETRIES_EXCEEDED\]")  # the error says more
    _keep_root_causes()
    session = SparkSession(_channel(url, session_id), userId=_user())
    client = session._client
    client._handle_rpc_error = functools.partial(_fail, client._handle_rpc_error, shown)  # type: ignore[method-assign]
    client.set_retry_policies([_Patience(_FIRST_PATIENCE_SECONDS)])
    session.conf._set_all(configs=_CONF, silent=True)
    client.set_retry_policies([_Patience(_PATIENCE_SECONDS)])
    session.stop = lambda: print("Spark goes on: the server is shared.")  # type: ignore[method-assign]
    _make_default(session)
    connect_parameters.install(session)
    return session


def _keep_root_causes() -> None:
    """Makes errors have the message of the exception that began them: Spark's own may say only that a task has failed."""
    convert = core.convert_exception

    def converted(info: Any, message: str, details: Any, *rest: Any) -> Any:
        error = convert(info, message, details, *rest)
        if details is not None and details.HasField("root_error_idx"):
            first = details.errors[details.root_error_idx]
            while first.HasField("cause_idx") and first.cause_idx < len(details.errors):  # the server cuts a long chain
                first = details.errors[first.cause_idx]
            error.root_cause = first.message  # type: ignore[attr-defined]
        return error

    core.convert_exception = converted


def _channel(url: str, session_id: str) -> DefaultChannelBuilder:
    builder = DefaultChannelBuilder(url, _CHANNEL_OPTIONS)
    builder.set(DefaultChannelBuilder.PARAM_SESSION_ID, session_id)
    return builder


def _user() -> str:
    """The user under which the server has the session, whatever a notebook's environment says."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _make_default(session: SparkSession) -> None:
    """Makes builders return the session. PySpark's asks for an address, which may contain a token, in the environment."""
    os.environ["SPARK_CONNECT_MODE_ENABLED"] = "1"
    SparkSession._set_default_and_active_session(session)

    def get_or_create(builder: Any) -> SparkSession:
        own = {name: value for name, value in builder._options.items() if name not in ("spark.remote", "spark.master")}
        if own:
            session.conf._set_all(configs=own, silent=True)
        return session

    ClassicSession.Builder.getOrCreate = get_or_create  # type: ignore[method-assign,assignment]
    SparkSession.Builder.getOrCreate = get_or_create  # type: ignore[method-assign]


def _fail(handle: Any, shown: str, error: grpc.RpcError) -> NoReturn:
    if error.code() is grpc.StatusCode.UNAVAILABLE:
        raise ServerLost(
            f"Could not reach the Spark Connect server {shown}: {_details(error)}; if it has ended, start it and run the "
            "notebook again, otherwise correct spark.master in notebook-ops.local.yml."
        ) from None
    handle(error)
    raise AssertionError("handle raises")


def _details(error: grpc.RpcError) -> str:
    text = str(error.details() or "it does not answer")
    return text.rsplit("last error: ", 1)[-1].removeprefix("UNKNOWN: ").strip().rstrip(".")
