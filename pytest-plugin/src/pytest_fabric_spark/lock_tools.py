"""Exports lock files by the tools that wrote them.

Each tool has its own rules for groups, extras, markers and sources, which change with its versions; a reader of ours would
install something else than the developer has, and nobody would see it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .platform import RemoteError
from .sentences import could_not, one_line

TIMEOUT_SECONDS = 120
LONGEST_REASON = 600
# PDM exports hashes for all entries or for none, and asks for this option if a folder of the project is one of them.
NO_HASHES = "--no-hashes"


@dataclass(frozen=True)
class LockTool:
    """A tool and its lock file."""

    name: str
    file: str
    # Everything that is locked, with all extras and groups: which of them the tests need is not known, and what is left out would
    # be missing.
    export: str
    install: str


LOCK_TOOLS = [
    # https://docs.astral.sh/uv/reference/cli/#uv-export
    LockTool(
        "uv",
        "uv.lock",
        "export --quiet --frozen --format requirements-txt --all-extras --all-groups --no-emit-project --no-header --no-annotate",
        "pip install uv",
    ),
    # https://github.com/python-poetry/poetry-plugin-export
    LockTool(
        "poetry",
        "poetry.lock",
        "export --no-interaction --no-ansi --format requirements.txt --all-extras --all-groups",
        "pip install poetry poetry-plugin-export",
    ),
    # https://pdm-project.org/en/latest/reference/cli/#export
    LockTool("pdm", "pdm.lock", "export --format requirements --group :all", "pip install pdm"),
]


def export_lock(project: Path, tool: LockTool) -> str:
    """The content of a lock file as the text of a requirements file."""
    otherwise = "or write requirements-remote.txt into the project folder, which is then taken instead"

    def failed(problem: str, advice: str) -> RemoteError:
        return RemoteError(could_not(f"read the dependencies of the project from {tool.file}", problem, f"{advice}, {otherwise}"))

    program = shutil.which(tool.name)
    if program is None:
        raise failed(f"this machine has no {tool.name}, which can export that file", f"run `{tool.install}`")
    is_current = f"check that {tool.file} is up to date"
    arguments = tool.export.split()
    try:
        done = _run(program, arguments, project)
        if done.returncode != 0 and NO_HASHES in done.stderr:
            done = _run(program, [*arguments, NO_HASHES], project)
    except subprocess.TimeoutExpired as error:
        raise failed(f"{tool.name} export took longer than {TIMEOUT_SECONDS} s", is_current) from error
    except OSError as error:
        raise failed(f"{tool.name} could not be started: {error.strerror}", f"check {program}") from error
    if done.returncode == 0:
        return done.stdout
    said = one_line(_last_lines(done.stderr) or _last_lines(done.stdout), LONGEST_REASON)
    # Poetry has the command only with a plugin.
    lacks_export = tool.name == "poetry" and "export" in said and ("does not exist" in said or "is not defined" in said)
    problem = f"{tool.name} export failed: {said or 'it printed nothing'}"
    raise failed(problem, f"run `{tool.install}`" if lacks_export else is_current)


def _run(program: str, arguments: list[str], project: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program, *arguments],
        cwd=project,
        env={**os.environ, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=TIMEOUT_SECONDS,
        check=False,
    )


def _last_lines(text: str) -> str:
    """Tools print what they did before why they failed."""
    return "\n".join(text.strip().splitlines()[-5:])
