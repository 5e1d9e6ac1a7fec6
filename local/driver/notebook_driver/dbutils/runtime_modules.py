"""The modules of Databricks Runtime by which libraries know that they are in a notebook: ``dbruntime`` and ``pyspark.dbutils``.

databricks-sdk finds here what ``from databricks.sdk.runtime import *`` defines, and host and token of ``WorkspaceClient()``:
https://github.com/databricks/databricks-sdk-py/blob/main/databricks/sdk/runtime/__init__.py
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from typing import Any

from notebook_driver.dbutils.cluster import host_of
from notebook_driver.dbutils.context import Context


class ReplContext:
    """What ``get_context()`` returns."""

    def __init__(self, context: Context) -> None:
        self._context = context
        for name, value in context.fields().items():
            setattr(self, name, value)
        self.workspaceUrl = host_of(context.fields()["apiUrl"])
        self.isInNotebook = True
        self.isInCluster = True
        self.isInJob = context.fields()["jobId"] is not None

    @property
    def apiToken(self) -> str | None:  # noqa: N802
        return self._context.token()


def install_modules(dbutils: Any, context: Context, namespace: Callable[[], dict[str, Any]]) -> None:
    """``namespace`` returns the notebook's own variables."""

    class UserNamespaceInitializer:
        @classmethod
        def getOrCreate(cls) -> UserNamespaceInitializer:  # noqa: N802
            return cls()

        def get_namespace_globals(self) -> dict[str, Any]:
            return namespace()

    def init_runtime_native_auth() -> tuple[str | None, Callable[[], dict[str, str]] | None]:
        host = context.fields()["apiUrl"]
        if host is None:
            return None, None
        return host, lambda: {"Authorization": f"Bearer {context.token()}"}

    runtime = _module("dbruntime", UserNamespaceInitializer=UserNamespaceInitializer)
    runtime.__path__ = []  # a package
    _module("dbruntime.databricks_repl_context", get_context=lambda: ReplContext(context))
    _module("dbruntime.sdk_credential_provider", init_runtime_native_auth=init_runtime_native_auth)
    _module("dbruntime.dbutils", DBUtils=lambda *_: dbutils)
    _module("pyspark.dbutils", DBUtils=lambda *_: dbutils)


def _module(name: str, **names: Any) -> Any:
    module = types.ModuleType(name)
    vars(module).update(names)
    sys.modules[name] = module
    return module
