"""What the Spark job installs before the tests: exactly what the developer has, as far as the project says it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from .lock_tools import LOCK_TOOLS, LockTool, export_lock
from .platform import Dependencies, RemoteError, Requirements
from .requirements_text import SortedRequirements, sort_requirements
from .sentences import could_not

# Files that list the dependencies, in the order in which they are looked for. The first one is for lock files that cannot be
# exported here.
LISTS: list[tuple[str, LockTool | None]] = [
    ("requirements-remote.txt", None),
    *((tool.file, tool) for tool in LOCK_TOOLS),
    ("requirements.txt", None),
]
SHOWN_NAMES = 10
DEEPEST_INCLUDE = 10


def read_dependencies(project: Path, say: Callable[[str], None]) -> Dependencies:
    """Reads the exact dependencies of a project from its lock file, or else what comes nearest.

    Says what is left out. What the developer should change is in the notes.
    """
    found = next(((file, tool) for file, tool in LISTS if (project / file).exists()), None)
    install = _install_of(project)
    if found is None:
        return _without_list(install)
    file, tool = found
    text = export_lock(project, tool) if tool else _read_requirements(project / file)
    requirements = sort_requirements(text, project=project, source=file)
    if requirements.provided:
        provided = ", ".join(dict.fromkeys(requirements.provided))
        say(f"Left out of {file}, because Fabric brings its own: {provided}.")
    notes = [] if tool else _notes(requirements, file)
    return Dependencies(_files(requirements, is_exact=tool is not None), install, file, notes)


def _without_list(install: str) -> Dependencies:
    installed = (
        "pytest, if it has none, and nothing else" if install == "none" else "the newest ones that its pyproject.toml allows"
    )
    note = (
        "The project has no lock file (uv.lock, poetry.lock, pdm.lock) and no requirements.txt, so the versions of its "
        f"dependencies are not pinned: Fabric installs {installed}."
    )
    if install == "none":
        return Dependencies([Requirements("requirements.txt", "pytest\n", exact=False)], install, None, [note])
    return Dependencies([], "withDependencies", "pyproject.toml", [note])


def _files(requirements: SortedRequirements, *, is_exact: bool) -> list[Requirements]:
    hashed, unhashed = requirements.hashed, requirements.unhashed
    lists = {"requirements.txt": hashed, "requirements-without-hashes.txt": unhashed}
    if not is_exact:
        # pip resolves a list that is not exact, which it can do only as a whole.
        lists = {"requirements.txt": list(dict.fromkeys([*hashed, *unhashed]))}
    return [Requirements(name, "\n".join(entries) + "\n", is_exact) for name, entries in lists.items() if entries]


def _notes(requirements: SortedRequirements, file: str) -> list[str]:
    unpinned = requirements.unpinned
    if not unpinned:
        return []
    more = f" and {len(unpinned) - SHOWN_NAMES} more" if len(unpinned) > SHOWN_NAMES else ""
    names = ", ".join(unpinned[:SHOWN_NAMES])
    return [f"{file} does not pin the version of {names}{more}, so that Fabric installs the newest one that it allows."]


def _read_requirements(file: Path, depth: int = 0) -> str:
    """The text of a requirements file with the files that it includes by ``-r`` in their places. Paths become absolute."""
    attempt = f"read {file.name} of the project"
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RemoteError(
            could_not(attempt, error.strerror or str(error), "check that it is a file that you may read")
        ) from error
    except UnicodeDecodeError as error:
        raise RemoteError(could_not(attempt, "it is not in UTF-8", "save it in UTF-8")) from error
    if depth > DEEPEST_INCLUDE:
        raise RemoteError(could_not(attempt, "requirements files include one another in a circle", "remove one -r line"))

    def line_of(line: str) -> str:
        included = re.match(r"\s*(?:-r\s*|--requirement[\s=]\s*)(\S+)\s*(?:#.*)?$", line)
        if included:
            return _read_requirements(Path(os.path.abspath(file.parent / included.group(1))), depth + 1)
        local = re.match(r"(\s*(?:-e\s+|--editable[\s=]\s*)?)(\.{1,2}(?:/\S*)?(?:\[[^\]]*\])?)(.*)$", line)
        if local:
            return f"{local.group(1)}{os.path.abspath(file.parent / local.group(2))}{local.group(3)}"
        constraints = re.match(r"\s*(?:-c\s*|--constraint[\s=]\s*)(\S+)\s*$", line)
        if constraints and not re.match("https?:", constraints.group(1)):
            # pip does not take a constraint for a requirement, and has it in a file of its own.
            return f"--constraint {os.path.abspath(file.parent / constraints.group(1))}"
        return line

    return "\n".join(line_of(line) for line in text.splitlines())


def _install_of(project: Path) -> str:
    """How the project itself is installed: ``alone``, or ``none`` if it is not a package.

    Without a build system, uv, Poetry and PDM do not install it either, and pip would take any folder of modules for a package.
    https://docs.astral.sh/uv/concepts/projects/config/#build-systems
    """
    try:
        text = (project / "pyproject.toml").read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        text = ""
    except (OSError, UnicodeDecodeError) as error:
        raise RemoteError(
            could_not("read pyproject.toml of the project", str(error), "check that it is a file in UTF-8")
        ) from error
    uv = re.search(r"^\s*\[\s*tool\.uv\s*\](.*?)(?=^\s*\[|\Z)", text, re.DOTALL | re.MULTILINE)
    if re.search(r"^\s*package-mode\s*=\s*false\b", text, re.MULTILINE):
        return "none"
    if uv and re.search(r"^\s*package\s*=\s*false\b", uv.group(1), re.MULTILINE):
        return "none"
    has_build_system = re.search(r"^\s*\[\s*build-system\s*\]", text, re.MULTILINE)
    return "alone" if has_build_system or (project / "setup.py").exists() else "none"
