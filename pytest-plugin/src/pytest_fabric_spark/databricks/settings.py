"""The settings of remote runs on Databricks. Who signs in, and where, is read by databricks-sdk itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..hosts import host_problem
from ..platform import RemoteError
from ..sentences import could_not, nearest_name, one_line

_PREFIX = "DATABRICKS_TEST_"
_NAMES = ("VOLUME", "CLUSTER_ID", "ENVIRONMENT_VERSION", "ALLOWED_HOSTS")
# With Python 3.12, and supported until August 2028: https://docs.databricks.com/release-notes/serverless/environment-version/
_ENVIRONMENT_VERSION = "4"
_EXAMPLE = "/Volumes/main/default/tests"
# https://learn.microsoft.com/azure/databricks/workspace/workspace-details#workspace-url, and those of the other clouds
_HOSTS = (
    *(".azuredatabricks.net", ".databricks.azure.us", ".databricks.azure.cn"),
    *(".cloud.databricks.com", ".cloud.databricks.us", ".gcp.databricks.com"),
)


@dataclass(frozen=True)
class DatabricksSettings:
    """Where tests run."""

    # A volume, or a folder in one: ``/Volumes/<catalog>/<schema>/<volume>[/<folder>]``.
    volume: str
    # None for serverless compute.
    cluster_id: str | None
    # Of serverless compute, which decides about the version of Python.
    environment_version: str
    # Hosts, or hosts with ports, that may get the token besides those of Databricks.
    allowed_hosts: tuple[str, ...]


def load_settings(environment: Mapping[str, str], say: Callable[[str], None]) -> DatabricksSettings:
    """Reads all settings, and says which variables are probably misspelt. All that is missing or wrong is one error."""
    values = {name: value.strip() for name, value in environment.items() if name.startswith(_PREFIX) and value.strip()}
    problems = []
    volume = values.get(f"{_PREFIX}VOLUME", "").removeprefix("dbfs:").rstrip("/")
    if not volume:
        problems.append(f"{_PREFIX}VOLUME (the volume for the files of runs, such as {_EXAMPLE}) is not set")
    elif not re.fullmatch(r"/Volumes(/(?!\.\.?(/|$))[^/\\\x00-\x1f\x7f]+){3,}", volume):
        problems.append(f'{_PREFIX}VOLUME is "{one_line(volume)}", which is not a volume such as {_EXAMPLE}')
    version = values.get(f"{_PREFIX}ENVIRONMENT_VERSION", _ENVIRONMENT_VERSION)
    if not re.fullmatch(r"\d{1,3}", version):
        problems.append(f'{_PREFIX}ENVIRONMENT_VERSION is "{one_line(version)}", which is not a number')
    misspelt = _misspelt(values)
    if problems:
        hints = [f'{name} looks like a misspelt "{meant}"' for name, meant in misspelt]
        advice = "set it in the environment or in test.env"
        raise RemoteError(could_not("run the tests on Databricks", "; ".join([*problems, *hints]), advice))
    for name, meant in misspelt:
        say(f'The variable {name} has no effect; did you mean "{meant}"?')
    allowed_hosts = tuple(values.get(f"{_PREFIX}ALLOWED_HOSTS", "").lower().replace(",", " ").split())
    return DatabricksSettings(volume, values.get(f"{_PREFIX}CLUSTER_ID"), version, allowed_hosts)


def require_host(host: str, allowed: tuple[str, ...]) -> None:
    """Fails unless the SDK may send a token to DATABRICKS_HOST. It sends it to this host only."""
    problem = host_problem(host if "://" in host else f"https://{host}", _HOSTS, allowed) if host else None
    if problem:
        advice = f"correct DATABRICKS_HOST, or add the host to {_PREFIX}ALLOWED_HOSTS if you trust it"
        raise RemoteError(could_not(f"use {one_line(host)} (DATABRICKS_HOST)", problem, advice))


def _misspelt(values: Mapping[str, str]) -> list[tuple[str, str]]:
    found = []
    for name in sorted(values):
        rest = name.removeprefix(_PREFIX)
        nearest = None if rest in _NAMES else nearest_name(rest, _NAMES)
        if nearest is not None and f"{_PREFIX}{nearest}" not in values:
            found.append((name, f"{_PREFIX}{nearest}"))
    return found
