"""Hooks of this plugin that other plugins implement."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .platform import Platform


@pytest.hookspec(firstresult=True)
def pytest_remote_platform(config: pytest.Config, name: str, say: Callable[[str], None]) -> Platform | None:
    """The platform whose name REMOTE_SPARK is, or None. ``say`` prints a line for the developer.

    A conftest.py that implements it is read on the remote side, too, where this plugin need not be: mark it with
    ``@pytest.hookimpl(optionalhook=True)``.
    """
