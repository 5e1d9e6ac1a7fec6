"""`pytest --remote` on the local workspace's Microsoft Fabric, with nothing set but what the workspace sets."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from pytest_process import begin, summary

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
"""
ENDLESS = """
import pathlib, time

def test_waits():
    while True:
        time.sleep(0.1)
"""


@pytest.fixture(scope="module")
def config():
    return {"fabric": {"retryAfterSeconds": 0}}


@pytest.fixture
def project(tmp_path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1"\n[tool.pytest.ini_options]\n')
    (tmp_path / "requirements.txt").write_text("")
    (tmp_path / "test_shop.py").write_text(SUITE)
    return tmp_path


def left(workspace) -> list[str]:
    """What is alive in the workspace, besides the project's copy and the definition."""
    ledger = workspace.ledger()
    files = [
        entry["name"] for entry in ledger["oneLakeFiles"] if not entry["name"].endswith(("/Files/shop", "/Files/notebook-ops"))
    ]
    runs = Path(workspace.ready["caFile"]).parent.glob("onelake/*/*/Files/notebook-ops/*")
    return [*files, *(entry["name"] for entry in ledger["fabricRuns"]), *map(str, runs)]


def test_two_runs_at_once_end_as_if_they_had_run_here(workspace, project, eventually):
    lost = {"service": "fabric", "method": "POST", "path": "/jobs/sparkjob/instances$"}
    workspace.fault({"match": lost, "when": "after", "then": {"reset": True}})
    here = begin(project).communicate(timeout=60)[0]
    runs = [begin(project, "--remote") for _ in range(2)]
    outputs = [run.communicate(timeout=120)[0] for run in runs]
    for run, output in zip(runs, outputs, strict=True):
        assert run.returncode == 1, output
        assert summary(output) == summary(here)
        assert "Captured stdout (remote)" in output and "printed größe/[1]" in output
        assert "Traceback" not in output
    assert sum("Starting the job again" in output for output in outputs) == 1
    assert (project / "remote-test-results/artifacts/seen.txt").read_text() == "remote"
    eventually(lambda: left(workspace) == [])


def test_an_interrupted_run_leaves_nothing(workspace, project, eventually):
    (project / "test_shop.py").write_text(ENDLESS)
    run = begin(project, "--remote", "-s")
    claims = Path(workspace.ready["caFile"]).parent
    eventually(lambda: any(claims.glob("onelake/*/*/Files/notebook-ops/*/results/events.jsonl")))
    run.send_signal(signal.SIGINT)
    output = run.communicate(timeout=60)[0]
    assert run.returncode == 2, output
    assert "KeyboardInterrupt" in output
    eventually(lambda: left(workspace) == [])
