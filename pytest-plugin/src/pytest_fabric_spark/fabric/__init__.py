"""Runs tests on Microsoft Fabric."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from ..platform import Platform
from ..quick_import import postpone_package, without_garbage_collection
from ..settings import load_settings, read_environment


def fabric_platform(rootdir: Path, say: Callable[[str], None]) -> Platform:
    """Microsoft Fabric with the settings of a project.

    :param say: shows a line to the developer
    :raises RemoteError: if settings are missing, nobody is signed in, or the workspace or its items are not found
    """
    environment = read_environment(rootdir)
    settings = load_settings(rootdir, environment, say)
    for name, value in environment.items():
        # azure-identity reads them from the environment only.
        if name.startswith("AZURE_"):
            os.environ.setdefault(name, value)
    # Nobody who runs tests locally waits for these to be loaded, or needs to have them.
    postpone_package("microsoft_fabric_api")
    with without_garbage_collection():
        from .microsoft_fabric import FabricPlatform

    return FabricPlatform(settings, say)
