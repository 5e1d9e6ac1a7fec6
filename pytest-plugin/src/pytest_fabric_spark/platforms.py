"""The platforms by the names that REMOTE_SPARK has."""

from __future__ import annotations

import importlib
from collections.abc import Callable

import pytest

from .platform import Platform, RemoteError
from .sentences import could_not, did_you_mean

# Module and function of each: they import much.
_FACTORIES = {"fabric": ("fabric", "fabric_platform"), "databricks": ("databricks", "databricks_platform")}


def remote_platform(config: pytest.Config, name: str, say: Callable[[str], None]) -> Platform:
    """The platform of a name. Raises RemoteError if there is none, or if settings are missing."""
    found: Platform | None = config.hook.pytest_remote_platform(config=config, name=name, say=say)
    if found is not None:
        return found
    if name not in _FACTORIES:
        advice = did_you_mean(name, _FACTORIES, f"known: {', '.join(_FACTORIES)}")
        raise RemoteError(could_not("run the tests remotely", f"REMOTE_SPARK is {name!r}, which is not a platform", advice))
    module, function = _FACTORIES[name]
    factory = getattr(importlib.import_module(f".{module}", __package__), function)
    platform: Platform = factory(config.rootpath, say)
    return platform
