"""Which files of a project are sent: what its tests may need, without what its .gitignore files exclude."""

from __future__ import annotations

import os
import re
from pathlib import Path

from .ignore_rules import IgnoreRules, parse_rules
from .platform import RemoteError
from .sentences import could_not

# What no test needs, and what may contain secrets: patterns of .gitignore, for names in any case, as in project-files.ts.
FOLDERS_NEVER_SENT = """
.git .venv __pycache__ .cache .claude .ruff_cache .pytest_cache .mypy_cache .eggs .vscode .idea .tox .nox node_modules
/logs /dist /build /site /remote-test-results /dbt-test-artifacts
"""
FILES_NEVER_SENT = ".git *.pyc *.pyo *.egg-info .env .env.* test.env"


def project_files(project: Path) -> list[str]:
    """The files of a project, slash-separated and sorted. Links are not among them.

    The .gitignore files of the folders above the project count up to the root of its repository.
    """
    project = Path(os.path.abspath(project))
    repository = _repository_of(project)
    place = "" if repository == project else f"{project.relative_to(repository).as_posix()}/"
    walk = _Walk(repository, place)
    files = walk.files()
    if not files:
        problem = "it contains no file that is not excluded" if project.is_dir() else "it does not exist"
        advice = "run pytest with the folder that contains the project's pyproject.toml or tests as its rootdir"
        raise RemoteError(could_not(f'send the project "{project}"', problem, advice))
    return sorted(files)


class _Walk:
    """A walk through the project, which does not enter what is excluded."""

    def __init__(self, repository: Path, place: str) -> None:
        self._repository = repository
        self._place = place
        self._never_sent = IgnoreRules()
        lines = [*(f"{folder}/" for folder in FOLDERS_NEVER_SENT.split()), *FILES_NEVER_SENT.split()]
        self._never_sent.add("", parse_rules("\n".join(lines), re.IGNORECASE))
        self._git = IgnoreRules()

    def files(self) -> list[str]:
        above = self._place.split("/")[:-1]
        for depth in range(len(above)):
            folder = "/".join(above[:depth])
            self._read_rules(f"{folder}/" if folder else "")
            if self._git.ignores("/".join(above[: depth + 1]), is_folder=True):
                return []
        return self._files_below("")

    def _files_below(self, folder: str) -> list[str]:
        self._read_rules(f"{self._place}{folder}")
        files: list[str] = []
        try:
            entries = sorted(os.scandir(self._repository / self._place / folder), key=lambda entry: entry.name)
        except (FileNotFoundError, NotADirectoryError):
            return []  # deleted meanwhile
        except OSError as error:
            raise _unreadable(error) from error
        for entry in entries:
            path = f"{folder}{entry.name}"
            is_folder = entry.is_dir(follow_symlinks=False)
            if self._is_excluded(path, is_folder):
                continue
            if is_folder:
                files += self._files_below(f"{path}/")
            elif entry.is_file(follow_symlinks=False):
                files.append(path)
        return files

    def _is_excluded(self, path: str, is_folder: bool) -> bool:
        if self._never_sent.ignores(path, is_folder=is_folder):
            return True
        return self._git.ignores(f"{self._place}{path}", is_folder=is_folder)

    def _read_rules(self, folder: str) -> None:
        file = self._repository / folder / ".gitignore"
        if not file.is_file():
            return
        try:
            text = file.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError as error:
            raise _unreadable(error) from error
        self._git.add(folder, parse_rules(text))


def _unreadable(error: OSError) -> RemoteError:
    return RemoteError(could_not(f'read "{error.filename}"', error.strerror or str(error), "check its permissions"))


def _repository_of(project: Path) -> Path:
    """The root of the repository that the project is in; the project itself if it is in none."""
    return next((folder for folder in [project, *project.parents] if (folder / ".git").exists()), project)
