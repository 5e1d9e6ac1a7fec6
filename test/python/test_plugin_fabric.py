"""The platform of pytest-fabric-spark for Microsoft Fabric, against the local workspace."""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path

import pytest
from pytest_fabric_spark.fabric import ask, definition, fabric_platform
from pytest_fabric_spark.platform import JobState, RemoteError

SCRIPT = """
import pathlib, sys
folder = pathlib.Path(sys.argv[1])
(folder / "results").mkdir()
(folder / "results" / "seen.txt").write_text(" ".join(sys.argv[1:]) + " " + (folder / "run.json").read_text())
"""
FAILING = """
print("before")
raise ValueError("no pip here")
"""


@pytest.fixture(scope="module")
def config():
    return {
        "fabric": {
            "capacities": [{"name": "f2"}, {"name": "asleep", "state": "Paused"}],
            "workspaces": [
                {"name": "Shop", "lakehouses": ["sales", "stock"], "environments": ["libraries"]},
                {"name": "Twin"},
                {"name": "Twin"},
                {"name": "Other", "lakehouses": ["archive", "sales"]},
                {"name": "Closed", "capacity": "asleep", "lakehouses": ["old"]},
            ],
            "retryAfterSeconds": 0,
            "pageSize": 2,
        }
    }


@pytest.fixture(autouse=True)
def no_faults(workspace):
    workspace.control("DELETE", "/faults")


@pytest.fixture
def rootdir(tmp_path) -> Path:
    (tmp_path / "pyproject.toml").write_text(f'[project]\nname = "shop-{uuid.uuid4().hex[:8]}"\n')
    return tmp_path


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def platform(workspace, rootdir, said):
    return fabric_platform(rootdir, said.append)


@pytest.fixture
def pauses(monkeypatch) -> list[float]:
    """How long the plugin has waited, instead of waiting."""
    pauses: list[float] = []
    for module in (ask, definition):
        monkeypatch.setattr(module, "pause", pauses.append)
    return pauses


def new_run(platform, script: str = SCRIPT):
    run_id = uuid.uuid4().hex
    folder = platform.run_folder(run_id)
    folder.write("entry_point.py", script.encode())
    folder.write("run.json", json.dumps({"id": run_id}).encode())
    return folder


@pytest.fixture
def ended(platform, eventually):
    def wait(job):
        statuses = []
        eventually(lambda: statuses.append(platform.status(job)) or statuses[-1].state.has_ended)
        return statuses[-1]

    return wait


def test_a_job_runs_the_entry_point_of_its_folder(platform, rootdir, said, ended, workspace):
    first, second = new_run(platform), new_run(platform)
    job = platform.start(first)
    assert ended(job).state is JobState.SUCCEEDED
    run_id = first.shown.rpartition("/")[2]
    expected = f'/lakehouse/default/Files/notebook-ops/{run_id} {{"id": "{run_id}"}}'
    assert first.read("results/seen.txt") == expected.encode()
    assert first.list_files("results") == {"seen.txt": len(expected)}
    assert job.url.startswith(f"{workspace.ready['fabricUrl']}/groups/") and job.url.endswith(f"/runs/{job.id}")
    # Another developer's process finds the same definition.
    again = fabric_platform(rootdir, said.append)
    assert again.status is not None
    other = again.start(second)
    assert ended(other).state is JobState.SUCCEEDED
    name = f"{rootdir_project(rootdir)}-tests"
    assert said == [f'Created the Spark job definition "{name}", which later runs use, too.']
    for folder in (first, second):
        folder.delete()
        folder.delete()
        assert not folder.exists("run.json") and folder.list_files("") == {}
    platform.cancel(job)


def rootdir_project(rootdir: Path) -> str:
    return (rootdir / "pyproject.toml").read_text().split('"')[1]


def test_files_are_read_from_an_offset_while_they_grow(platform, monkeypatch):
    folder = new_run(platform)
    monkeypatch.setattr("pytest_fabric_spark.fabric.storage.BLOCK_BYTES", 1024)
    content = os.urandom(2500)
    folder.write("results/log ä 100% +&#.txt", content)
    assert folder.read("results/log ä 100% +&#.txt") == content
    assert folder.read("results/log ä 100% +&#.txt", 2000) == content[2000:]
    assert folder.read("results/log ä 100% +&#.txt", 2500) == folder.read("results/log ä 100% +&#.txt", 9999) == b""
    assert folder.read("results/nothing") is None and folder.read("results/nothing", 5) is None
    folder.write("empty", b"")
    assert folder.read("empty") == b"" and folder.exists("empty") and folder.exists("results") and not folder.exists("result")
    assert folder.list_files("nothing") == {}


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"FABRIC_TEST_WORKSPACE_NAME": "Shpo"}, 'among the 5 workspaces you have a role in; did you mean "Shop"?'),
        ({"FABRIC_TEST_WORKSPACE_NAME": "Twin"}, "there are 2 of that name ("),
        ({"FABRIC_TEST_WORKSPACE_NAME": str(uuid.uuid4())}, "none with that id"),
        ({"FABRIC_TEST_LAKEHOUSE_NAME": "sale"}, 'did you mean "sales"?'),
        ({"FABRIC_TEST_LAKEHOUSE_NAME": "Other/archiv"}, 'in the Fabric workspace "Other": it is not among the 2 lakehouses in'),
        ({"FABRIC_TEST_LAKEHOUSE_ID": str(uuid.uuid4())}, "no item with that id"),
        ({"FABRIC_TEST_ENVIRONMENT_NAME": "librarys"}, 'did you mean "libraries"?'),
    ],
)
def test_what_is_not_found_has_its_nearest_name(workspace, rootdir, said, monkeypatch, variables, message):
    monkeypatch.delenv("FABRIC_TEST_WORKSPACE_ID")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(RemoteError) as caught:
        fabric_platform(rootdir, said.append)
    assert message in str(caught.value)
