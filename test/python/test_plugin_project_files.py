"""The files of a project that pytest-fabric-spark sends: those that the task FabricRunSparkTests sends, too."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pytest_fabric_spark.platform import RemoteError
from pytest_fabric_spark.project_files import project_files

CASES = json.loads((Path(__file__).parents[1] / "shared/fabric/spark-tests/project-files.cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_files(case: dict[str, Any], tmp_path: Path) -> None:
    for name, content in case["files"].items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8", newline="")
    for name, target in case.get("links", {}).items():
        (tmp_path / name).symlink_to(target)
    project = tmp_path / case.get("project", "")
    if case["sent"]:
        assert project_files(project) == case["sent"]
    else:
        with pytest.raises(RemoteError, match="it contains no file that is not excluded"):
            project_files(project)
    if case.get("asGit"):
        assert files_of_git(tmp_path) == case["sent"], "git itself has other files"


def files_of_git(repository: Path) -> list[str]:
    git = ["git", "-C", str(repository), "-c", "core.excludesFile=", "-c", "core.ignoreCase=false"]
    subprocess.run([*git, "init", "--quiet"], check=True)
    listed = [*git, "ls-files", "-z", "--others", "--exclude-standard"]
    names = subprocess.run(listed, capture_output=True, check=True).stdout.decode()
    return sorted(filter(None, names.split("\0")))


def test_when_a_pattern_has_a_bracket_expression_then_it_matches_what_git_matches(tmp_path):
    patterns = "[[:digit:]]1\n[]x]2\n[!]x]3\n[a\\-c]4\n[z-a]5\n[[:none:]]6\n[^a-c/]7\n[a-]8\n"
    (tmp_path / ".gitignore").write_text(patterns)
    for start in ["0", "a", "b", "-", "]", "x", "z"]:
        for number in range(1, 9):
            (tmp_path / f"{start}{number}").touch()
    assert project_files(tmp_path) == files_of_git(tmp_path)


def test_when_the_folder_does_not_exist_then_the_error_says_what_to_do(tmp_path):
    with pytest.raises(RemoteError) as error:
        project_files(tmp_path / "no")
    assert str(error.value) == (
        f'Could not send the project "{tmp_path / "no"}": it does not exist; '
        "run pytest with the folder that contains the project's pyproject.toml or tests as its rootdir."
    )
