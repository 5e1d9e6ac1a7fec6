"""Where tests leave files: in the lakehouse of a remote run, in a mounted lakehouse, or in pytest's temporary folder."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path

import pytest

from .platform import RemoteError
from .sentences import could_not, did_you_mean

# The modes of FABRIC_TEST_SPARK_EXEC_MODE. The entry point sets ``remote`` inside Fabric.
modes = ("local", "remote", "mounted")

# The folder of each process in a mounted lakehouse, which several runs share. Sorted by name, the folders are sorted by time.
_session_folder = f"{datetime.now(timezone.utc):%Y-%m-%dT%H-%M-%S}-{os.getpid()}"

# Azure Storage and Windows take longer names, but the whole path counts on Windows.
_longest_name = 120


def artifacts_root(rootdir: Path) -> Path | None:
    """The folder in the lakehouse for files that tests leave; None if tests run locally.

    Raises pytest.UsageError if the variables that choose it, in the environment or in test.env, contradict each other.
    """
    environment = _environment(rootdir)
    mode = execution_mode(environment)
    if mode == "remote":
        path = environment.get("FABRIC_TEST_ARTIFACTS")
        if not path:
            raise _unusable(
                "FABRIC_TEST_SPARK_EXEC_MODE is remote, but FABRIC_TEST_ARTIFACTS is not set",
                "leave both unset on your machine, because a remote run sets them inside Fabric",
            )
        return Path(path)
    if mode == "mounted":
        path = environment.get("FABRIC_TEST_ONELAKE_PATH")
        if not path:
            raise _unusable(
                "FABRIC_TEST_SPARK_EXEC_MODE is mounted, but FABRIC_TEST_ONELAKE_PATH is not set",
                "set it to the folder on this machine where Files of the lakehouse is mounted",
            )
        if not Path(path).is_dir():
            raise _unusable(
                f"FABRIC_TEST_ONELAKE_PATH is {path}, which is not a folder",
                "check that the lakehouse is mounted there",
            )
        return Path(path).absolute() / "dbt-test-artifacts"
    return None


def execution_mode(environment: Mapping[str, str]) -> str:
    """``local``, ``remote`` or ``mounted``. Raises pytest.UsageError if the variable has another value."""
    value = environment.get("FABRIC_TEST_SPARK_EXEC_MODE", "").strip().lower() or "local"
    if value not in modes:
        advice = did_you_mean(value, modes, "set it to mounted, or leave it unset")
        raise _unusable(f"FABRIC_TEST_SPARK_EXEC_MODE has the unknown value {value!r}", advice)
    return value


def _environment(rootdir: Path) -> Mapping[str, str]:
    from .settings import read_environment  # imports much, and most sessions have no such test

    try:
        return read_environment(rootdir)
    except RemoteError as error:
        raise pytest.UsageError(str(error)) from None


@pytest.fixture
def remote_artifacts_dir(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new folder for files that this test leaves for the reader.

    In a remote run it is below FABRIC_TEST_ARTIFACTS, which is downloaded to remote-test-results/artifacts; in mounted mode below
    dbt-test-artifacts in the lakehouse, in a folder of this run; otherwise in pytest's temporary folder.
    """
    rootdir, name = request.config.rootpath, folder_name(request.node.nodeid)
    root = artifacts_root(rootdir)
    if root is None:
        return tmp_path_factory.mktemp(name)
    if execution_mode(_environment(rootdir)) == "mounted":
        root = root / _session_folder
    path = root / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def folder_name(node_id: str) -> str:
    """A name that a folder can have on every system: ``tests/test_a.py::TestB::test_c`` becomes ``tests.test_a.TestB.test_c``.

    The name ends with a digest if the node id is long, or has more than letters, digits, underscores and hyphens between its
    separators, so that two tests never share a folder.
    """
    name = re.sub(r"\.py(?=::|$)", "", node_id).replace("::", ".").replace("/", ".")
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("._")
    if re.fullmatch(r"[\w/-]+\.py(::[\w-]+)*", node_id, re.ASCII) and plain == name and len(plain) <= _longest_name:
        return plain
    digest = hashlib.sha256(node_id.encode("utf-8", "backslashreplace")).hexdigest()[:8]
    return f"{plain[:_longest_name]}-{digest}"


def _unusable(problem: str, advice: str) -> pytest.UsageError:
    return pytest.UsageError(could_not("find the folder for files that tests leave", problem, advice))
