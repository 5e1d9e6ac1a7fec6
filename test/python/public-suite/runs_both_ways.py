"""The unit tests of a public dbt adapter, run locally and with ``--remote`` on the local workspace: every outcome must agree.

``npm run test:public-suite`` runs it. `npm test` does not, because it downloads some 50 packages and takes minutes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
REQUIREMENTS = Path(__file__).with_name("requirements.txt")

# https://pypi.org/project/dbt-fabricspark/: Microsoft's adapter for Spark in Fabric, whose sdist contains its tests.
SUITE = "dbt-fabricspark==1.13.10 --hash=sha256:ad5c43a1b2921044849292eb67d2197a1f1ea65d1445f9471d2f1c9959ec2692"

# This test sleeps for 30 s.
DESELECTED = "tests/unit/test_shortcuts.py::TestShorcutClient::test_delete_shortcut_succeeds"


@pytest.fixture(scope="module")
def config() -> dict[str, Any]:
    return {"fabric": {"workspaces": [{"name": "adapters", "lakehouses": ["tests"]}]}, "spark": {"master": "local[1]"}}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, with the exact requirements that both runs use instead of those of its uv.lock."""
    folder = tmp_path_factory.mktemp("suite")
    wanted = folder / "wanted.txt"
    wanted.write_text(SUITE)
    pip(
        "download",
        "--require-hashes",
        "--no-deps",
        "--no-build-isolation",
        "--no-binary=:all:",
        "-d",
        str(folder),
        "-r",
        str(wanted),
    )
    [archive] = folder.glob("*.tar.gz")
    with tarfile.open(archive) as sources:
        sources.extractall(folder, filter="data")
    project = folder / archive.name.removesuffix(".tar.gz")
    shutil.copy(REQUIREMENTS, project / "requirements-remote.txt")
    return project


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the tests import, for the local run, and with the plugin."""
    folder = tmp_path_factory.mktemp("packages")
    pip("install", "--no-deps", "--no-compile", "--no-build-isolation", "--target", str(folder), str(ROOT / "pytest-plugin"))
    pip("install", "--no-deps", "--no-compile", "--target", str(folder), "-r", str(REQUIREMENTS))
    return folder


def pip(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments], check=True)


def run(project: Path, packages: Path, *arguments: str) -> dict[str, Any]:
    """Runs the suite, and returns what its own plugin for reports, pytest-json-report, wrote of it."""
    report = project.parent / "report.json"
    path = [packages, project / "src"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DBT_"))}
    environment["PYTHONPATH"] = os.pathsep.join(map(str, path))
    command = [sys.executable, "-m", "pytest", "-q", "-rN", "--deselect", DESELECTED]
    start = time.monotonic()
    ended = subprocess.run(
        [*command, f"--json-report-file={report}", *arguments, "tests/unit"],
        cwd=project,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        timeout=900,
        check=False,
    )
    print(f"\n{' '.join(['pytest', *arguments])}: exit code {ended.returncode} after {time.monotonic() - start:.0f} s")
    print(ended.stdout[-3000:])
    log = project / "remote-test-results/log.txt"
    if log.exists():
        print(f"In the job: {log.read_text().rstrip().rpartition(chr(10))[2]}")
    assert report.exists(), ended.stdout
    found = json.loads(report.read_text())
    report.unlink()
    return found


def outcomes(report: dict[str, Any]) -> dict[str, list[str]]:
    """The outcome of each test and of its phases, and the message of each failure, in the order in which the tests ran."""
    phases = ("setup", "call", "teardown")
    return {
        test["nodeid"]: [
            test["outcome"],
            *(
                f"{phase} {test[phase]['outcome']} {test[phase].get('crash', {}).get('message', '')}"
                for phase in phases
                if phase in test
            ),
        ]
        for test in report["tests"]
    }


def test_the_suite_has_the_same_outcomes_in_both_ways(workspace, project, packages):
    local = run(project, packages)
    remote = run(project, packages, "--remote")
    assert len(local["tests"]) > 600
    assert remote["exitcode"] == local["exitcode"]
    assert remote["summary"] == local["summary"]
    assert list(outcomes(remote).items()) == list(outcomes(local).items())
