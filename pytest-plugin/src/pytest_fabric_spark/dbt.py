"""Fixtures for test suites of dbt adapters: project, profiles and logs of a test class are where the run leaves files.

Load it after dbt's own fixtures, some of which it replaces:

    pytest_plugins = ["dbt.tests.fixtures.project", "pytest_fabric_spark.dbt"]

Locally the folders are where dbt's fixtures have them. In a remote run and in mounted mode they are in the lakehouse, in a folder
with the name that the fixture ``prefix`` gives, so that they can be read in the portal.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import py  # comes with pytest
import pytest

from .artifacts import artifacts_root

# py.path.local, which dbt's fixtures return, too. It has no types.
LocalPath = Any


def pytest_configure(config: pytest.Config) -> None:
    """Ends pytest before the first test if the variables that choose the folders contradict each other."""
    if not config.getoption("remote", False):
        artifacts_root(config.rootpath)


@pytest.fixture(scope="class")
def prefix() -> str:
    """The name of the folders of a test class, made as dbt makes it: unique for each class of each run."""
    return f"test{time.time_ns() // 1000}{random.randint(0, 9999):04}"


@pytest.fixture(scope="class")
def project_root(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory, prefix: str) -> LocalPath:
    """The folder of the dbt project."""
    path = py.path.local(_folder(pytestconfig, prefix, "project") or tmp_path_factory.mktemp("project"))
    print(f"\n=== Test project_root: {path}")
    return path


@pytest.fixture(scope="class")
def profiles_root(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory, prefix: str) -> LocalPath:
    """The folder of profiles.yml."""
    return py.path.local(_folder(pytestconfig, prefix, "profile") or tmp_path_factory.mktemp("profile"))


@pytest.fixture(scope="class")
def logs_dir(pytestconfig: pytest.Config, prefix: str) -> Iterator[str]:
    """The folder of dbt's log, which DBT_LOG_PATH names while the class runs."""
    path = _folder(pytestconfig, prefix, "logs") or pytestconfig.rootpath / "logs" / prefix
    path.mkdir(parents=True, exist_ok=True)
    print(f"\n=== Test logs_dir: {path}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DBT_LOG_PATH", str(path))
        yield str(path)


def _folder(config: pytest.Config, prefix: str, name: str) -> Path | None:
    """A folder in the lakehouse; None if tests run locally."""
    root = artifacts_root(config.rootpath)
    if root is None:
        return None
    path = root / prefix / name
    path.mkdir(parents=True, exist_ok=True)
    return path
