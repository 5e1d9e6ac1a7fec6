"""A session of pytest in a process of its own, as a developer starts it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def begin(project: Path, *arguments: str) -> subprocess.Popen[str]:
    """Starts pytest with the plugin of this repository."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment["PYTHONPATH"] = str(ROOT / "pytest-plugin/src")
    command = [sys.executable, "-m", "pytest", "-p", "pytest_fabric_spark.plugin", "-p", "no:cacheprovider", "-rA", *arguments]
    return subprocess.Popen(
        command, cwd=project, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )


def summary(output: str) -> list[str]:
    """The lines of the short summary."""
    return re.findall(r"^(?:PASSED|FAILED|SKIPPED|ERROR) .*", output, re.MULTILINE)
