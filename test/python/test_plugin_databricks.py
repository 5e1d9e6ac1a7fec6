"""`pytest --remote` as a job of the local workspace's Databricks, by the unmodified databricks-sdk."""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.service.jobs import Run, RunLifeCycleState, RunResultState, RunState
from pytest_fabric_spark.databricks import databricks_platform, volume
from pytest_fabric_spark.databricks.databricks_platform import judge
from pytest_fabric_spark.databricks.volume import VolumeFiles
from pytest_fabric_spark.platform import JobState, RemoteError
from pytest_process import begin, summary

VOLUME = "/Volumes/main/default/tests"
NODE = {"spark_version": "16.4.x-scala2.12", "node_type_id": "Standard_DS3_v2", "num_workers": 1}
SUITE = """
import os, pathlib, pytest

def test_passes():
    if "FABRIC_TEST_ARTIFACTS" in os.environ:
        pathlib.Path(os.environ["FABRIC_TEST_ARTIFACTS"], "seen.txt").write_text(os.environ["FABRIC_TEST_SPARK_EXEC_MODE"])

@pytest.mark.parametrize("name", ["größe/[1]", "b"])
def test_fails(name):
    print("printed", name)
    assert name == "b"

@pytest.mark.skip(reason="not now")
def test_skipped(): pass

@pytest.fixture
def broken():
    yield
    raise ValueError("teardown")

def test_has_a_broken_fixture(broken): pass
"""
ENDLESS = "import time\n\ndef test_waits():\n    while True:\n        time.sleep(0.1)\n"


@pytest.fixture
def project(workspace, tmp_path, monkeypatch) -> Path:
    WorkspaceClient().files.create_directory(VOLUME)
    monkeypatch.setenv("REMOTE_SPARK", "databricks")
    monkeypatch.setenv("DATABRICKS_TEST_VOLUME", VOLUME)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1"\n[tool.pytest.ini_options]\n')
    (tmp_path / "requirements.txt").write_text("")
    (tmp_path / "test_shop.py").write_text(SUITE)
    return tmp_path


def left(workspace) -> list[str]:
    """What is alive in the workspace besides clusters."""
    ledger = workspace.ledger()
    folders = Path(workspace.ready["caFile"]).parent.glob(f"dbfs{VOLUME}/notebook-ops/*")
    return [*(entry["name"] for kind in ("files", "runs") for entry in ledger[kind]), *map(str, folders)]


def submits_of(workspace) -> int:
    return sum(str(entry["route"]).endswith("/jobs/runs/submit") for entry in workspace.control("GET", "/requests"))


@pytest.mark.parametrize("compute", ["serverless", "cluster"])
def test_a_run_ends_as_if_it_had_run_here(workspace, project, monkeypatch, eventually, compute):
    if compute == "cluster":
        cluster_id = WorkspaceClient().clusters.create_and_wait(cluster_name="tests", **NODE).cluster_id
        monkeypatch.setenv("DATABRICKS_TEST_CLUSTER_ID", cluster_id)
    here = begin(project).communicate(timeout=60)[0]
    # The SDK sends the request again, with the same idempotency token.
    lost = {"service": "databricks", "method": "POST", "path": "/jobs/runs/submit$"}
    workspace.fault({"match": lost, "when": "after", "then": {"reset": True}})
    jobs, submits = len(list(WorkspaceClient().jobs.list_runs())), submits_of(workspace)
    run = begin(project, "--remote")
    output = run.communicate(timeout=120)[0]
    assert run.returncode == 1, output
    assert summary(output) == summary(here)
    assert len(summary(output)) == 6
    assert "Captured stdout (remote)" in output
    assert "printed größe/[1]" in output
    assert "starting the job on Databricks" in output and f"Job URL: {os.environ['DATABRICKS_HOST']}" in output
    assert "Traceback" not in output and os.environ["DATABRICKS_TOKEN"] not in output
    assert (project / "remote-test-results/artifacts/seen.txt").read_text() == "remote"
    assert len(list(WorkspaceClient().jobs.list_runs())) == jobs + 1
    assert submits_of(workspace) == submits + 2
    eventually(lambda: left(workspace) == [])


def test_dependencies_that_cannot_be_installed_are_an_error_of_each_test(workspace, project, eventually):
    (project / "requirements.txt").write_text("./no-such-folder\n")
    run = begin(project, "--remote")
    output = run.communicate(timeout=120)[0]
    assert run.returncode == 1, output
    assert "Could not install the dependencies" in output
    assert len([line for line in summary(output) if line.startswith("ERROR")]) == 5
    eventually(lambda: left(workspace) == [])


