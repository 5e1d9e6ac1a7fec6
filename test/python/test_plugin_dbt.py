"""`remote_artifacts_dir` and the fixtures for dbt adapters: locally, inside Fabric and in a mounted lakehouse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SOURCES = Path(__file__).parents[2] / "pytest-plugin/src"

ADAPTER_SUITE = {
    # dbt's own fixtures, as far as those of this package replace them or use them.
    "dbt_fixtures.py": """
import os, py, pytest

@pytest.fixture(scope="class")
def prefix(): return "of-dbt"
@pytest.fixture(scope="class")
def project_root(tmpdir_factory): return tmpdir_factory.mktemp("of-dbt")
@pytest.fixture(scope="class")
def profiles_root(tmpdir_factory): return tmpdir_factory.mktemp("of-dbt")
@pytest.fixture(scope="class")
def unique_schema(prefix): return f"{prefix}_schema"
""",
    "conftest.py": 'pytest_plugins = ["dbt_fixtures", "pytest_fabric_spark.dbt"]\n',
    "test_adapter.py": """
import json, os, py, pytest

@pytest.fixture(scope="class")
def project(project_root, profiles_root, logs_dir, prefix):
    assert isinstance(project_root, py.path.local) and isinstance(profiles_root, py.path.local) and isinstance(logs_dir, str)
    assert all(os.path.isdir(path) for path in (project_root, profiles_root, logs_dir))
    assert os.environ["DBT_LOG_PATH"] == logs_dir
    project_root.mkdir("models").join("model.sql").write("select 1")
    return {"project": str(project_root), "profiles": str(profiles_root), "logs": logs_dir, "prefix": prefix}

class TestOne:
    def test_a(self, project, unique_schema):
        assert unique_schema == project["prefix"] + "_schema"
        with open("found.jsonl", "a") as file: file.write(json.dumps(project) + "\\n")
    def test_b(self, project):
        assert os.path.exists(os.path.join(project["project"], "models", "model.sql")), "it is the project of the class"

def test_after_the_class():
    with open("found.jsonl", "a") as file: file.write(json.dumps({"DBT_LOG_PATH": os.environ.get("DBT_LOG_PATH")}) + "\\n")

class TestTwo:
    def test_a(self, project):
        with open("found.jsonl", "a") as file: file.write(json.dumps(project) + "\\n")
""",
}


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs pytest on a project in a process of its own, with these FABRIC_TEST_ variables and no others."""

    def run(files: dict[str, str], *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        for name, content in {"pytest.ini": "[pytest]\n", **files}.items():
            (tmp_path / name).write_text(content)
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "FABRIC_TEST_", "DBT_"))
        }
        environment |= {"PYTHONPATH": str(SOURCES), **variables}
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rA", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=100, check=False)

    return run


def found(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "found.jsonl").read_text().splitlines()]


def test_when_an_adapter_is_tested_locally_then_its_folders_are_where_dbt_has_them(run, tmp_path):
    ended = run(ADAPTER_SUITE, "--basetemp", "temporary", DBT_LOG_PATH="my-logs")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    one, after, two = found(tmp_path)
    assert Path(one["project"]).parent == Path(one["profiles"]).parent == tmp_path / "temporary"
    assert one["logs"] == str(tmp_path / "logs" / one["prefix"])
    assert after == {"DBT_LOG_PATH": "my-logs"}, "it is what it was before the class"
    assert one["prefix"].startswith("test")
    assert one["prefix"] != two["prefix"]
    assert one["project"] != two["project"]
    assert f"=== Test project_root: {one['project']}" in ended.stdout
    assert f"=== Test logs_dir: {one['logs']}" in ended.stdout


