"""The dependencies that pytest-fabric-spark installs in Fabric: those that the task FabricRunSparkTests installs, too."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_fabric_spark import lock_tools
from pytest_fabric_spark.dependencies import read_dependencies
from pytest_fabric_spark.platform import Dependencies, RemoteError, Requirements
from pytest_fabric_spark.requirements_text import sort_requirements

CASES = json.loads((Path(__file__).parents[1] / "shared/fabric/spark-tests/requirements.cases.json").read_text(encoding="utf-8"))
BUILD_SYSTEM = '[build-system]\nrequires = ["hatchling"]\n'
UV_EXPORT = """-e ./lib
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:08695f5cb7ed6e0531a20572697297273c47b8cae5a63ffc6d6ed5c201be6e44
py4j==0.10.9.9 \\
    --hash=sha256:c7c26e4158defb37b0bb124933163641a2ff6e3a3913f7811b0ddbe07ed61533
"""

Read = Callable[..., Dependencies]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def read(tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch) -> Read:
    """Reads the dependencies of a project. A tool is a shell script that is the only program on PATH."""

    def read(files: dict[str, str], **tools: str) -> Dependencies:
        for name, content in files.items():
            file = tmp_path / "shop" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
        programs = tmp_path / "programs"
        programs.mkdir(exist_ok=True)
        for name, script in tools.items():
            (programs / name).write_text(f"#!/bin/sh\n{script}\n")
            (programs / name).chmod(0o755)
        monkeypatch.setenv("PATH", str(programs))
        return read_dependencies(tmp_path / "shop", said.append)

    return read


def printing(text: str) -> str:
    return f"while IFS= read -r line; do printf '%s\\n' \"$line\"; done <<'END'\n{text}END"


@pytest.mark.parametrize("case", CASES["sorted"], ids=[case["title"] for case in CASES["sorted"]])
def test_requirements(case: dict[str, Any]) -> None:
    found = vars(sort_requirements(case["text"], project=Path(CASES["project"]), source="uv.lock"))
    assert found == {name: case.get(name, []) for name in found}


@pytest.mark.parametrize("case", CASES["refused"], ids=[case["text"].strip() for case in CASES["refused"]])
def test_when_a_requirement_is_outside_the_project_then_the_error_names_it(case: dict[str, Any]) -> None:
    with pytest.raises(RemoteError) as error:
        sort_requirements(case["text"], project=Path(CASES["project"]), source="uv.lock")
    assert str(error.value) == (
        f'Could not take the dependencies of the project from uv.lock: it requires "{case["path"]}", which is outside the '
        "project folder and therefore not copied to Fabric; run pytest with the folder that contains both as its rootdir, or "
        "publish that package to a feed."
    )


@pytest.mark.parametrize("case", CASES["installs"], ids=[case["pyproject"] for case in CASES["installs"]])
def test_install(case: dict[str, Any], read: Read) -> None:
    assert read({"pyproject.toml": case["pyproject"], "requirements.txt": "a==1\n"}).install == case["install"]


def test_when_there_is_a_uv_lock_then_uv_exports_all_of_it_in_the_projects_folder(read, said, tmp_path):
    script = f'echo "$PWD $*" > asked\n{printing(UV_EXPORT)}'
    found = read({"uv.lock": "", "poetry.lock": "", "requirements.txt": "a==1\n", "pyproject.toml": BUILD_SYSTEM}, uv=script)
    colorama = (
        "colorama==0.4.6 ; sys_platform == 'win32' --hash=sha256:08695f5cb7ed6e0531a20572697297273c47b8cae5a63ffc6d6ed5c201be6e44"
    )
    assert found == Dependencies(
        [
            Requirements("requirements.txt", f"{colorama}\n", exact=True),
            Requirements("requirements-without-hashes.txt", "-e ./lib\n", exact=True),
        ],
        "alone",
        "uv.lock",
        [],
    )
    assert said == ["Left out of uv.lock, because Fabric brings its own: py4j."]
    asked = (tmp_path / "shop/asked").read_text()
    assert asked.startswith(f"{tmp_path / 'shop'} export --quiet --frozen ")
    assert "--all-extras --all-groups" in asked


@pytest.mark.parametrize(
    ("file", "name", "options"), [("poetry.lock", "poetry", "--all-extras --all-groups"), ("pdm.lock", "pdm", "--group :all")]
)
def test_when_another_tool_wrote_the_lock_file_then_it_exports_all_groups(read, tmp_path, file, name, options):
    assert read({file: ""}, **{name: 'echo "$*" > asked; echo a==1'}).source == file
    assert (tmp_path / "shop/asked").read_text().strip().endswith(options)


def test_when_pdm_has_no_hash_for_a_folder_of_the_project_then_it_exports_without_hashes(read):
    refusal = 'echo "Hash is not available, please export with --no-hashes option" >&2; exit 1'
    found = read({"pdm.lock": ""}, pdm=f'case "$*" in *--no-hashes) echo a==1;; *) {refusal};; esac')
    assert found.files == [Requirements("requirements-without-hashes.txt", "a==1\n", exact=True)]


def test_when_the_tool_is_missing_then_the_error_says_how_to_get_it_or_what_to_write(read):
    with pytest.raises(RemoteError) as error:
        read({"uv.lock": ""})
    assert str(error.value) == (
        "Could not read the dependencies of the project from uv.lock: this machine has no uv, which can export that file; run "
        "`pip install uv`, or write requirements-remote.txt into the project folder, which is then taken instead."
    )
    found = read({"requirements-remote.txt": "iniconfig==2.1.0\n"})
    assert (found.source, found.files) == (
        "requirements-remote.txt",
        [Requirements("requirements.txt", "iniconfig==2.1.0\n", exact=False)],
    )


def test_when_the_tool_fails_then_the_error_has_what_it_says(read):
    failing = "echo 'Resolving' >&2; printf '\\033[31merror\\033[0m: The lock file is old\\n' >&2; exit 2"
    with pytest.raises(
        RemoteError, match=r": uv export failed: Resolving error: The lock file is old; check that uv\.lock is up to date"
    ):
        read({"uv.lock": ""}, uv=failing)
    with pytest.raises(RemoteError, match=": uv export failed: it printed nothing; "):
        read({"uv.lock": ""}, uv="exit 1")


def test_when_poetry_has_no_export_then_the_error_names_the_plugin(read):
    with pytest.raises(RemoteError, match=r"; run `pip install poetry poetry-plugin-export`, or write requirements-remote\.txt"):
        read({"poetry.lock": ""}, poetry="echo 'The command \"export\" does not exist.' >&2; exit 1")


def test_when_the_tool_takes_too_long_then_it_is_ended(read, monkeypatch):
    def too_long(*arguments: Any, **options: Any) -> None:
        raise subprocess.TimeoutExpired("uv", options["timeout"])

    monkeypatch.setattr(lock_tools.subprocess, "run", too_long)
    with pytest.raises(RemoteError, match=r": uv export took longer than 120 s; check that uv\.lock is up to date, "):
        read({"uv.lock": ""}, uv="")


def test_when_there_is_a_requirements_file_then_its_includes_are_read_and_what_is_not_pinned_is_a_note(read, said):
    found = read(
        {
            "requirements.txt": "-r dev/more.txt\n--index-url https://example.com\nPySpark>=3.5\nrequests>=2 # http\nidna==3.*\n",
            "dev/more.txt": "-c pins.txt\n../libs/lib\n-e ../libs/other[x]\niniconfig==2.1.0\n",
        }
    )
    [requirements] = found.files
    assert requirements.content == (
        "--constraint project/dev/pins.txt\n--index-url https://example.com\n./libs/lib\n-e ./libs/other[x]\niniconfig==2.1.0\n"
        "requests>=2\nidna==3.*\n"
    )
    assert (found.install, requirements.exact) == ("none", False)
    assert said == ["Left out of requirements.txt, because Fabric brings its own: pyspark."]
    assert found.notes == [
        "requirements.txt does not pin the version of requests, idna, so that Fabric installs the newest one that it allows."
    ]


def test_when_many_are_not_pinned_then_the_note_names_ten(read):
    [note] = read({"requirements.txt": "".join(f"package-{number}\n" for number in range(12))}).notes
    assert "package-9 and 2 more, so that" in note


def test_when_requirements_files_include_one_another_or_are_missing_then_the_error_says_so(read):
    with pytest.raises(RemoteError, match="requirements files include one another in a circle; remove one -r line"):
        read({"requirements.txt": "-r a.txt\n", "a.txt": "-r requirements.txt\n"})
    with pytest.raises(RemoteError, match=r"Could not read no\.txt of the project: No such file"):
        read({"requirements.txt": "-r no.txt\n"})


def test_when_nothing_lists_the_dependencies_then_the_newest_ones_are_installed_with_a_note(read):
    found = read({"pyproject.toml": BUILD_SYSTEM})
    assert (found.files, found.install, found.source) == ([], "withDependencies", "pyproject.toml")
    assert found.notes[0].endswith(": Fabric installs the newest ones that its pyproject.toml allows.")


def test_when_nothing_lists_the_dependencies_of_a_folder_that_is_not_a_package_then_pytest_alone_is_installed(read):
    found = read({"test_a.py": ""})
    assert found.files == [Requirements("requirements.txt", "pytest\n", exact=False)]
    assert found.notes[0].endswith(": Fabric installs pytest, if it has none, and nothing else.")