def test_an_interrupted_run_is_cancelled_and_leaves_nothing(workspace, project, eventually):
    (project / "test_shop.py").write_text(ENDLESS)
    run = begin(project, "--remote", "-s")
    state = Path(workspace.ready["caFile"]).parent
    eventually(lambda: any(path.stat().st_size for path in state.glob(f"dbfs{VOLUME}/notebook-ops/*/results/events.jsonl")))
    run.send_signal(signal.SIGINT)
    output = run.communicate(timeout=60)[0]
    assert run.returncode == 2, output
    assert "Cancelling the remote run" in output and "Could not" not in output
    last = next(iter(WorkspaceClient().jobs.list_runs(limit=1)))
    assert last.run_name is not None and re.fullmatch("pytest shop [0-9a-f]{32}", last.run_name)
    assert last.state is not None and last.state.result_state is RunResultState.CANCELED
    assert left(workspace) == []


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        (
            {"DATABRICKS_TEST_VOLUME": None, "DATABRICKS_TEST_VOLUM": VOLUME},
            "Could not run the tests on Databricks: DATABRICKS_TEST_VOLUME (the volume for the files of runs, such as "
            '/Volumes/main/default/tests) is not set; DATABRICKS_TEST_VOLUM looks like a misspelt "DATABRICKS_TEST_VOLUME"; '
            "set it in the environment or in test.env.",
        ),
        ({"DATABRICKS_TEST_VOLUME": "/Volumes/main/.."}, "which is not a volume such as /Volumes/main/default/tests"),
        ({"DATABRICKS_TEST_VOLUME": "/Volumes/main/default/none"}, "it does not exist; correct DATABRICKS_TEST_VOLUME"),
        ({"DATABRICKS_HOST": "http://localhost"}, "it is not an https address, so it gets no token; correct DATABRICKS_HOST"),
        (
            {"DATABRICKS_HOST": "https://adb-1.azuredatabricks.net.evil.example"},
            "it is not a host of the platform, so it gets no token",
        ),
        ({"DATABRICKS_TOKEN": "dapi0"}, "check DATABRICKS_TOKEN, and that you may use the volume"),
        ({"DATABRICKS_TOKEN": None}, "Could not sign in to Databricks: "),
    ],
)
def test_settings_that_are_missing_or_wrong_are_a_sentence(project, monkeypatch, variables, problem):
    for name, value in variables.items():
        monkeypatch.delenv(name) if value is None else monkeypatch.setenv(name, value)
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(project / "none"))
    monkeypatch.setenv("PATH", str(project))
    with pytest.raises(RemoteError) as raised:
        databricks_platform(project, lambda line: pytest.fail(line))
    assert problem in str(raised.value)
    assert "\n" not in str(raised.value)


def test_files_that_a_job_writes_while_its_folder_is_deleted_are_deleted_too(workspace, project, monkeypatch):
    monkeypatch.setattr(volume, "_DELETE_AGAIN_AFTER_SECONDS", 0)
    files = VolumeFiles(WorkspaceClient().files)
    folder = f"{VOLUME}/notebook-ops/late"
    files.write(f"{folder}/run.json", b"{}")
    files.write(f"{folder}/results/artifacts/a.txt", b"a")
    list_below, late = files.list_below, ["b.txt"]

    def list_too_early(path: str):
        found = list_below(path)
        assert f"{folder}/run.json" not in found[0]
        if late:
            files.write(f"{folder}/results/{late.pop()}", b"b")
        return found

    monkeypatch.setattr(files, "list_below", list_too_early)
    files.delete(folder, first=f"{folder}/run.json")
    assert late == [] and left(workspace) == []


def test_a_package_that_is_missing_is_named(project, monkeypatch):
    monkeypatch.setitem(sys.modules, "databricks.sdk", None)
    with pytest.raises(RemoteError, match=r"databricks-sdk is not installed; run pip install .pytest-fabric-spark\[databricks\]"):
        databricks_platform(project, lambda line: pytest.fail(line))


def test_only_a_clear_success_of_the_job_is_one():
    def state(life_cycle: str, result: str | None = None) -> JobState:
        return judge(
            Run(state=RunState(RunLifeCycleState[life_cycle], result_state=RunResultState[result] if result else None))
        ).state

    assert state("TERMINATED", "SUCCESS") is JobState.SUCCEEDED
    assert state("TERMINATED", "CANCELED") is JobState.CANCELED
    for each in ("SUCCESS_WITH_FAILURES", "TIMEDOUT", "EXCLUDED", None):
        assert state("TERMINATED", each) is JobState.FAILED
    assert state("INTERNAL_ERROR") is state("SKIPPED") is JobState.FAILED
    assert state("QUEUED") is state("BLOCKED") is JobState.WAITING
    assert state("TERMINATING") is JobState.RUNNING
    assert judge(Run.from_dict({"state": {"life_cycle_state": "NEW_STATE"}})).state is JobState.FAILED