@pytest.mark.parametrize("mode", ["remote", "mounted", "mounted by test.env"])
def test_when_an_adapter_is_tested_in_a_lakehouse_then_its_folders_are_there(run, tmp_path, mode):
    lakehouse = tmp_path / "lakehouse"
    lakehouse.mkdir()
    remote = {"FABRIC_TEST_SPARK_EXEC_MODE": "remote", "FABRIC_TEST_ARTIFACTS": str(lakehouse)}
    mounted = {"FABRIC_TEST_SPARK_EXEC_MODE": "mounted", "FABRIC_TEST_ONELAKE_PATH": "lakehouse"}
    root = lakehouse if mode == "remote" else lakehouse / "dbt-test-artifacts"
    if mode == "mounted by test.env":
        file = "".join(f"{name}={value}\n" for name, value in mounted.items())
        ended = run({**ADAPTER_SUITE, "test.env": file})
    else:
        ended = run(ADAPTER_SUITE, **(remote if mode == "remote" else mounted))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    one, after, two = found(tmp_path)
    for case in (one, two):
        folder = root / case["prefix"]
        assert case == {
            "project": str(folder / "project"),
            "profiles": str(folder / "profile"),
            "logs": str(folder / "logs"),
            "prefix": case["prefix"],
        }
    assert one["prefix"] != two["prefix"]
    assert after == {"DBT_LOG_PATH": None}
    assert not (tmp_path / "logs").exists()


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        (
            {"FABRIC_TEST_SPARK_EXEC_MODE": "mounted"},
            "Could not find the folder for files that tests leave: "
            "FABRIC_TEST_SPARK_EXEC_MODE is mounted, but FABRIC_TEST_ONELAKE_PATH is not set; "
            "set it to the folder on this machine where Files of the lakehouse is mounted.",
        ),
        (
            {"FABRIC_TEST_SPARK_EXEC_MODE": "Mounted", "FABRIC_TEST_ONELAKE_PATH": "/no/lakehouse"},
            "FABRIC_TEST_ONELAKE_PATH is /no/lakehouse, which is not a folder; check that the lakehouse is mounted there.",
        ),
        (
            {"FABRIC_TEST_SPARK_EXEC_MODE": "remote"},
            "FABRIC_TEST_SPARK_EXEC_MODE is remote, but FABRIC_TEST_ARTIFACTS is not set; "
            "leave both unset on your machine, because a remote run sets them inside Fabric.",
        ),
        (
            {"FABRIC_TEST_SPARK_EXEC_MODE": "mountd"},
            "FABRIC_TEST_SPARK_EXEC_MODE has the unknown value 'mountd'; did you mean \"mounted\"?",
        ),
    ],
)
def test_when_the_variables_contradict_each_other_then_pytest_says_so_and_runs_nothing(run, tmp_path, variables, sentence):
    ended = run(ADAPTER_SUITE, **variables)
    assert (ended.returncode, ended.stdout) == (4, ""), "a usage error"
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "found.jsonl").exists()


ARTIFACTS_SUITE = {
    "test_artifacts.py": """
import pathlib, pytest

class TestPlots:
    @pytest.mark.parametrize("name", ["a/b", "a:b", "a?b", "ü", "x" * 300])
    def test_names(self, remote_artifacts_dir, name):
        assert isinstance(remote_artifacts_dir, pathlib.Path) and list(remote_artifacts_dir.iterdir()) == []
        (remote_artifacts_dir / "name.txt").write_text(name, encoding="utf-8")

def test_plan(remote_artifacts_dir):
    (remote_artifacts_dir / "plan.txt").write_text("plan")
"""
}


@pytest.mark.parametrize("mode", ["local", "remote", "mounted"])
def test_when_tests_leave_files_then_each_test_has_a_folder_of_its_own(run, tmp_path, mode):
    lakehouse = tmp_path / "lakehouse"
    lakehouse.mkdir()
    variables = {
        "FABRIC_TEST_SPARK_EXEC_MODE": mode,
        "FABRIC_TEST_ONELAKE_PATH": str(lakehouse),
        "FABRIC_TEST_ARTIFACTS": str(lakehouse),
    }
    arguments = ("-p", "pytest_fabric_spark.artifacts", "--basetemp", str(tmp_path / "temporary"))
    ended = [run(ARTIFACTS_SUITE, *arguments, **variables) for _ in range(2 if mode == "mounted" else 1)]
    assert [each.returncode for each in ended] == [0] * len(ended), ended[-1].stdout + ended[-1].stderr
    roots = {"local": [tmp_path / "temporary"], "remote": [lakehouse], "mounted": (lakehouse / "dbt-test-artifacts").glob("*")}[
        mode
    ]
    folders = list(roots)
    assert len(folders) == len(ended), "each run has a folder of its own"
    for folder in folders:
        texts = {file.parent.name: file.read_text("utf-8") for file in folder.glob("*/*.txt")}
        assert set(texts.values()) == {"plan", "a/b", "a:b", "a?b", "ü", "x" * 300}
        plan = next(name for name, text in texts.items() if text == "plan")
        assert plan == ("test_artifacts.test_plan0" if mode == "local" else "test_artifacts.test_plan")
        assert all(name.isascii() and len(name) < 140 and ":" not in name for name in texts)
    assert mode != "local" or list(lakehouse.iterdir()) == []
