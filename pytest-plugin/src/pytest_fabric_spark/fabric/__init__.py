"""Runs tests on Microsoft Fabric."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..platform import Platform
from ..settings import load_settings, read_environment


def fabric_platform(rootdir: Path, say: Callable[[str], None]) -> Platform:
    """Microsoft Fabric with the settings of a project.

    :param say: shows a line to the developer
    :raises RemoteError: if settings are missing, nobody is signed in, or the workspace or its items are not found
    """
    settings = load_settings(rootdir, read_environment(rootdir), say)
    # Nobody who runs tests locally waits for these to be loaded, or needs to have them.
    from .fabric_platform import FabricPlatform

    return FabricPlatform(settings, say)
