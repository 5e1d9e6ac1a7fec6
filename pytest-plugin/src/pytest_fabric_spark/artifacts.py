"""Where tests leave what is for the reader: FABRIC_TEST_SPARK_EXEC_MODE is `remote`, `mounted` or empty."""

from __future__ import annotations

import os
from pathlib import Path

from .platform import RemoteError
from .sentences import could_not, did_you_mean

_MODES = ("remote", "mounted")


def artifacts_folder(rootdir: Path) -> Path:
    """The folder for artifacts in the mode of this process."""
    mode = os.environ.get("FABRIC_TEST_SPARK_EXEC_MODE", "").strip().lower()
    if mode == "":
        return rootdir / "remote-test-results" / "artifacts"
    if mode not in _MODES:
        advice = did_you_mean(mode, _MODES, f"known: {', '.join(_MODES)}")
        raise RemoteError(could_not("find the folder for artifacts", f"FABRIC_TEST_SPARK_EXEC_MODE is {mode!r}", advice))
    variable = "FABRIC_TEST_ARTIFACTS" if mode == "remote" else "FABRIC_TEST_ONELAKE_PATH"
    folder = os.environ.get(variable)
    if not folder:
        raise RemoteError(
            could_not(
                "find the folder for artifacts", f"FABRIC_TEST_SPARK_EXEC_MODE is {mode}, and {variable} is not set", "set it"
            )
        )
    return Path(folder) if mode == "remote" else Path(folder) / "test-artifacts"
