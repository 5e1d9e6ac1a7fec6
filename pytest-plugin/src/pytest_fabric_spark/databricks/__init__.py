"""Runs tests on Databricks."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from ..platform import Platform, RemoteError
from ..quick_import import postpone_package, without_garbage_collection
from ..sentences import could_not
from ..settings import project_name, read_environment
from .settings import load_settings, require_host


def databricks_platform(rootdir: Path, say: Callable[[str], None]) -> Platform:
    """Databricks with the settings of a project.

    :param say: shows a line to the developer
    :raises RemoteError: if settings or the package databricks-sdk are missing, or nobody is signed in
    """
    environment = read_environment(rootdir)
    settings = load_settings(environment, say)
    if find_spec("databricks") is None or find_spec("databricks.sdk") is None:
        advice = 'run pip install "pytest-fabric-spark[databricks]"'
        raise RemoteError(could_not("run the tests on Databricks", "the package databricks-sdk is not installed", advice))
    for name, value in environment.items():
        # The SDK reads them from the environment only. https://docs.databricks.com/dev-tools/auth/env-vars
        if name.startswith(("DATABRICKS_", "ARM_", "AZURE_")):
            os.environ.setdefault(name, value)
    require_host(environment.get("DATABRICKS_HOST", ""), settings.allowed_hosts)
    # Nobody who runs tests locally waits for it to be loaded, or needs to have it.
    postpone_package("databricks.sdk")
    with without_garbage_collection():
        from .databricks_platform import DatabricksPlatform

    return DatabricksPlatform(settings, project_name(rootdir))
