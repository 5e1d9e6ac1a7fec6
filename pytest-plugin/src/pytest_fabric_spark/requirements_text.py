"""Sorts the entries of a requirements file for pip in the Spark job, as the task's requirements-text.ts does."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from .platform import RemoteError
from .sentences import could_not

# What Fabric's Spark runtime brings. Another version of it would run beside, or in place of, the Spark that the tests are for.
# dummy-notebookutils has empty functions with the names of the real ones.
PROVIDED_BY_FABRIC = frozenset(["pyspark", "pyspark-client", "pyspark-connect", "py4j", "delta-spark", "dummy-notebookutils"])


@dataclass
class SortedRequirements:
    """The entries of a requirements file."""

    # pip checks the hashes of a list only if each entry has one.
    hashed: list[str] = field(default_factory=list)
    # The others: those from Git, from a folder of the project, or of a list without hashes.
    unhashed: list[str] = field(default_factory=list)
    # The names of those that are left out.
    provided: list[str] = field(default_factory=list)
    # The names of those that are not one exact version.
    unpinned: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Place:
    project: Path
    source: str


def sort_requirements(text: str, *, project: Path, source: str) -> SortedRequirements:
    """Sorts the entries of a text without ``-r`` lines. Paths become relative to the project, where pip runs in Fabric.

    Raises RemoteError, which names the first entry that Fabric cannot install.
    """
    found = SortedRequirements()
    place = _Place(project, source)
    options: list[str] = []
    for entry in _entries(text):
        if re.search(r"^-(?!e\b|-)|^--(?!editable\b)", entry):
            options.append(_option(entry, place))
            continue
        name = _name(entry)
        if name is not None and _normalized(name) in PROVIDED_BY_FABRIC:
            found.provided.append(_normalized(name))
            continue
        local = _local_path(entry, project)
        if local is not None:
            found.unhashed.append(_relative_entry(entry, local, place))
        elif re.search(r"\s--hash[=\s]", entry):
            found.hashed.append(entry)
        else:
            found.unhashed.append(entry)
        is_pinned = re.search(r"===?\s*[^\s*;,]+(?![^;]*\*)|\s@\s", entry.split(";")[0])
        if local is None and name is not None and not is_pinned:
            found.unpinned.append(name)
    # Options such as --index-url hold for every list.
    for entries in (found.hashed, found.unhashed):
        if entries:
            entries[:0] = options
    return found


def _entries(text: str) -> list[str]:
    """Logical lines, without comments. A comment begins at a line's start or after a space."""
    lines = re.sub(r"\\\r?\n", " ", text.removeprefix("\ufeff")).splitlines()
    entries = (" ".join(re.sub(r"(^|\s)#.*$", "", line).split()) for line in lines)
    return [entry for entry in entries if entry]


def _normalized(name: str) -> str:
    """https://packaging.python.org/en/latest/specifications/name-normalization/"""
    return re.sub(r"[-_.]+", "-", name.lower())


def _name(entry: str) -> str | None:
    if re.match(r"(-e|--editable)\b|[./]|[\w+]+://", entry, re.ASCII):
        return None
    match = re.match(r"[A-Za-z0-9][\w.-]*", entry, re.ASCII)
    return match.group() if match else None


def _local_path(entry: str, base: Path) -> str | None:
    """The absolute path of a requirement that is a folder or file of this machine."""
    target = re.sub(r"^(-e|--editable)[ =]", "", entry)
    target = re.sub(r"^[\w.-]+(\[[^\]]*\])? ?@ ?", "", target, flags=re.ASCII)
    target = re.split(r" ?; | --", target)[0]
    if re.match("file:", target, re.IGNORECASE):
        url = urlsplit(target)
        return os.path.normpath(url2pathname(f"/{url.path.lstrip('/')}")) if url.netloc in ("", "localhost") else None
    if re.search(r"^\.{0,2}/|^\.{1,2}($|\[)|^[A-Za-z]:[\\/]", target):
        return os.path.abspath(base / re.sub(r"[\[#].*$", "", target))
    return None


def _option(option: str, place: _Place) -> str:
    """An option. pip reads the path of constraints relative to the file that names them, which is beside the project's folder."""
    constraints = re.match(r"--constraint (/.*|[A-Za-z]:.*)$", option)
    return f"--constraint project/{_in_project(constraints.group(1), place)}" if constraints else option


def _relative_entry(entry: str, local: str, place: _Place) -> str:
    marker = re.search(r" ?(;.*)$", entry)
    extras = re.search(r"\[([^\]]*)\](?= ?@|$| ?;)", entry)
    editable = "-e " if re.match(r"(-e|--editable)\b", entry) else ""
    path = f"./{_in_project(local, place)}{extras.group() if extras else ''}"
    return f"{editable}{path}{f' {marker.group(1)}' if marker else ''}"


def _in_project(local: str, place: _Place) -> str:
    """Slash-separated, relative to the project."""
    try:
        relative = Path(local).relative_to(os.path.abspath(place.project)).as_posix()
    except ValueError as error:
        attempt = f"take the dependencies of the project from {place.source}"
        problem = f'it requires "{local}", which is outside the project folder and therefore not copied to Fabric'
        advice = "run pytest with the folder that contains both as its rootdir, or publish that package to a feed"
        raise RemoteError(could_not(attempt, problem, advice)) from error
    return "" if relative == "." else relative
